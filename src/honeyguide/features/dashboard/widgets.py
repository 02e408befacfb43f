"""What happened last, for the dashboard: the latest audit entries."""

from __future__ import annotations

from typing import Any

import orjson

from honeyguide.engine.audit.log import catch_up
from honeyguide.engine.sql import rows
from honeyguide.engine.widgets import Asked, Data, Widget

# One pass: the latest entries with the names of the contacts they tell of, never from more than the last 10,000. Those of one
# second are in their order.
LATEST = """
    SELECT l.user_name, l.user_id, l.bundle, l.object, l.object_id, l.action, l.details,
           to_char(l.date_added AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS+00:00'), l.ip_address,
           coalesce(nullif(concat_ws(' ', c.fields ->> 'firstname', c.fields ->> 'lastname'), ''), c.fields ->> 'email')
    FROM (
        SELECT * FROM (SELECT * FROM audit_log ORDER BY date_added DESC LIMIT 10000) recent
        WHERE %(mine)s::bigint IS NULL OR user_id = %(mine)s
        ORDER BY date_trunc('second', date_added AT TIME ZONE 'UTC') DESC, id LIMIT %(limit)s
    ) l LEFT JOIN contacts c ON l.bundle = 'lead' AND l.object = 'lead' AND c.id = l.object_id
    ORDER BY date_trunc('second', l.date_added AT TIME ZONE 'UTC') DESC, l.id
"""


def recent_activity(asked: Asked) -> Data:
    """Everyone's for administrators, else one's own."""
    catch_up()
    mine = None if asked.user.role.is_admin else asked.user.pk or 0
    logs = [
        {
            "userName": user_name,
            "userId": user_id or 0,
            "bundle": bundle,
            "object": object_,
            "objectId": str(object_id or 0),
            "action": action,
            "details": _shown(changes := orjson.loads(details)),
            "dateAdded": at,
            "ipAddress": address,
            "objectName": name or _name(changes) or f"{object_}-{object_id or 0}",
            "route": False,
        }
        for user_name, user_id, bundle, object_, object_id, action, details, at, address, name in rows(
            LATEST, {**asked.params, "mine": mine}
        )
    ]
    data = {"logs": logs, "icons": []}
    return Data(data, data)


def _name(details: dict[str, Any]) -> str:
    told = details.get("name") or details.get("title") or ""
    return str(told[1] if isinstance(told, list) and len(told) == 2 else told)


def _shown(value: Any) -> Any:
    """Nulls are left out; a list that had one becomes a map of what is left, by position."""
    if isinstance(value, dict):
        return {name: _shown(inner) for name, inner in value.items() if inner is not None} or []
    if isinstance(value, list):
        kept = {str(i): _shown(inner) for i, inner in enumerate(value) if inner is not None}
        return list(kept.values()) if len(kept) == len(value) else kept
    return value


RECENT = Widget(
    type="recent.activity",
    title="Recent Activity",
    group="Core Widgets",
    right="api:access:full",
    others="api:access:full",
    data=recent_activity,
)
