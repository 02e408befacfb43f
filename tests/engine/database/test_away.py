"""While the database is away the log stays short; other failures keep their traces."""

import logging
import sys

import psycopg
import pytest
from django.db import OperationalError

from honeyguide.engine.database.away import OneLine


def logged(cause):
    """The record that is written when an exception with this cause is logged."""
    try:
        try:
            raise cause
        except type(cause) as error:
            raise OperationalError("could not") from error
    except OperationalError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "Task %s:\n more", ("a",), sys.exc_info())
    assert OneLine().filter(record)
    return record


@pytest.mark.parametrize(
    "cause",
    [
        psycopg.OperationalError("no such server\nIs it running?"),
        psycopg.errors.AdminShutdown("no such server"),
        psycopg.InterfaceError("no such server"),
    ],
)
def test_a_lost_connection_is_one_line(cause):
    record = logged(cause)
    assert (record.getMessage(), record.exc_info) == ("Task a: no such server", None)


@pytest.mark.parametrize("cause", [psycopg.errors.DeadlockDetected("two wait"), psycopg.errors.DiskFull("full")])
def test_other_failures_keep_their_trace(cause):
    assert logged(cause).exc_info


def test_the_product_logs_that_way(settings):
    assert settings.LOGGING["handlers"]["stderr"]["filters"] == ["away"]
