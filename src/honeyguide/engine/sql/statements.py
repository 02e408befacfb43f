"""Runs SQL on Django's connection of this thread, inside whatever transaction is open.

Statements that a connection runs again and again are prepared (psycopg counts them), which saves a parse and a plan each time.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from psycopg import Cursor
from psycopg.types.datetime import TimestamptzLoader

Params = Sequence[Any] | Mapping[str, Any] | None


def _cursor(sql: str, params: Params):
    connection.ensure_connection()
    if connection.force_debug_cursor or connection.execute_wrappers:  # tests that count or forbid queries
        cursor = connection.cursor()
        cursor.execute(sql, params)
        return cursor
    with connection.wrap_database_errors:
        # Django's own cursors put the values into the text, so that nothing could be prepared; this one sends them apart.
        cursor = Cursor(connection.connection)
        cursor.adapters.register_loader(
            "timestamptz", TimestamptzLoader
        )  # in C; Django's is Python, for zones we don't use
        return cursor.execute(sql, params)


def execute(sql: str, params: Params = None) -> int:
    """Runs a statement; returns how many rows it touched."""
    return _cursor(sql, params).rowcount


def rows(sql: str, params: Params = None) -> list[tuple]:
    return _cursor(sql, params).fetchall()


def one(sql: str, params: Params = None) -> tuple | None:
    return _cursor(sql, params).fetchone()


def scalar(sql: str, params: Params = None) -> Any:
    """The first column of the first row, or None."""
    row = _cursor(sql, params).fetchone()
    return row[0] if row else None


def copy_rows(table: str, columns: Sequence[str], records: Iterable[Sequence[Any]]) -> None:
    """Streams records into a table by COPY. `table` and `columns` are names from code, never from input."""
    connection.ensure_connection()
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    with connection.wrap_database_errors, connection.connection.cursor().copy(statement) as copy:
        for record in records:
            copy.write_row(record)
