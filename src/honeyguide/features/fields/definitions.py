"""The published field definitions of contacts and companies, cached in each process.

A version number in the database moves with every change to a definition. The cache asks for it at most once a second;
code that has just read the number for other reasons (a save, a page of contacts) passes it on and never works with an
older set.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from honeyguide.engine.fieldtypes import TYPES, FieldType
from honeyguide.engine.sql import execute, rows, scalar

FieldObject = Literal["lead", "company"]
GROUPS = {"lead": ("core", "social", "personal", "professional"), "company": ("core", "professional", "other")}
COLUMNS = {"points": "points", "last_active": "last_active"}  # contact fields that are columns, not in `fields`
CACHE_SECONDS = 1.0

VERSION = "(SELECT version FROM field_versions)"  # to be put into statements of others
READ = """
    SELECT id, object, alias, label, type, "group", "order", default_value, is_required, is_fixed, is_visible,
           is_short_visible, is_listable, is_publicly_updatable, is_unique_identifier, is_index, char_length_limit,
           properties::text
    FROM fields
    WHERE is_published
    ORDER BY "order", id
"""


@dataclass(frozen=True)
class Definition:
    """One published field. `default_value` is raw text, as the field's author typed it."""

    id: int
    object: FieldObject
    alias: str
    label: str
    type: str
    group: str
    order: int
    default_value: str | None
    is_required: bool
    is_fixed: bool
    is_visible: bool
    is_short_visible: bool
    is_listable: bool
    is_publicly_updatable: bool
    is_unique_identifier: bool
    is_index: bool
    char_length_limit: int | None
    properties: Mapping[str, Any]

    @cached_property
    def field_type(self) -> FieldType:
        return TYPES[self.type]

    @cached_property
    def column(self) -> str | None:
        """The contacts column that holds the value, when it is not in `fields`."""
        return COLUMNS.get(self.alias) if self.object == "lead" else None

    @cached_property
    def expression(self) -> str:
        """The SQL of the value over the table's plain name: text as text, others by their kind."""
        table = "contacts" if self.object == "lead" else "companies"
        return f"{table}.{self.column}" if self.column else self.field_type.sql(self.alias, table)

    @cached_property
    def options(self) -> dict[str, str]:
        """Value -> label of a select, multiselect or boolean field."""
        if self.type == "boolean":
            return {"1": str(self.properties.get("yes", "1")), "0": str(self.properties.get("no", "0"))}
        return dict(_option(entry) for entry in self.properties.get("list") or ())


def _option(entry: Any) -> tuple[str, str]:
    if isinstance(entry, Mapping):
        return str(entry.get("value", "")), str(entry.get("label", ""))
    return str(entry), str(entry)


@dataclass(frozen=True)
class Definitions(Mapping[str, Definition]):
    """The published fields of one object by alias, in their order. Equal versions hold equal fields."""

    version: int
    by_alias: dict[str, Definition]

    def __getitem__(self, alias: str) -> Definition:
        return self.by_alias[alias]

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_alias)

    def __len__(self) -> int:
        return len(self.by_alias)

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other

    @cached_property
    def unique(self) -> tuple[Definition, ...]:
        """The fields by which two records are the same, in their order."""
        return tuple(d for d in self.values() if d.is_unique_identifier)

    @cached_property
    def with_default(self) -> tuple[Definition, ...]:
        return tuple(d for d in self.values() if d.default_value not in (None, ""))


class _Cache(threading.local):
    """One per thread: a transaction that changes definitions sees its own change and others do not."""

    checked_at = 0.0
    sets: dict[str, Definitions] | None = None
    generation = 0


_cache = _Cache()
_generation = 0  # of this process; moved by forget_everywhere


def definitions(object_: FieldObject, *, version: int | None = None) -> Definitions:
    """The published definitions of contacts ("lead") or companies ("company") by alias, in order.

    At most a second old; with `version`, a number just read from the database, exactly that or newer.
    """
    now = time.monotonic()
    if version is None and _cache.sets and now - _cache.checked_at > CACHE_SECONDS:
        version = scalar(f"SELECT {VERSION}")
        _cache.checked_at = now
    if (
        _cache.sets is None
        or _cache.generation != _generation
        or (version is not None and _cache.sets[object_].version != version)
    ):
        _cache.generation = _generation
        _cache.sets = _read()
        _cache.checked_at = now
    return _cache.sets[object_]


def _read() -> dict[str, Definitions]:
    import orjson

    version = scalar(f"SELECT {VERSION}")
    found: dict[str, dict[str, Definition]] = {"lead": {}, "company": {}}
    for *values, properties in rows(READ):
        definition = Definition(*values, properties=orjson.loads(properties) or {})
        found[definition.object][definition.alias] = definition
    return {name: Definitions(version, by_alias) for name, by_alias in found.items()}


def forget() -> None:
    """Drops this thread's cache."""
    _cache.sets = None


def forget_everywhere() -> None:
    """Drops the cache of every thread of this process: the database is another one now."""
    global _generation
    _generation += 1


def changed() -> None:
    """Notes a change to definitions in the current transaction, for every process. Only the services call it."""
    execute("UPDATE field_versions SET version = version + 1")
    forget()
