"""Decides, in the order of the rows, which record each row of a chunk is about.

A row means the record whose identifiers equal the row's, the newest when there are several; the record may be in the database
or have been made or changed by an earlier row of the same chunk. The outcome is the same as of one row after the other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from honeyguide.features.imports.cleaning import Record

Rank = tuple[float, int]  # (seconds since 1970 it was added, id): the greater, the newer


@dataclass(slots=True)
class Outcome:
    """`created` are the records to be made; `changed` by id those that exist; later rows about the same are merged into the
    first one. `keys` tells for each row which record it means: an id, or -1, -2, ... for the first, second, ... of `created`."""

    created: list[Record] = field(default_factory=list)
    changed: dict[int, Record] = field(default_factory=dict)
    keys: list[int | None] = field(default_factory=list)


def key_of(value: Any) -> str:
    """A value as identity compares it."""
    return str(value).lower()


class Known:
    """Records by the values of their identifiers."""

    def __init__(self, identifiers: Sequence[str], operator: str) -> None:
        self.identifiers, self.operator = identifiers, operator
        self._ids: dict[str, dict[str, list[int]]] = {name: {} for name in identifiers}
        self._values: dict[int, dict[str, str]] = {}
        self._ranks: dict[int, Rank] = {}

    def add(self, identifier: str, value: str, id: int, rank: Rank) -> None:
        """Record `id` has this value."""
        self._ranks[id] = rank
        if id in self._values:
            self._values[id][identifier] = value
        else:
            self._values[id] = {identifier: value}
        if (ids := self._ids[identifier].get(value)) is None:
            self._ids[identifier][value] = [id]
        else:
            ids.append(id)

    def change(self, id: int, record: Record, *, keep_existing: bool) -> None:
        """A row changes record `id`."""
        has = self._values.get(id, {})
        for name in self.identifiers:
            if name not in record.values or (keep_existing and name in has):
                continue
            value = None if record.values[name] is None else key_of(record.values[name])
            old = has.get(name)
            if old == value:
                continue
            if old is not None:
                self._ids[name][old].remove(id)
                del has[name]
            if value is not None:
                self.add(name, value, id, self._ranks.get(id, (0.0, id)))

    def find(self, wanted: Sequence[tuple[str, str]]) -> int | None:
        """The newest record with any (or all) of these (identifier, value) pairs."""
        if not wanted:
            return None
        found = [self._ids[name].get(value, ()) for name, value in wanted]
        if len(found) == 1:
            candidates: Iterable[int] = found[0]
        elif self.operator == "AND":
            candidates = set(found[0]).intersection(*found[1:])
        else:
            candidates = set().union(*found)
        return max(candidates, key=self._ranks.__getitem__, default=None)


def match(records: Iterable[Record | None], known: Known, by_id: Mapping[int, int], *, keep_existing: bool) -> Outcome:
    """`by_id` maps an id that a row may name to the id it has now. With `keep_existing` a later row only fills what an earlier
    one left open. A record that is None means nothing (its key is None)."""
    outcome = Outcome()
    created, changed, keys = outcome.created, outcome.changed, outcome.keys
    identifiers = known.identifiers
    for record in records:
        if record is None:
            keys.append(None)
            continue
        values = record.values
        wanted = [(name, key_of(value)) for name in identifiers if (value := values.get(name)) is not None]
        key = by_id.get(record.special.get("id", 0)) or known.find(wanted)
        if key is None:
            created.append(record)
            key = -len(created)
            for name, value in wanted:
                known.add(name, value, key, (float("inf"), -key))
        else:
            known.change(key, record, keep_existing=keep_existing)
            if key < 0:
                created[-key - 1] = _merged(created[-key - 1], record, keep_existing)
            else:
                changed[key] = _merged(changed[key], record, keep_existing) if key in changed else record
        keys.append(key)
    return outcome


def _merged(first: Record, second: Record, keep_existing: bool) -> Record:
    tags = [*first.special.get("tags", ()), *second.special.get("tags", ())]
    addresses = [*first.special.get("ip", ()), *second.special.get("ip", ())]
    special = {**first.special, **second.special}
    if "points" in first.special:  # points are given to new contacts only, so the first row's count
        special["points"] = first.special["points"]
    if tags:
        special["tags"] = tags
    if addresses:
        special["ip"] = addresses
    if keep_existing:
        values = {**second.values, **{name: value for name, value in first.values.items() if value is not None}}
    else:
        values = {**first.values, **second.values}
    return Record(first.line, values, {**first.company, **second.company}, special)
