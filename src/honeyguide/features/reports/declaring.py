"""How a data source of reports is declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from honeyguide.engine.resource.columns import Column
from honeyguide.engine.sql import Clause
from honeyguide.features.fields.definitions import Definition, definitions

KINDS = {"i": "integer", "t": "text", "b": "boolean", "d": "datetime", "n": "number"}


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """One column: its SQL and kind, how people know it, and what its values are called in rows."""

    column: Column
    label: str
    alias: str


Columns = Mapping[str, ReportColumn]


@dataclass(frozen=True, slots=True)
class Link:
    """What a column's value leads to: the page `path`, followed by the value of the column `id`."""

    path: str
    id: str


@dataclass(frozen=True, slots=True)
class Graph:
    """A picture of a report's rows. `measures` are aggregates by their label.

    A "line" has a point per unit of time for each measure. A "pie" has a slice per measure, or with `by` the ten greatest
    slices of that expression. A "table" ranks ten of what `by` names, headed `head`, by the first measure; `link` (the page,
    then the aggregate that gives its id) leads to what a row names.
    """

    key: str
    title: str
    kind: str
    measures: Mapping[str, str]
    by: str = ""
    head: str = ""
    link: tuple[str, str] = ("", "")


# A filter that is no column: (condition, value) -> condition on rows.
RowFilter = Callable[[str, object], Clause]


@dataclass(frozen=True)
class Source:
    """`tables` is what follows FROM, empty while nothing records such rows; `where` restricts them always.

    `columns` gives the columns by key (`alias.name`), fields that users add among them. `joins` adds the table behind an alias,
    only where an expression that a report uses names it. `date` is the key that a range of dates restricts, `row` what orders
    rows that are otherwise equal. `filters` can be asked for though they are no columns. `links` says by key which values lead
    to the page of what they name. `graphs` are those a report may show.
    """

    group: str
    title: str
    tables: str
    columns: Callable[[], Columns]
    joins: Mapping[str, str] = field(default_factory=dict)
    where: str = "TRUE"
    date: str = ""
    row: str = ""
    filters: Mapping[str, RowFilter] = field(default_factory=dict)
    links: Mapping[str, Link] = field(default_factory=dict)
    graphs: Sequence[Graph] = ()
    admin_only: bool = False

    def named(self) -> dict[str, str]:
        """Name in rows -> key, in the order of labels; names that occur again are numbered (contract resource-reports)."""
        found: dict[str, str] = {}
        seen: dict[str, int] = {}
        for key, declared in sorted(self.columns().items(), key=lambda pair: (pair[1].label, pair[0])):
            count = seen.get(declared.alias, 0)
            seen[declared.alias] = count + 1
            found[f"{declared.alias}{count or ''}"] = key
        return found


def listed(text: str) -> dict[str, ReportColumn]:
    """Columns, one a line: `key:kind:label`, then if need be `:alias` and `:expression`, which default to the key's name and
    the key itself."""
    found = {}
    for line in filter(str.strip, text.splitlines()):
        key, kind, label, *rest = line.strip().split(":", 4)
        alias = rest[0] if rest and rest[0] else key.rpartition(".")[2]
        sql = rest[1] if len(rest) > 1 else key
        found[key] = ReportColumn(Column(sql, KINDS[kind]), label, alias)
    return found


def field_columns(object_: str, table: str, prefix: str = "") -> dict[str, ReportColumn]:
    """The fields of contacts ("lead") or companies ("company"), whose table is called `table`."""
    return {
        f"{table}.{alias}": ReportColumn(_field_column(d, table), f"{prefix}{d.label}", alias)
        for alias, d in definitions(object_).items()
    }


def _field_column(definition: Definition, table: str) -> Column:
    if definition.column:
        kind = {"points": "integer", "last_active": "datetime"}.get(definition.column, "text")
        return Column(f"{table}.{definition.column}", kind)
    kind = definition.field_type.kind
    sql = definition.field_type.sql(definition.alias, table)
    return Column(sql, kind if kind in ("number", "boolean") else "text")
