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


class Known:
    """Records by the values of their identifiers."""

    def __init__(self, identifiers: Sequence[str], operator: str) -> None:
        self.identifiers, self.operator = identifiers, operator
        self._keys: dict[str, dict[str, list[int]]] = {name: {} for name in identifiers}
        self._values: dict[int, dict[str, str]] = {}
        self._ranks: dict[int, Rank] = {}

    def add_found(self, identifier: str, value: str, id: int, rank: Rank) -> None:
        """The database has record `id` with this value."""
        self._ranks[id] = rank
        self._put(id, identifier, value.lower())

    def learn(self, key: int, values: Mapping[str, Any], *, keep_existing: bool = False) -> None:
        """A row gave record `key` these values."""
        if key < 0:
            self._ranks.setdefault(key, (float("inf"), -key))
        has = self._values.setdefault(key, {})
        for name in self.identifiers:
            if name not in values or (keep_existing and name in has):
                continue
            value = None if values[name] is None else str(values[name]).lower()
            if (old := has.get(name)) == value:
                continue
            if old is not None:
                self._keys[name][old].remove(key)
                del has[name]
            if value is not None:
                self._put(key, name, value)

    def _put(self, key: int, identifier: str, value: str) -> None:
        self._values.setdefault(key, {})[identifier] = value
        self._keys[identifier].setdefault(value, []).append(key)

    def find(self, values: Mapping[str, Any]) -> int | None:
        candidates: set[int] | None = None
        for name in self.identifiers:
            value = values.get(name)
            if value is None:
                continue
            keys = self._keys[name].get(str(value).lower(), ())
            if candidates is None:
                candidates = set(keys)
            elif self.operator == "AND":
                candidates &= set(keys)
            else:
                candidates |= set(keys)
        if not candidates:
            return None
        return max(candidates, key=self._ranks.__getitem__) if len(candidates) > 1 else candidates.pop()


def match(records: Iterable[Record | None], known: Known, by_id: Mapping[int, int], *, keep_existing: bool) -> Outcome:
    """`by_id` maps an id that a row may name to the id it has now. With `keep_existing` a later row only fills what an earlier
    one left open. A record that is None means nothing (its key is None)."""
    outcome = Outcome()
    for record in records:
        if record is None:
            outcome.keys.append(None)
            continue
        key = by_id.get(record.special.get("id", 0)) or known.find(record.values)
        if key is None:
            outcome.created.append(record)
            key = -len(outcome.created)
        elif key < 0:
            outcome.created[-key - 1] = _merged(outcome.created[-key - 1], record, keep_existing)
        elif key in outcome.changed:
            outcome.changed[key] = _merged(outcome.changed[key], record, keep_existing)
        else:
            outcome.changed[key] = record
        known.learn(key, record.values, keep_existing=keep_existing)
        outcome.keys.append(key)
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
