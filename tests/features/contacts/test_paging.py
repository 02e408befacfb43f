"""Pages far into the list of contacts: whatever way they are found, they are what skipping would find."""

import pytest

from honeyguide.engine.sql import ALL, Clause, execute
from honeyguide.features.contacts import paging
from honeyguide.features.contacts.search import DEFAULT_ORDER

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def many(monkeypatch):
    """600 contacts; every third was never active, many were active at the same moment."""
    execute(
        """
        INSERT INTO contacts (fields, points, is_published, last_active)
        SELECT jsonb_build_object('city', CASE WHEN n %% 2 = 0 THEN 'Oslo' ELSE 'Rome' END), 0, true,
               CASE WHEN n %% 3 <> 0 THEN timestamptz '2026-01-01' + (n %% 7) * interval '1 day' END
        FROM generate_series(1, 600) n
        """,
        (),
    )
    paging.forget()
    yield
    paging.forget()


def ids(where, start, limit, order=DEFAULT_ORDER):
    return [row.id for row in paging.page(where, order, start, limit)]


@pytest.mark.parametrize("where", [ALL, Clause("contacts.fields ->> 'city' = %s", ("Oslo",))])
def test_walking_through_the_list_meets_everyone_once(where):
    whole = ids(where, 0, None)
    walked = [number for start in range(0, len(whole) + 60, 30) for number in ids(where, start, 30)]
    assert walked == whole


def test_a_page_is_the_same_when_it_is_asked_for_again():
    whole = ids(ALL, 0, None)
    for start in (200, 395, 399, 400, 401, 595, 600, 700):
        assert ids(ALL, start, 30) == whole[start : start + 30]
        assert ids(ALL, start, 30) == whole[start : start + 30]


def test_other_orders_are_skipped_through():
    order = "contacts.id DESC"
    assert ids(ALL, 300, 5, order) == ids(ALL, 0, None, order)[300:305]


def test_pages_of_different_searches_are_not_mixed_up():
    oslo, rome = (Clause("contacts.fields ->> 'city' = %s", (city,)) for city in ("Oslo", "Rome"))
    ids(oslo, 250, 10)
    assert ids(rome, 250, 10) == ids(rome, 0, None)[250:260]
