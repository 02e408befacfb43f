"""A contact as one row in memory, to be changed and written back, or shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from honeyguide.engine.sql import rows
from honeyguide.features.fields.definitions import VERSION, Definitions

COLUMNS = (
    "id, is_published, date_added, created_by, created_by_user, date_modified, modified_by, modified_by_user, "
    "fields::text, points, owner_id, stage_id, last_active, date_identified, preferred_profile_image"
)
# What is shown inside a contact, as JSON text; null when there is nothing.
ISO = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"')"""
NESTED = f"""
    (SELECT json_build_object('createdByUser', u.created_by_user, 'modifiedByUser', u.modified_by_user, 'id', u.id,
            'username', u.username, 'firstName', u.first_name, 'lastName', u.last_name)::text
     FROM users u WHERE u.id = contacts.owner_id),
    (SELECT json_build_object('createdByUser', s.created_by_user, 'modifiedByUser', s.modified_by_user, 'id', s.id,
            'name', s.name, 'category', CASE WHEN c.id IS NOT NULL THEN json_build_object(
                'createdByUser', c.created_by_user, 'modifiedByUser', c.modified_by_user, 'id', c.id, 'title', c.title,
                'alias', c.alias, 'description', c.description, 'color', c.color, 'bundle', c.bundle) END,
            'weight', s.weight, 'description', s.description)::text
     FROM stages s LEFT JOIN categories c ON c.id = s.category_id WHERE s.id = contacts.stage_id),
    (SELECT json_agg(json_build_object('ipAddress', i.ip_address, 'id', i.id, 'ipDetails', i.ip_details) ORDER BY i.id)::text
     FROM contact_ip_addresses l JOIN ip_addresses i ON i.id = l.ip_address_id WHERE l.contact_id = contacts.id),
    (SELECT json_agg(json_build_object('id', t.id, 'tag', t.tag, 'description', t.description) ORDER BY t.tag)::text
     FROM contact_tags l JOIN tags t ON t.id = l.tag_id WHERE l.contact_id = contacts.id),
    (SELECT json_agg(json_build_object('id', m.id, 'query', coalesce(m.query, '[]'), 'referer', m.referer,
            'remoteHost', m.remote_host, 'url', m.url, 'userAgent', m.user_agent, 'utmCampaign', m.utm_campaign,
            'utmContent', m.utm_content, 'utmMedium', m.utm_medium, 'utmSource', m.utm_source, 'utmTerm', m.utm_term)
            ORDER BY m.id)::text
     FROM utm_tags m WHERE m.contact_id = contacts.id),
    (SELECT json_agg(json_build_object('id', d.id, 'dateAdded', {ISO.format("d.date_added")}, 'reason', d.reason,
            'comments', d.comments, 'channel', d.channel, 'channelId', d.channel_id) ORDER BY d.id)::text
     FROM do_not_contact d WHERE d.contact_id = contacts.id),
    (SELECT json_agg(json_build_object('channel', f.channel, 'frequencyNumber', f.frequency_number,
            'frequencyTime', f.frequency_time, 'preferredChannel', f.preferred_channel,
            'pauseFromDate', {ISO.format("f.pause_from_date")}, 'pauseToDate', {ISO.format("f.pause_to_date")})
            ORDER BY f.id)::text
     FROM frequency_rules f WHERE f.contact_id = contacts.id)
"""
READ = f"SELECT {COLUMNS}, {VERSION}, {NESTED} FROM contacts"


@dataclass(slots=True)
class Nested:
    """What is shown inside a contact, each as JSON text; None when there is nothing."""

    owner: str | None = None
    stage: str | None = None
    ip_addresses: str | None = None
    tags: str | None = None
    utm_tags: str | None = None
    do_not_contact: str | None = None
    frequency_rules: str | None = None


@dataclass(slots=True)
class Row:
    """`fields` has no nulls. `version` is that of the field definitions when it was read. `source` is what the database
    answered, if everything shown was read: equal sources look equal."""

    id: int
    is_published: bool
    date_added: datetime | None
    created_by: int | None
    created_by_user: str | None
    date_modified: datetime | None
    modified_by: int | None
    modified_by_user: str | None
    fields: dict[str, Any]
    points: int
    owner_id: int | None
    stage_id: int | None
    last_active: datetime | None
    date_identified: datetime | None
    preferred_profile_image: str | None = None
    version: int | None = None
    nested: Nested = field(default_factory=Nested)
    source: tuple | None = None

    @property
    def pk(self) -> int:
        return self.id

    @property
    def permission_owner(self) -> int | None:
        """Whose contact this is: the owner, else who made it."""
        return self.owner_id or self.created_by

    def value(self, alias: str) -> Any:
        """A field's value, be it kept in `fields` or in a column of its own."""
        if alias == "points":
            return self.points
        if alias == "last_active":
            return stored(self.last_active)
        return self.fields.get(alias)

    @property
    def name(self) -> str:
        return " ".join(filter(None, (str(self.fields.get(a) or "").strip() for a in ("firstname", "lastname"))))

    @property
    def title(self) -> str:
        """What a person is called by: name, else company, else e-mail address, else Anonymous."""
        return self.name or self.fields.get("company") or self.fields.get("email") or "Anonymous"


def stored(moment: datetime | None) -> str | None:
    """A moment as field values hold it: `2024-05-01 10:00:00`, UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") if moment else None


def moment(value: str | None) -> datetime | None:
    """The reverse of `stored`."""
    return datetime.strptime(value, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC) if value else None


def is_identified(fields: Definitions, values: Mapping[str, Any]) -> bool:
    """Whether a visitor with these values is known: a name, company, e-mail address or social field."""
    if any(values.get(alias) for alias in ("firstname", "lastname", "company", "email")):
        return True
    return any(values.get(alias) for alias, d in fields.items() if d.group == "social")


def lock(contact_ids: Iterable[int]) -> dict[int, Row]:
    """Reads contacts for writing, locked in the order of their ids."""
    found = rows(
        f"SELECT {COLUMNS} FROM contacts WHERE id = ANY(%s) ORDER BY id FOR UPDATE", (sorted(set(contact_ids)),)
    )
    return {row[0]: _row(row) for row in found}


def read(contact_ids: Iterable[int]) -> dict[int, Row]:
    """Reads contacts with all that is shown inside them."""
    wanted = list(contact_ids)
    if len(wanted) == 1:  # a statement whose plan PostgreSQL keeps; that of ANY it makes anew each time
        found = rows(f"{READ} WHERE contacts.id = %s", wanted)
    else:
        found = rows(f"{READ} WHERE contacts.id = ANY(%s)", (wanted,))
    return {row[0]: shown(row) for row in found}


def page(where: str, params: tuple[Any, ...], order: str, start: int, limit: int | None) -> list[Row]:
    """One pass: a page of contacts with all that is shown inside them. `where` and `order` are SQL from code."""
    found = rows(f"{READ} WHERE {where} ORDER BY {order} LIMIT %s OFFSET %s", (*params, limit, start))
    return [shown(row) for row in found]


def _row(row: tuple) -> Row:
    return Row(*row[:8], orjson.loads(row[8]), *row[9:15])


def shown(row: tuple) -> Row:
    return Row(*row[:8], orjson.loads(row[8]), *row[9:16], Nested(*row[16:]), row)
