"""Contacts as the API shows them (contract resource-contacts), as JSON bytes.

one(row)        GET, and answers to edits          listed(rows)   the `contacts` object of a list
saved(saved)    after a create or an edit          plain(row)     without groups and nulls: do-not-contact and UTM answers
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson

from honeyguide.engine.resource.fields import iso as as_iso
from honeyguide.features.contacts import rows as contact_rows
from honeyguide.features.contacts.rows import Nested, Row, stored
from honeyguide.features.contacts.saving import Saved
from honeyguide.features.fields.definitions import definitions
from honeyguide.features.fields.output import FRESH, LISTED, ONE, PLAIN, Shape, template
from honeyguide.features.stages import Stage
from honeyguide.features.users.models import User

Expand = Callable[[int], dict[str, Any]]
PERSON_FIELDS = (
    "title", "firstname", "lastname", "company", "position", "email", "phone", "mobile", "address1", "address2", "city",
    "state", "zipcode", "timezone", "country",
)  # fmt: skip


def iso(moment: datetime | None) -> bytes:
    if moment is None:
        return b"null"
    return b'"%s+00:00"' % moment.astimezone(UTC).isoformat()[:19].encode()


def one(row: Row, *, shown_id: int | bool | None = True) -> bytes:
    """A contact as GET and edits show it. `shown_id` None for one that was just deleted."""
    number = row.id if shown_id is True else shown_id
    fields = template("lead", definitions("lead", version=row.version), ONE).render(number, values_of(row))
    return b"{" + _head(row, number) + fields + _tail(row) + b"}"


def deleted(row: Row) -> bytes:
    """A contact that was just deleted: as it was, without id."""
    return one(row, shown_id=None)


def listed(found: Iterable[Row], *, minimal: bool = False, select: frozenset[str] | None = None) -> bytes:
    """A page of contacts: an object keyed by id. `select` are field aliases; it drops what is null."""
    parts = [b'"%d":%s' % (row.id, in_list(row, minimal=minimal, select=select)) for row in found]
    return b"{" + b",".join(parts) + b"}"


def in_list(row: Row, *, minimal: bool = False, select: frozenset[str] | None = None) -> bytes:
    if select is not None:
        return _selected(row, definitions("lead", version=row.version), minimal, select)
    return _in_list(row, minimal) if row.source is None else _remembered(row.source, minimal)


@lru_cache(maxsize=1024)  # about 8 MB; clients ask for the newest page again and again, where little has changed
def _remembered(source: tuple, minimal: bool) -> bytes:
    return _in_list(contact_rows.shown(source), minimal)


def _in_list(row: Row, minimal: bool) -> bytes:
    fields = definitions("lead", version=row.version)
    rendered = template("lead", fields, LISTED).render(row.id, values_of(row))
    return b"{" + _head(row, row.id) + rendered + (b"" if minimal else _tail(row)) + b"}"


def _selected(row: Row, fields: Any, minimal: bool, select: frozenset[str]) -> bytes:
    """A selection without any known field shows all of them."""
    known = frozenset(alias for alias in fields if alias in select)
    shape = Shape(listed=True, select=known if known or "id" in select else None, omit_nulls=True)
    rendered = template("lead", fields, shape).render(row.id, values_of(row))
    told = orjson.loads(b"{" + _head(row, row.id) + b"null" + (b"" if minimal else _tail(row)) + b"}")
    told["fields"] = orjson.Fragment(rendered)
    return orjson.dumps(without_nulls(told))


def saved(outcome: Saved) -> bytes:
    """The answer to a create or an edit, with the reference's traces of how it got there."""
    if outcome.created:
        return fresh(outcome)
    row = outcome.row or contact_rows.read([outcome.id])[outcome.id]
    if not outcome.blanked and not outcome.company_by_id and not outcome.before:
        return one(row)
    return _edited(row, outcome)


def fresh(outcome: Saved) -> bytes:
    """A contact just created: fields show what was sent, `all` what was stored."""
    row = outcome.row or contact_rows.read([outcome.id])[outcome.id]
    fields = definitions("lead", version=row.version)
    stored_values = {**row.fields, "points": row.points}
    sent = {alias: value for alias, value in outcome.sent.items() if alias != "last_active"}
    if outcome.sent.get("company"):
        sent["company"] = row.fields.get("company")
    rendered = template("lead", fields, FRESH).render(row.id, sent, stored_values)
    tail = _tail(replace_tags(row, outcome.tag_order), fresh=True)
    return b"{" + _head(row, row.id) + rendered + tail + b"}"


def _edited(row: Row, outcome: Saved) -> bytes:
    """After an edit that wrote blanks, empty fields show as "", in `all` as null when they were just emptied."""
    fields = definitions("lead", version=row.version)
    values = values_of(row)
    in_all = dict(values)
    for alias, definition in fields.items() if outcome.blanked else ():
        if definition.type == "boolean":
            _edited_boolean(alias, values, in_all, outcome.before)
        elif values.get(alias) is None:
            blank: Any = 0 if definition.type == "number" else ""
            values[alias] = blank
            in_all[alias] = blank if definition.type == "number" or alias not in outcome.before else None
    if outcome.company_by_id:
        values["company"] = outcome.before.get("company")
    rendered = template("lead", fields, ONE).render(row.id, values, in_all)
    if outcome.blanked and "last_active" in outcome.before and row.last_active is None:
        row = replace(row, last_active=outcome.was_active)
    return b"{" + _head(row, row.id) + rendered + _tail(row) + b"}"


def _edited_boolean(alias: str, values: dict[str, Any], in_all: dict[str, Any], before: Mapping[str, Any]) -> None:
    """Just emptied it shows as ""; just set it is a real boolean in `all`, and a new "no" still shows as "yes"."""
    if alias not in before:
        return
    if (value := values.get(alias)) is None:
        values[alias], in_all[alias] = "", None
        return
    values[alias] = value or before[alias] is True
    in_all[alias] = orjson.dumps(value)


def plain(row: Row) -> dict[str, Any]:
    """A contact without groups and nulls: answers about do-not-contact and UTM tags."""
    return without_nulls(everything(row))


def told(row: Row, *, fresh: bool = False) -> dict[str, Any]:
    """A contact as webhooks tell it (contract webhooks): fields without `all`; of stage, UTM tags and rules only that they
    are there."""
    shape = Shape(fresh=True, with_all=False) if fresh else PLAIN
    fields = template("lead", definitions("lead", version=row.version), shape).render(row.id, values_of(row))
    shown = orjson.loads(b"{" + _head(row, row.id) + fields + _tail(row) + b"}")
    for name in ("utmtags", "frequencyRules"):
        shown[name] = [{} for _ in shown[name] or ()]
    shown["stage"] = {} if shown["stage"] else None
    return shown


def everything(row: Row, *, owner: Expand | None = None, stage: Expand | None = None) -> dict[str, Any]:
    """A contact without groups, with its nulls. `owner` and `stage` show those of an id; who shows many contacts keeps them."""
    return ungrouped(row, nested=False) | {
        "owner": row.owner_id and (owner or expanded_owner)(row.owner_id),
        "stage": row.stage_id and (stage or expanded_stage)(row.stage_id),
    }


def expanded_owner(user_id: int) -> dict[str, Any]:
    user = User.objects.select_related("role").get(pk=user_id)
    role = {**_stamps(user.role), "id": user.role.pk, "name": user.role.name, "description": user.role.description,
            "isAdmin": user.role.is_admin, "rawPermissions": user.role.raw_permissions}  # fmt: skip
    return {
        **_stamps(user), "id": user.pk, "username": user.username, "firstName": user.first_name, "lastName": user.last_name,
        "email": user.email, "position": user.position, "role": role, "timezone": user.timezone, "locale": user.locale,
        "lastLogin": as_iso(user.last_login), "lastActive": as_iso(user.last_active), "signature": user.signature,
    }  # fmt: skip


def expanded_stage(stage_id: int) -> dict[str, Any]:
    stage = Stage.objects.get(pk=stage_id)
    return {
        **_stamps(stage), "id": stage.pk, "name": stage.name, "weight": stage.weight, "description": stage.description,
        "publishUp": as_iso(stage.publish_up), "publishDown": as_iso(stage.publish_down),
    }  # fmt: skip


def _stamps(item: Any) -> dict[str, Any]:
    """The publish details, which stand at every level of answers without groups."""
    return {
        "isPublished": item.is_published, "dateAdded": as_iso(item.date_added), "dateModified": as_iso(item.date_modified),
        "createdBy": item.created_by, "createdByUser": item.created_by_user, "modifiedBy": item.modified_by,
        "modifiedByUser": item.modified_by_user,
    }  # fmt: skip


def ungrouped(row: Row, *, nested: bool = True, with_fields: bool = True) -> dict[str, Any]:
    """A contact with everything about it, as devices show theirs (`nested`: without publish details but the names)."""
    told = orjson.loads(b"{" + _head(row, row.id) + b"null" + _tail(row, dnc_dates=True) + b"}")
    if nested:
        for name in ("isPublished", "dateAdded", "dateModified", "createdBy", "modifiedBy"):
            del told[name]
    fields, tail = told.pop("fields"), {}
    for name in ("lastActive", "owner", "ipAddresses", "tags", "utmtags", "stage", "dateIdentified",
                 "preferredProfileImage", "doNotContact", "frequencyRules"):  # fmt: skip
        tail[name] = told.pop(name)
    told |= {alias: row.fields.get(alias) for alias in PERSON_FIELDS}
    fields = fields_of(row) if with_fields else []
    return {**told, "fields": fields, **tail}


def fields_of(row: Row) -> dict[str, Any]:
    """The groups of fields alone, without `all`: as notes and devices show them."""
    fields = definitions("lead", version=row.version)
    return orjson.loads(template("lead", fields, PLAIN).render(None, values_of(row)))


def brief(row: Row, *, with_fields: bool) -> dict[str, Any]:
    """A contact inside a note."""
    return {"id": row.id, "points": row.points, "color": None, "fields": fields_of(row) if with_fields else []}


def values_of(row: Row) -> dict[str, Any]:
    """Every field's value by alias, those of columns too."""
    values = {**row.fields, "points": row.points}
    if row.last_active:
        values["last_active"] = stored(row.last_active)
    return values


def _head(row: Row, shown_id: int | None) -> bytes:
    return (
        b'"isPublished":%s,"dateAdded":%s,"dateModified":%s,"createdBy":%s,"createdByUser":%s,"modifiedBy":%s,'
        b'"modifiedByUser":%s,"id":%s,"points":%d,"color":null,"fields":'
        % (
            b"true" if row.is_published else b"false",
            iso(row.date_added),
            iso(row.date_modified),
            orjson.dumps(row.created_by),
            orjson.dumps(row.created_by_user),
            orjson.dumps(row.modified_by),
            orjson.dumps(row.modified_by_user),
            orjson.dumps(shown_id),
            row.points,
        )
    )


def _tail(row: Row, *, fresh: bool = False, dnc_dates: bool = False) -> bytes:
    nested = row.nested
    return (
        b',"lastActive":%s,"owner":%s,"ipAddresses":%s,"tags":%s,"utmtags":%s,"stage":%s,"dateIdentified":%s,'
        b'"preferredProfileImage":%s,"doNotContact":%s,"frequencyRules":%s'
        % (
            iso(row.last_active),
            _json(nested.owner, b"null"),
            _json(nested.ip_addresses, b"[]"),
            _json(nested.tags, b"[]"),
            _json(nested.utm_tags, b"null" if fresh else b"[]"),
            _json(nested.stage, b"null"),
            iso(row.date_identified),
            orjson.dumps(row.preferred_profile_image),
            _do_not_contact(nested, dnc_dates),
            _json(nested.frequency_rules, b"[]"),
        )
    )


def _json(text: str | None, nothing: bytes) -> bytes:
    return nothing if text is None else text.encode()


def _do_not_contact(nested: Nested, with_dates: bool) -> bytes:
    if nested.do_not_contact is None:
        return b"[]"
    if with_dates:
        return nested.do_not_contact.encode()
    entries = orjson.loads(nested.do_not_contact)
    return orjson.dumps([{k: v for k, v in entry.items() if k != "dateAdded"} for entry in entries])


def replace_tags(row: Row, order: list[str]) -> Row:
    """The row with its tags in the order in which they were sent."""
    if len(order) < 2 or not row.nested.tags:
        return row
    tags = sorted(
        orjson.loads(row.nested.tags), key=lambda t: order.index(t["tag"]) if t["tag"] in order else len(order)
    )
    return replace(row, nested=replace(row.nested, tags=orjson.dumps(tags).decode()))


def without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: without_nulls(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [without_nulls(inner) for inner in value]
    return value
