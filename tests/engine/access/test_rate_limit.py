"""Calls are counted exactly while the limit is small, and cheaply while it is large; never are there more than allowed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from honeyguide.engine import config
from honeyguide.engine.access import rate_limit
from honeyguide.engine.sql import execute

pytestmark = pytest.mark.django_db


def remaining(credential="c"):
    headers, refusal = rate_limit.count_call(credential)
    return int(headers["X-RateLimit-Remaining"]), bool(refusal)


def test_a_small_limit_is_counted_call_by_call():
    config.set_value("api_rate_limiter_limit", 3)
    assert [remaining() for _ in range(4)] == [(2, False), (1, False), (0, False), (0, True)]
    assert remaining("other") == (2, False)


def test_of_a_large_limit_a_process_takes_a_share_at_once():
    config.set_value("api_rate_limiter_limit", 5000)
    with CaptureQueriesContext(connection) as asked:
        assert [remaining()[0] for _ in range(10)] == list(range(4999, 4989, -1))
    assert sum("rate_limits" in query["sql"] for query in asked) == 2
    rate_limit.forget()  # as another process, which knows nothing of the first one's share
    assert remaining() == (4989, False)


def test_processes_together_never_give_out_more_than_the_limit():
    config.set_value("api_rate_limiter_limit", 2500)
    allowed = 0
    for call in range(3200):
        if call % 3 == 0:
            rate_limit.forget()
        allowed += not remaining()[1]
    assert 2500 * 0.5 < allowed <= 2500
    assert remaining() == (0, True)


def test_another_limit_counts_at_once():
    config.set_value("api_rate_limiter_limit", 5000)
    remaining()
    config.set_value("api_rate_limiter_limit", 1)
    assert remaining() == (0, True)


def test_a_new_hour_starts_afresh():
    config.set_value("api_rate_limiter_limit", 5000)
    remaining()
    execute("UPDATE rate_limits SET window_start = window_start - %s", (rate_limit.WINDOW_SECONDS,))
    rate_limit.forget()
    assert remaining() == (4999, False)
