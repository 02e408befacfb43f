"""Who a visitor is, and what a visit changes: the contact is made when its device is first seen, all else is done later."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from honeyguide.engine.delivery.sealed import DISPATCH, unseal
from honeyguide.engine.places import is_timezone
from honeyguide.engine.resource.errors import Refused
from honeyguide.engine.sql import execute, one, scalar
from honeyguide.features.companies.membership import join_by_name
from honeyguide.features.contacts import identity, rows
from honeyguide.features.contacts.services import (
    Source,
    add_utm_tags,
    create_contact,
    merge_contacts,
    modify_tags,
    update_contact,
)
from honeyguide.features.devices import note_device
from honeyguide.features.fields.definitions import Definitions, definitions
from honeyguide.features.visits import queries

UTM = ("utm_campaign", "utm_content", "utm_medium", "utm_source", "utm_term")


@dataclass(frozen=True)
class Visitor:
    """A contact, and the device it is seen with."""

    contact: int
    device: str


def known_visitor(device: str) -> Visitor | None:
    """The visitor with that device, or None. Only devices that were made here are ever known."""
    found = one(queries.FIND_DEVICE, (device,)) if device else None
    return Visitor(found[0], device) if found else None


def recipient_of(sealed: str) -> int | None:
    """The contact that a message went to, named by the `ct` that its links carry; None when we made no such name."""
    if (message := unseal(sealed)) is not None:
        return scalar(queries.RECIPIENT, (message,))
    dispatch = unseal(sealed, DISPATCH)
    return scalar(queries.DISPATCHED_TO, (dispatch,)) if dispatch is not None else None


@transaction.atomic
def new_visitor(*, agent: str, address: str, url: str) -> Visitor:
    """A contact of which nothing is known yet, with its device. Raises `Invalid` when contacts need more than nothing."""
    contact = create_contact({}, by=None, source=Source("page", "hit", None, url), ip=address or None).id
    return Visitor(contact, scalar(queries.DEVICE_NAME, (note_device(contact, agent),)))


@transaction.atomic
def recognise(contact: int, visitor: Visitor | None, *, agent: str) -> Visitor:
    """From now on who is at this browser is that contact; a browser that has no device yet gets one."""
    if visitor is None:
        return Visitor(contact, scalar(queries.DEVICE_NAME, (note_device(contact, agent),)))
    execute(queries.MOVE_DEVICE, (contact, visitor.device))
    return Visitor(contact, visitor.device)


@transaction.atomic
def learn(contact: int, device: str, said: dict[str, Any]) -> int:
    """Takes over what a visit says of its contact; returns the contact's id, another one when two became one.

    Raises `Refused` for values that cannot be taken over; nothing is changed then.
    """
    query = said.get("query") or {}
    fields = definitions("lead")
    contact = _by_message(contact, device, query.get("ct", ""), fields)
    if values := _public_values(query, fields):
        contact = _by_values(contact, device, values, fields)
        update_contact(contact, values, by=None, source=Source("page", "hit", None, said.get("url", "")))
    if zone := _time_zone(query):
        _keep_time_zone(contact, zone, said.get("url", ""))
    if name := query.get("companyname", "").strip():
        _join_company(contact, name)
    if tags := [tag.strip() for tag in query.get("tags", "").split(",") if tag.strip("- ")]:
        removed = [tag[1:].strip() for tag in tags if tag.startswith("-")]
        modify_tags([contact], add=[tag[:190] for tag in tags if not tag.startswith("-")], remove=removed)
    if any(query.get(name) for name in UTM):
        tagged = {name: query.get(name) for name in UTM}
        add_utm_tags(contact, {**tagged, "url": said.get("url"), "referer": said.get("referer"), "query": query})
    return contact


def _public_values(query: dict[str, str], fields: Definitions) -> dict[str, str]:
    """What visitors may say of themselves: fields that their author opened; a blank says nothing."""
    return {
        alias: query[alias].strip() for alias, d in fields.items() if d.is_publicly_updatable and query.get(alias, "").strip()
    }  # fmt: skip


def _time_zone(query: dict[str, str]) -> str:
    """The browser's zone; one that only tells the minutes it is behind UTC is in a zone of whole hours, or none we know."""
    if is_timezone(query.get("timezone", "")):
        return query["timezone"]
    behind = query.get("timezone_offset", "").strip()
    if not re.fullmatch(r"-?\d{1,4}", behind) or int(behind) % 60 or abs(int(behind)) > 14 * 60:
        return ""
    hours = int(behind) // 60
    zone = f"Etc/GMT{hours:+d}" if hours else "UTC"
    return zone if is_timezone(zone) else ""


def _keep_time_zone(contact: int, zone: str, url: str) -> None:
    """A guess, which never takes the place of what is known."""
    if scalar(queries.HAS_NO_ZONE, (contact,)):
        update_contact(contact, {"timezone": zone}, by=None, source=Source("page", "hit", None, url))


def _join_company(contact: int, name: str) -> None:
    """The company of that name, when visitors may say it; then it is the contact's primary one."""
    field = definitions("company").get("companyname")
    if field is not None and field.is_publicly_updatable:
        join_by_name(contact, name[:191], by=None)


def _by_message(contact: int, device: str, sealed: str, fields: Definitions) -> int:
    """Who comes from a link of an e-mail is its recipient."""
    found = recipient_of(sealed)
    if found is None or found == contact:
        return contact
    if _is_anonymous(contact, fields):
        merge_contacts(found, contact)
    else:
        execute(queries.MOVE_DEVICE, (found, device))
    return found


def _by_values(contact: int, device: str, values: dict[str, str], fields: Definitions) -> int:
    """Who names an address that a contact has is that contact. Two contacts that are known both never become one so."""
    given = identity.given(fields, values)
    identity.lock_values("lead", given)
    found = identity.find("lead", given)
    if found is None or found == contact:
        return contact
    if _is_anonymous(contact, fields):
        merge_contacts(contact, found)
        return contact
    execute(queries.MOVE_DEVICE, (found, device))
    return found


def _is_anonymous(contact: int, fields: Definitions) -> bool:
    row = rows.read([contact]).get(contact)
    if row is None:
        raise Refused("The contact is gone.")
    return not rows.is_identified(fields, row.fields)
