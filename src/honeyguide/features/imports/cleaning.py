"""Turns the rows of a batch into clean values, a column at a time.

A column is cleaned by its field's type. Values that are usual take a short way (a plain word, an ISO date, an ordinary address)
that gives exactly what the type's own function gives; types with few distinct values are cleaned once per value. A value
that its field refuses makes the row fail, with the reason; the other rows go on.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from ipaddress import ip_address
from typing import Any

import orjson

from honeyguide.engine.dates import to_datetime
from honeyguide.engine.fieldtypes import INVALID, TYPES, InvalidValue, clean_boolean
from honeyguide.engine.formulas import unguarded
from honeyguide.features.imports.layout import Column, Layout
from honeyguide.features.imports.reader import Batch
from honeyguide.features.imports.records import Failure, Key, Records, key_of

CLEAR = "NULL"  # a cell with this word empties the field
PLAIN_EMAIL = re.compile(r"[A-Za-z0-9_+-][A-Za-z0-9_.+-]{0,62}@(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24}").fullmatch
ISO_DATE = re.compile(r"[12]\d{3}-\d\d-\d\d").fullmatch
ISO_DATETIME = re.compile(r"[12]\d{3}-\d\d-\d\d[ T]\d\d:\d\d:\d\d").fullmatch
# `clean_text` gives this already, except for its strip.
PLAIN_TYPES = {"text", "textarea", "html", "lookup", "tel", "url", "country", "region", "select", "locale", "timezone"}
LIMITED_TYPES = {"text", "select", "tel", "url", "email"}  # these have a limit of their own besides the type's


class _Emptied:
    """Stands for "this cell empties the field" (None stands for "this cell says nothing")."""


EMPTIED = _Emptied()


def clean(batch: Batch, layout: Layout) -> tuple[Records, list[Failure]]:
    """The batch's good rows, cleaned, and its bad ones; each in the order of their lines."""
    rows = batch.rows
    problems = _shape(rows, layout.width)
    if problems:
        empty = [""] * layout.width
        squared = [empty if i in problems else row for i, row in enumerate(rows)]
    else:
        squared = rows
    by_index = list(zip(*squared, strict=True)) if squared else [()] * layout.width
    parts: dict[str, dict[str, Sequence[Any]]] = {layout.object: {}}
    for column in layout.columns:
        cells = _clean_column(by_index[column.index], column, problems)
        parts.setdefault(column.place, {})[column.target] = cells
    own = parts[layout.object]
    records = Records(
        list(batch.lines),
        list(map(orjson.dumps, _dicts(own, len(rows)))),
        list(zip(*(_keys(own.get(name), len(rows)) for name in layout.identifiers), strict=True))
        if layout.identifiers
        else [()] * len(rows),
        _identified([column for name, column in own.items() if name in layout.naming], len(rows)),
        *(_dicts(parts[place], len(rows)) if place in parts and place != layout.object else None
          for place in ("company", "special")),
    )  # fmt: skip
    failures = [Failure(*broken) for broken in batch.broken]
    if problems:
        failures += [Failure(batch.lines[i], problem, rows[i]) for i, problem in problems.items()]
        records = records.without(problems)
    failures.sort(key=lambda failure: failure.line)
    return records, failures


def _keys(column: Sequence[Any] | None, count: int) -> Iterable[Key]:
    if column is None:
        return [None] * count
    return [None if value is None else "" if value is EMPTIED else key_of(value) for value in column]


def _identified(columns: Sequence[Sequence[Any]], count: int) -> list[bool]:
    if not columns:
        return [False] * count
    return [any(value is not None and value is not EMPTIED for value in row) for row in zip(*columns, strict=True)]


def _shape(rows: Sequence[list[str]], width: int) -> dict[int, str]:
    problems = {}
    for i, row in enumerate(rows):
        if len(row) > width:
            problems[i] = f"The row has {len(row)} values, but there are {width} columns."
        elif not any(row):
            problems[i] = "The line is empty."
        elif len(row) < width:
            rows[i].extend([""] * (width - len(row)))
    return problems


def _dicts(columns: Mapping[str, Sequence[Any]], count: int) -> list[dict[str, Any]]:
    """One dictionary per row, without the cells that say nothing."""
    if not columns:
        return [{} for _ in range(count)]
    names, rows = tuple(columns), zip(*columns.values(), strict=True)
    if any(EMPTIED in column for column in columns.values()):
        return [
            {
                name: None if value is EMPTIED else value
                for name, value in zip(names, row, strict=True)
                if value is not None
            }
            for row in rows
        ]
    return [
        {name: value for name, value in zip(names, row, strict=True) if value is not None}
        if None in row
        else dict(zip(names, row, strict=True))
        for row in rows
    ]


def _clean_column(cells: Sequence[str], column: Column, problems: dict[int, str]) -> Sequence[Any]:
    """The cells' values; the rows of those that are refused are put into `problems`."""
    label = column.label
    if "\n'" in "\n" + "\n".join(cells):
        cells = [unguarded(cell) for cell in cells]
    if column.place == "special":
        return _each(cells, SPECIAL_CLEANERS[column.target], label, problems)
    properties = column.properties
    full = TYPES[column.type].clean
    if column.type in PLAIN_TYPES:
        values: list[Any] = [cell.strip() or None for cell in cells]
    elif column.type == "email":
        values = [cell if PLAIN_EMAIL(cell) else cell and REFUSED for cell in cells]
    else:
        values = _each(
            cells, _short_way(column.type, lambda cell: full(cell, properties)), label, problems, clears=True
        )
    if REFUSED in values:
        for i, value in enumerate(values):
            if value is REFUSED:
                values[i] = _one(i, cells[i].strip(), lambda cell: full(cell, properties), label, problems, clears=True)
    if column.type == "email" and "" in values:
        values = [value or None for value in values]
    if CLEAR in values:
        values = [EMPTIED if value == CLEAR else value for value in values]
    _check_length(values, column, problems)
    return values


REFUSED = object()  # by the short way only


def _each(
    cells: Sequence[str], clean_one: Callable[[str], Any], label: str, problems: dict[int, str], *, clears: bool = False
) -> list[Any]:
    """Cleans every distinct cell once."""
    known: dict[str, Any] = {"": None}
    values = []
    for i, cell in enumerate(cells):
        if cell in known:
            values.append(known[cell])
            continue
        value = _one(i, cell.strip(), clean_one, label, problems, clears=clears)
        if i not in problems:
            known[cell] = value
        values.append(value)
    return values


def _one(
    i: int, cell: str, clean_one: Callable[[str], Any], label: str, problems: dict[int, str], *, clears: bool
) -> Any:
    if not cell:
        return None
    if clears and cell == CLEAR:
        return EMPTIED
    try:
        return clean_one(cell)
    except InvalidValue as error:
        problems.setdefault(i, f"{label}: {error}")
        return None


def _short_way(kind: str, full: Callable[[str], Any]) -> Callable[[str], Any]:
    """A function that gives the same as `full`, sooner for what is usual of this type."""

    def iso_date(cell: str) -> Any:
        if ISO_DATE(cell):
            try:
                return date.fromisoformat(cell).isoformat()
            except ValueError:
                return full(cell)
        return full(cell)

    def iso_datetime(cell: str) -> Any:
        if ISO_DATETIME(cell):
            try:
                return datetime.fromisoformat(cell).isoformat(" ")
            except ValueError:
                return full(cell)
        return full(cell)

    def number(cell: str) -> Any:
        return int(cell) if cell.isdecimal() and cell.isascii() and len(cell) < 15 else full(cell)

    return {"date": iso_date, "datetime": iso_datetime, "number": number}.get(kind, full)


def _check_length(values: Sequence[Any], column: Column, problems: dict[int, str]) -> None:
    limit = TYPES[column.type].max_length
    if column.type in LIMITED_TYPES and column.char_length_limit and column.type != "email":
        limit = min(limit or column.char_length_limit, column.char_length_limit)
    if column.type == "email":
        limit = 254
    if limit is None:
        return
    for i, value in enumerate(values):
        if value is not None and value is not EMPTIED and len(value) > limit:
            problems.setdefault(i, f"{column.label}: The value is longer than {limit} characters.")


def _moment(cell: str) -> str:
    moment = to_datetime(cell)
    if moment is None:
        raise InvalidValue(INVALID)
    return moment.isoformat()


def _id(cell: str) -> int:
    if not (cell.isdecimal() and cell.isascii() and len(cell) < 19):
        raise InvalidValue(INVALID)
    return int(cell)


def _points(cell: str) -> int:
    try:
        points = int(float(cell))
    except (ValueError, OverflowError):
        raise InvalidValue(INVALID) from None
    if abs(points) > 2**31 - 1:
        raise InvalidValue(INVALID)
    return points


def _list(separator: str, most: int) -> Callable[[str], list[str]]:
    def split(cell: str) -> list[str]:
        return list(dict.fromkeys(part.strip()[:most] for part in cell.split(separator) if part.strip()))

    return split


def _addresses(cell: str) -> list[str]:
    try:
        return list(dict.fromkeys(str(ip_address(part.strip())) for part in cell.split(",") if part.strip()))
    except ValueError:
        raise InvalidValue(f"{cell[:100]} is not an IP address.") from None


SPECIAL_CLEANERS: Mapping[str, Callable[[str], Any]] = {
    "id": _id,
    "points": _points,
    "dateAdded": _moment,
    "dateModified": _moment,
    "lastActive": _moment,
    "dateIdentified": _moment,
    "createdByUser": str.lower,
    "modifiedByUser": str.lower,
    "ownerusername": str.lower,
    "stage": lambda cell: cell[:191],
    "doNotEmail": lambda cell: clean_boolean(cell, {}),
    "tags": _list("|", 191),
    "ip": _addresses,
}


def now() -> str:
    return datetime.now(UTC).isoformat()
