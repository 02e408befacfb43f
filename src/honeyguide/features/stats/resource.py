"""Raw rows over REST (contract resource-stats)."""

from __future__ import annotations

from typing import Any

import orjson

from honeyguide.engine.api.listing import conditions, orders, read_limit, read_start
from honeyguide.engine.resource import Action, Refused, Resource, Rights
from honeyguide.engine.resource.columns import Column
from honeyguide.engine.resource.given import LIST, OBJECT, PAGING, Given, having
from honeyguide.engine.sql import ALL, Clause, rows, scalar
from honeyguide.features.fields.output import php_serialize
from honeyguide.features.stats.tables import TABLES, Table

DEFAULT_LIMIT = 100
AS_TEXT = {
    "boolean": "({})::int::text",
    "datetime": "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')",
}
OWN = "{} IN (SELECT id FROM contacts WHERE coalesce(owner_id, created_by) = %s)"


def list_tables(call: Any) -> Any:
    return {
        "availableTables": sorted(TABLES),
        "tableColumns": {name: sorted(table.columns, key=str.upper) for name, table in sorted(TABLES.items())},
    }


def list_rows(call: Any) -> Any:
    """Rows of a table as text. What is wrong with the request is told with status 200, as the reference does."""
    table = TABLES.get(call.path["table"].lower())
    if table is None:
        return list_tables(call)
    try:
        return _page(table, _visible(table, call), call)
    except Refused as error:
        return {"errors": [{"message": error.message, "code": error.code if error.code == 403 else 0}]}


def _visible(table: Table, call: Any) -> Clause:
    """All rows for who sees others' contacts, else those of one's own (the reference shows all of them)."""
    if not table.right or call.may(f"{table.right}:viewother"):
        return ALL
    if not call.may(f"{table.right}:view"):
        raise Refused(f"You do not have the view permission to load data from the {table.alias} table", code=403)
    return Clause(OWN.format(table.contact), (call.user.pk,))


def _page(table: Table, where: Clause, call: Any) -> dict[str, Any]:
    where &= conditions(call.query["where"], table.columns) if call.query.get("where") else ALL
    ordering = orders(call, table.columns) or (next(iter(table.columns.values())).sql,)
    limit, start = read_limit(call, DEFAULT_LIMIT), read_start(call)
    if not table.source:
        return {"total": "0", "stats": []}
    if table.prepare:
        table.prepare()
    source = f"FROM {table.source} WHERE {table.conditions} AND ({where.text})"
    total = scalar(f"SELECT count(*) {source}", where.params)
    if limit <= 0:
        return {"total": str(total), "stats": []}
    selected = ", ".join(map(_as_text, table.columns.values()))
    found = rows(
        f"SELECT {selected} {source} ORDER BY {', '.join(ordering)} LIMIT %s OFFSET %s", (*where.params, limit, start)
    )
    return {"total": str(total), "stats": [_shown(table, row) for row in found]}


def _as_text(column: Column) -> str:
    return AS_TEXT.get(column.kind, "({})::text").format(column.sql)


def _shown(table: Table, row: tuple) -> dict[str, str]:
    told = dict(zip(table.columns, row, strict=True))
    told |= {name: make(int(told["id"])) for name, make in table.made.items()}
    return {
        name: php_serialize(orjson.loads(value)).decode() if table.columns[name].kind == "structure" else value
        for name, value in told.items()
        if value is not None
    }


STATS = Resource(
    name="stats",
    one="stat",
    many="stats",
    label="Statistics",
    model=None,
    rights=Rights("lead:leads"),
    fields=[],
    standard=(),
    actions=[
        Action(
            "GET",
            "",
            list_tables,
            "Tables with statistics, and their columns",
            gives=having(availableTables=LIST, tableColumns=OBJECT),
        ),
        Action(
            "GET",
            "{table}",
            list_rows,
            "Rows of a table",
            takes=[
                Given(name="table", text="The name of the table.", place="path", example="email_stats"),
                *PAGING[1:],
            ],
            gives=OBJECT,
        ),
    ],
)
