"""The indexes on field values: `contacts_field_<alias>` and `companies_field_<alias>`."""

from __future__ import annotations

from honeyguide.engine.fieldtypes import ALIAS
from honeyguide.engine.sql import execute, scalar

TABLES = {"lead": "contacts", "company": "companies"}
SMALL_TABLE = 20_000  # rows that are indexed in a blink


def index_name(object_: str, alias: str) -> str:
    if not ALIAS.fullmatch(alias):
        raise ValueError(f"not a field alias: {alias!r}")
    return f"{TABLES[object_]}_field_{alias}"


def create_index(object_: str, alias: str, *, concurrently: bool = False) -> None:
    """`concurrently` lets writers go on, and must not run in a transaction."""
    execute(
        f"CREATE INDEX {'CONCURRENTLY' if concurrently else ''} IF NOT EXISTS {index_name(object_, alias)} "
        f"ON {TABLES[object_]} (lower(fields ->> '{alias}') text_pattern_ops)"
    )


def drop_index(object_: str, alias: str) -> None:
    execute(f"DROP INDEX IF EXISTS {index_name(object_, alias)}")


def is_broken(object_: str, alias: str) -> bool:
    """Whether a build was cut off half-way."""
    name = index_name(object_, alias)
    return bool(scalar("SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(%s) AND NOT indisvalid", (name,)))


def index_count(object_: str) -> int:
    return scalar("SELECT count(*) FROM pg_index WHERE indrelid = %s::regclass", (TABLES[object_],))


def row_count(object_: str) -> int:
    """How many rows the table has, counted no further than it matters."""
    return scalar(f"SELECT count(*) FROM (SELECT 1 FROM {TABLES[object_]} LIMIT {SMALL_TABLE + 1}) counted")
