"""Statements that are run again and again keep their plan."""

import pytest
from django.db import transaction

from honeyguide.engine.sql import rows, scalar
from honeyguide.features.contacts import rows as contact_rows

pytestmark = pytest.mark.django_db
PLANS = (
    "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE concat('%%', %s::text, '%%')"
)


def test_a_statement_is_prepared_once_it_was_run_some_times():
    with transaction.atomic():
        for number in range(8):
            assert scalar("SELECT %s::int + 40 AS of_this_test", (number,)) == number + 40
        assert len(rows(PLANS, ("of_this_test",))) == 1


def test_one_contact_is_read_by_a_plan_that_is_kept():
    with transaction.atomic():
        for number in range(30):
            contact_rows.read([number])
        (generic, custom), *more = rows(PLANS, ("WHERE contacts.id = $1",))
    assert (not more, custom <= 5, generic >= 10) == (True, True, True)
