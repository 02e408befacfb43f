"""A row as it travels from the reading of the file to the writing: its values are JSON from the start, as the database takes
them, and only what decides something is looked at again. Knows no Django."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

import orjson

Key = str | None
NOTHING: Mapping[str, Any] = {}
NULL = b":null"  # without it, no value of a record is null


@dataclass(slots=True)
class Record:
    """One row. `fields` is JSON: a field's new value, null empties it; `company` and `special` are {target: value}.

    `keys` are the values of the identifiers as identity compares them, in the identifiers' order: None says nothing, ""
    empties. `identified` tells whether the values name somebody.
    """

    line: int
    fields: bytes
    keys: tuple[Key, ...]
    identified: bool
    company: Mapping[str, Any] = field(default_factory=dict)
    special: Mapping[str, Any] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, Any]:
        return orjson.loads(self.fields)


@dataclass(slots=True)
class Records:
    """The rows of a chunk by column, which is how they go from one process to another. Each sequence is as long as `lines`;
    `company` and `special` are None when no row has any."""

    lines: list[int]
    fields: list[bytes]
    keys: list[tuple[Key, ...]]
    identified: list[bool]
    company: list[dict[str, Any]] | None = None
    special: list[dict[str, Any]] | None = None

    def each(self) -> list[Record]:
        return list(
            map(
                Record,
                self.lines,
                self.fields,
                self.keys,
                self.identified,
                repeat(NOTHING) if self.company is None else self.company,
                repeat(NOTHING) if self.special is None else self.special,
            )
        )

    def without(self, positions: Mapping[int, Any]) -> Records:
        def kept(column: list | None) -> Any:
            return column and [value for i, value in enumerate(column) if i not in positions]

        return Records(
            kept(self.lines),
            kept(self.fields),
            kept(self.keys),
            kept(self.identified),
            kept(self.company),
            kept(self.special),
        )


@dataclass(slots=True)
class Failure:
    """A row that was not imported; `row` holds its original values."""

    line: int
    error: str
    row: list[str]


def key_of(value: Any) -> str:
    """A value as identity compares it."""
    return str(value).lower()


def record(
    line: int,
    values: Mapping[str, Any],
    *,
    identifiers: Sequence[str],
    naming: frozenset[str] = frozenset(),
    company: Mapping[str, Any] = NOTHING,
    special: Mapping[str, Any] = NOTHING,
) -> Record:
    """A record of these values."""
    keys = tuple(
        None if name not in values else "" if values[name] is None else key_of(values[name]) for name in identifiers
    )
    identified = any(values[name] is not None for name in naming & values.keys())
    return Record(line, orjson.dumps(values), keys, identified, company, special)
