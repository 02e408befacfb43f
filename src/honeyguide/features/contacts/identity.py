"""Who is the same contact, and the locks that keep one e-mail address from becoming two contacts.

A writer takes the lock of every unique value it is about to store, in sorted order so that no two writers wait for each
other in a ring, and only then looks for an existing record and inserts. Whoever comes second waits, and finds the first
one's row. A set-based writer (import, large batch) takes one exclusive lock instead, which waits for all single
writers and keeps new ones out until its transaction ends. Every statement after the lock sees what was committed before it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from honeyguide.engine import config
from honeyguide.engine.sql import Clause, one, rows
from honeyguide.features.fields.definitions import VERSION, Definition, Definitions

LOCKS = {"lead": 0x686F6E01, "company": 0x686F6E02}  # the advisory lock of each identity as a whole
TABLES = {"lead": "contacts", "company": "companies"}
MANY = 300  # more values than this take the whole identity's lock instead of one each

LOCK_VALUES = f"""
    SELECT {VERSION}, pg_advisory_xact_lock_shared(%s),
           (SELECT count(pg_advisory_xact_lock(value)) FROM unnest(%s::bigint[]) value)
"""
LOCK_ALL = f"SELECT {VERSION}, pg_advisory_xact_lock(%s)"


def lock_number(definition: Definition, value: Any) -> int:
    """The advisory lock of one unique value."""
    text = f"{definition.object}:{definition.alias}:{str(value).lower()}"
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def lock_values(object_: str, values: Iterable[tuple[Definition, Any]]) -> int:
    """Holds the values until the transaction ends; returns the version of the field definitions."""
    numbers = sorted({lock_number(definition, value) for definition, value in values})
    if len(numbers) > MANY:
        return lock_everything(object_)
    row = one(LOCK_VALUES, (LOCKS[object_], numbers)) if numbers else one(f"SELECT {VERSION}")
    return row[0]


def lock_everything(object_: str) -> int:
    """Holds every identity of contacts ("lead") or companies until the transaction ends: for one set-based statement.

    Take it first in the transaction, never after `lock_values`.
    """
    return one(LOCK_ALL, (LOCKS[object_],))[0]


def given(fields: Definitions, values: Mapping[str, Any]) -> list[tuple[Definition, Any]]:
    """The unique fields that have a value."""
    return [(d, values[d.alias]) for d in fields.unique if values.get(d.alias) not in (None, "")]


def same_as(object_: str, values: Sequence[tuple[Definition, Any]]) -> Clause | None:
    """The condition on the object's table for being the same; None when nothing can tell."""
    if not values:
        return None
    operator = config.get(
        "contact_unique_identifiers_operator" if object_ == "lead" else "company_unique_identifiers_operator"
    )
    clauses = [equals(definition, value) for definition, value in values]
    return Clause.every(clauses) if operator == "AND" else Clause.some(clauses)


def equals(definition: Definition, value: Any) -> Clause:
    """A field has exactly this value, whatever the case; served by the field's index."""
    return Clause(f"{_expression(definition)} = lower(%s)", (str(value),))


def _expression(definition: Definition) -> str:
    """Exactly that of the field's index."""
    return f"lower({TABLES[definition.object]}.fields ->> '{definition.alias}')"


def find(object_: str, values: Sequence[tuple[Definition, Any]]) -> int | None:
    """The newest record that is the same. Call it after `lock_values`."""
    found = candidates(object_, values)
    return found[0] if found else None


def candidates(object_: str, values: Sequence[tuple[Definition, Any]]) -> list[int]:
    """Every record that is the same, the newest first."""
    clause = same_as(object_, values)
    if clause is None:
        return []
    table = TABLES[object_]
    return [
        row[0]
        for row in rows(
            f"SELECT id FROM {table} WHERE {clause.text} ORDER BY date_added DESC NULLS LAST, id DESC", clause.params
        )
    ]


def find_each(definition: Definition, values: Iterable[Any]) -> dict[str, int]:
    """One pass over the index: the newest record of each value; values that nobody has are left out."""
    table, expression = TABLES[definition.object], _expression(definition)
    found = rows(
        f"SELECT value, {table}.id FROM unnest(%s::text[]) value JOIN {table} ON {expression} = lower(value) "
        f"ORDER BY {table}.date_added ASC NULLS FIRST, {table}.id ASC",
        ([str(value) for value in values],),
    )
    return dict(found)


def is_taken(definition: Definition, value: Any, *, besides: int | None) -> bool:
    """Whether another record has this value. Call it after `lock_values`."""
    clause = equals(definition, value)
    table = TABLES[definition.object]
    return one(
        f"SELECT 1 FROM {table} WHERE {clause.text} AND id IS DISTINCT FROM %s LIMIT 1", (*clause.params, besides)
    ) is not None  # fmt: skip


def lock_rows(table_ids: Sequence[int]) -> list[int]:
    """Locks contacts in the order of their ids; returns those that exist."""
    return [
        row[0]
        for row in rows("SELECT id FROM contacts WHERE id = ANY(%s) ORDER BY id FOR UPDATE", (sorted(table_ids),))
    ]
