"""What the log says while the database is away: a line for each thing that did not work, not a page."""

from __future__ import annotations

import logging

import psycopg

GONE = ("08", "57P")  # classes of SQLSTATE: the connection failed; the server stops or starts


def lost_connection(error: BaseException | None) -> psycopg.Error | None:
    """The loss of the database that an exception comes from, if it does."""
    while error is not None:
        if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
            return error if not error.sqlstate or error.sqlstate.startswith(GONE) else None
        error = error.__cause__
    return None


class OneLine(logging.Filter):
    """Replaces the traces of lost connections, which say where nobody needs to look, by the reason."""

    def filter(self, record: logging.LogRecord) -> bool:
        lost = lost_connection(record.exc_info[1]) if record.exc_info else None
        if lost is not None:
            what = record.getMessage().strip().split("\n")[0].rstrip(": ")
            record.msg, record.args, record.exc_info = f"{what}: {str(lost).strip().splitlines()[0]}", (), None
        return True
