"""Decides, in the order of the rows, which record each row of a chunk is about.

A row means the record whose identifiers equal the row's, the newest when there are several; the record may be in the database
or have been made or changed by an earlier row of the same chunk. The outcome is the same as of one row after the other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from honeyguide.features.imports.records import Key, Record, record

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
        for name, key in zip(self.identifiers, record.keys, strict=True):
            if key is None or (keep_existing and name in has):
                continue
            old = has.get(name)
            if old == (key or None):
                continue
            if old is not None:
                self._ids[name][old].remove(id)
                del has[name]
            if key:
                self.add(name, key, id, self._ranks.get(id, (0.0, id)))

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


def are_independent(records: Sequence[Record]) -> bool:
    """Whether each row has one key that no other has: then no row changes what another means."""
    keys = {record.keys for record in records}
    return len(keys) == len(records) and all(len(key) == 1 and key[0] for key in keys)


def match_independent(records: Sequence[Record], found: Iterable[tuple[str, int, float]]) -> Outcome:
    """The outcome of `match` for rows that `are_independent`; `found` are (value, id, seconds since 1970) as they exist."""
    newest: dict[Key, Rank] = {}
    for value, id, added in found:
        if value not in newest or newest[value] < (added, id):
            newest[value] = (added, id)
    if not newest:
        return Outcome(list(records), {}, list(range(-1, -len(records) - 1, -1)))
    outcome = Outcome()
    for row in records:
        if rank := newest.get(row.keys[0]):
            key = rank[1]
            outcome.changed[key] = row
        else:
            outcome.created.append(row)
            key = -len(outcome.created)
        outcome.keys.append(key)
    return outcome


def match(
    records: Iterable[Record | None],
    known: Known,
    by_id: Mapping[int, int],
    *,
    keep_existing: bool,
    naming: frozenset[str] = frozenset(),
) -> Outcome:
    """`by_id` maps an id that a row may name to the id it has now. With `keep_existing` a later row only fills what an earlier
    one left open. A record that is None means nothing (its key is None)."""
    outcome = Outcome()
    created, changed, keys = outcome.created, outcome.changed, outcome.keys
    for row in records:
        if row is None:
            keys.append(None)
            continue
        wanted = [(name, value) for name, value in zip(known.identifiers, row.keys, strict=True) if value]
        key = by_id.get(row.special.get("id", 0)) or known.find(wanted)
        if key is None:
            created.append(row)
            key = -len(created)
            for name, value in wanted:
                known.add(name, value, key, (float("inf"), -key))
        else:
            known.change(key, row, keep_existing=keep_existing)
            if key < 0:
                created[-key - 1] = _merged(created[-key - 1], row, keep_existing, naming)
            else:
                changed[key] = _merged(changed[key], row, keep_existing, naming) if key in changed else row
        keys.append(key)
    return outcome


def _merged(first: Record, second: Record, keep_existing: bool, naming: frozenset[str]) -> Record:
    tags = [*first.special.get("tags", ()), *second.special.get("tags", ())]
    addresses = [*first.special.get("ip", ()), *second.special.get("ip", ())]
    special = {**first.special, **second.special}
    if "points" in first.special:  # points are given to new contacts only, so the first row's count
        special["points"] = first.special["points"]
    if tags:
        special["tags"] = tags
    if addresses:
        special["ip"] = addresses
    values = {**first.values, **second.values}
    if keep_existing:
        values |= {name: value for name, value in first.values.items() if value is not None}
    company = {**first.company, **second.company}
    return record(first.line, values, identifiers=(), naming=naming, company=company, special=special)
