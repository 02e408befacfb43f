"""Who is in a campaign, as the API lists it (contract resource-campaigns, resource-stats)."""

from __future__ import annotations

from typing import Any

from honeyguide.engine.api.listing import conditions, orders, read_limit, read_start
from honeyguide.engine.resource.columns import Column
from honeyguide.engine.sql import ALL, Clause, one, rows, scalar

COLUMNS = {
    "campaign_id": Column("m.campaign_id", "integer"),
    "lead_id": Column("m.contact_id", "integer"),
    "date_added": Column("m.date_added", "datetime"),
    "manually_removed": Column("m.manually_removed", "boolean"),
    "manually_added": Column("m.manually_added", "boolean"),
    "date_last_exited": Column("m.date_last_exited", "datetime"),
    "rotation": Column("m.rotation", "integer"),
}
# One pass: a page of the members, as text, with nulls left out.
LIST = """
    SELECT m.campaign_id::text, m.contact_id::text, to_char(m.date_added AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'),
           m.manually_removed::int::text, m.manually_added::int::text,
           to_char(m.date_last_exited AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), m.rotation::text
    FROM campaign_contacts m
"""


def contact(contact_id: int) -> tuple[int, int | None] | None:
    """The contact's id and owner; None when there is none."""
    return one("SELECT id, owner_id FROM contacts WHERE id = %s", (min(contact_id, 2**63 - 1),))


def listing(campaign_id: int, call: Any) -> dict[str, Any]:
    """A page of the contacts that are in the campaign, as raw rows (contract resource-stats)."""
    where = Clause("m.campaign_id = %s AND NOT m.manually_removed", (campaign_id,))
    where &= conditions(call.query["where"], COLUMNS) if call.query.get("where") else ALL
    ordering = ", ".join(orders(call, COLUMNS) or ("m.contact_id",))
    total = scalar(f"SELECT count(*) FROM campaign_contacts m WHERE {where.text}", where.params)
    limit, start = read_limit(call, 100), read_start(call)
    found = rows(
        f"{LIST} WHERE {where.text} ORDER BY {ordering} LIMIT %s OFFSET %s",
        (*where.params, max(limit, 0) or None, start),
    )
    shown = [{name: value for name, value in zip(COLUMNS, row, strict=True) if value is not None} for row in found]
    return {"total": str(total), "contacts": shown if limit >= 0 else []}
