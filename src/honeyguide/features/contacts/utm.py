"""UTM tags: the campaign a visit came from (contract resource-contacts "UTM tags")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson
from django.db import transaction

from honeyguide.engine.audit import current
from honeyguide.engine.dates import to_datetime
from honeyguide.engine.events import EventType, New, append
from honeyguide.engine.resource.errors import Refused
from honeyguide.engine.sql import execute, scalar
from honeyguide.features.devices import note_device

TEXTS = {
    "referer": ("referer",),
    "remote_host": ("remotehost", "remote_host"),
    "url": ("url",),
    "user_agent": ("useragent", "user_agent"),
    "utm_campaign": ("utm_campaign",),
    "utm_content": ("utm_content",),
    "utm_medium": ("utm_medium",),
    "utm_source": ("utm_source",),
    "utm_term": ("utm_term",),
}


@transaction.atomic
def add_utm_tags(contact_id: int, values: Mapping[str, Any], *, by: Any = None) -> int:
    """Stores a set of UTM tags; returns its id. `useragent` also makes a device, `lastActive` moves the contact's."""
    texts = {column: _first(values, names) for column, names in TEXTS.items()}
    number = scalar(
        f"""
        INSERT INTO utm_tags (contact_id, date_added, query, {", ".join(texts)})
        VALUES (%s, now(), %s::jsonb, {", ".join(["%s"] * len(texts))}) RETURNING id
        """,
        (contact_id, orjson.dumps(_query(values.get("query"))).decode(), *texts.values()),
    )
    append(New(EventType.UTM_TAGS_ADDED, contact_id, number, {"by": current(by).as_list()}))
    if agent := _text(values.get("useragent")):
        note_device(contact_id, agent)
    if moment := to_datetime(_text(values.get("lastActive"))):
        execute("UPDATE contacts SET last_active = %s WHERE id = %s", (moment, contact_id))
    touch(contact_id, by=by)
    return number


@transaction.atomic
def remove_utm_tag(contact_id: int, utm_id: int, *, by: Any = None) -> bool:
    """Removes one set. Raises `Refused` when the contact has no such one."""
    if utm_id >= 2**63 or not execute("DELETE FROM utm_tags WHERE id = %s AND contact_id = %s", (utm_id, contact_id)):
        raise Refused("This is a bad request.")
    touch(contact_id, by=by)
    return True


def touch(contact_id: int, *, by: Any) -> None:
    """Notes who changed what belongs to a contact."""
    if by:
        execute(
            "UPDATE contacts SET date_modified = now(), modified_by = %s, modified_by_user = %s WHERE id = %s",
            (by.pk, by.name, contact_id),
        )


def _first(values: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((text for text in (_text(values.get(name)) for name in names) if text), None)


def _text(raw: Any) -> str:
    return "" if raw is None or isinstance(raw, (list, dict, bool)) else str(raw).replace("\x00", "")


def _query(raw: Any) -> Any:
    if isinstance(raw, dict):
        return orjson.loads(orjson.dumps(raw).replace(b"\\u0000", b""))
    return dict(parse_qsl(_text(raw).lstrip("?"))) or []
