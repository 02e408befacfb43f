"""The warm-up plan: what may go out on a day, to whom, and what becomes of the rest."""

from datetime import UTC, date, datetime, timedelta

import pytest

from honeyguide.engine import config
from honeyguide.engine.config.models import ConfigurationValue
from honeyguide.engine.config.store import forget
from honeyguide.engine.delivery import answers
from honeyguide.engine.delivery.content import Outgoing
from honeyguide.engine.delivery.models import OutboxState
from honeyguide.engine.delivery.warmup import OTHERS, Warmup, plan_of
from honeyguide.engine.sql import execute

pytestmark = pytest.mark.django_db


def messages(*addresses, start=1) -> list[Outgoing]:
    return [Outgoing(n, 0, "news@mail.test", (address,), b"") for n, address in enumerate(addresses, start)]


def plan(limits, start: date | None = None) -> None:
    config.set_value("mailer_warmup_start", str(start or datetime.now(UTC).date()))
    config.set_value("mailer_warmup_limits", limits)


def ids(found) -> list[int]:
    return [each.id for each in found]


def test_without_a_plan_nothing_waits():
    ready, later = Warmup().hold_back(messages(*["a@gmail.com"] * 100), ())
    assert (len(ready), later) == (100, [])


def test_each_provider_has_its_own_limit_under_all_its_domains():
    plan([2])
    ready, later = Warmup().hold_back(
        messages(
            "a@gmail.com",
            "b@GoogleMail.com",
            "c@gmail.com",
            "d@outlook.com",
            "e@one.test",
            "f@two.test",
            "g@three.test",
        ),
        (),
    )
    assert ids(ready) == [1, 2, 4, 5, 6]
    assert ids(later) == [3, 7]
    assert later[0].answer == "Warm-up: no more than 2 messages a day to Google now."
    assert OTHERS in later[1].answer
    assert later[0].due_at.date() == datetime.now(UTC).date() + timedelta(days=1)
    assert (later[0].state, later[0].counted) == (OutboxState.PENDING, False)


def test_all_workers_share_the_day():
    plan([3])
    assert ids(Warmup().hold_back(messages("a@gmail.com", "b@gmail.com"), ())[0]) == [1, 2]
    assert ids(Warmup().hold_back(messages("c@gmail.com", "d@gmail.com", start=3), ())[0]) == [3]


def test_what_did_not_go_out_gives_its_place_back_and_only_once():
    plan([2])
    warmup = Warmup()
    one, two = warmup.hold_back(messages("a@gmail.com", "b@gmail.com"), ())[0]
    warmup.settle([answers.released(one), answers.sent(two)])
    warmup.settle([answers.released(one), answers.released(two)])
    assert ids(warmup.hold_back(messages("c@gmail.com", "d@gmail.com", start=3), ())[0]) == [3]


def test_transactional_messages_neither_wait_nor_count():
    plan([1])
    ready, later = Warmup().hold_back(messages(*["a@gmail.com"] * 3), {1, 3})
    assert (ids(ready), later) == ([1, 2, 3], [])


def test_the_limit_rises_and_ends():
    plan([10, 20], date(2026, 12, 1))
    assert plan_of(date(2026, 11, 30)).limit == 10  # before it begins the first day's holds
    assert plan_of(date(2026, 12, 1)).limit == 10
    assert plan_of(date(2026, 12, 2)).limit == 20
    assert plan_of(date(2026, 12, 3)) is None


def test_a_new_day_begins_anew():
    plan([1, 1], datetime.now(UTC).date() - timedelta(days=1))
    assert ids(Warmup().hold_back(messages("a@gmail.com"), ())[0]) == [1]
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    execute("UPDATE throttles SET key = %s WHERE key LIKE 'warmup:%%'", (f"warmup:{yesterday}:Google",))
    assert ids(Warmup().hold_back(messages("a@gmail.com"), ())[0]) == [1]


@pytest.mark.parametrize("start", ["soon", "2026-13-40", "😀"])
def test_a_start_that_is_no_date_kept_by_an_earlier_release_holds_to_the_first_day(start):
    plan([5, 6])
    ConfigurationValue.objects.filter(name="mailer_warmup_start").update(value=start)
    forget()
    assert plan_of(date(2026, 12, 1)).limit == 5


@pytest.mark.parametrize(("limits", "groups"), [(["x"], {}), ([1], {"A": "gmail.com", "B": [None, 3]})])
def test_nonsense_in_the_configuration_stops_nothing(limits, groups):
    plan(limits)
    config.set_value("mailer_warmup_groups", groups)
    assert len(Warmup().hold_back(messages("a@gmail.com"), ())[0]) == 1
