"""Lists around contacts as the API shows them (contract resource-contacts "Sub-lists"). Nulls are left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from honeyguide.engine.access.permissions import SETS, expand
from honeyguide.engine.resource.fields import iso
from honeyguide.engine.sql import rows
from honeyguide.features.companies.services import read as read_companies
from honeyguide.features.contacts.render import without_nulls
from honeyguide.features.devices import Device, show_device
from honeyguide.features.fields.definitions import definitions
from honeyguide.features.notes import Note, show_note
from honeyguide.features.users.models import User

MAX_ROWS = 2**31 - 1


# One pass: the running campaigns of a contact, with the segments that they begin with.
CAMPAIGNS = """
    SELECT c.id, c.name, (SELECT array_agg(segment_id ORDER BY segment_id) FROM campaign_segments WHERE campaign_id = c.id),
           m.date_added, m.manually_removed, m.manually_added
    FROM campaign_contacts m JOIN campaigns c ON c.id = m.campaign_id
    WHERE m.contact_id = %(contact)s AND NOT m.manually_removed AND c.is_published
      AND (c.publish_up IS NULL OR c.publish_up <= now()) AND (c.publish_down IS NULL OR c.publish_down > now())
      AND (%(user)s::bigint IS NULL OR c.created_by = %(user)s)
    ORDER BY c.id
"""


def segments_of(contact_id: int) -> dict[str, Any]:
    """The segments a contact is in."""
    found = rows(
        """
        SELECT s.id, s.name, s.alias, m.date_added, m.manually_removed, m.manually_added
        FROM segment_contacts m JOIN segments s ON s.id = m.segment_id
        WHERE m.contact_id = %s AND NOT m.manually_removed ORDER BY s.id
        """,
        (contact_id,),
    )
    names = ("id", "name", "alias", "dateAdded", "manuallyRemoved", "manuallyAdded")
    lists = {
        str(row[0]): {
            name: iso(value) if isinstance(value, datetime) else value for name, value in zip(names, row, strict=True)
        }
        for row in found
    }
    return {"total": len(lists), "lists": lists or []}


def campaigns_of(contact_id: int, *, created_by: int | None = None) -> dict[str, Any]:
    """The running campaigns a contact is in, by their ids; with `created_by` only that user's."""
    found = rows(
        CAMPAIGNS,
        {"contact": contact_id, "user": created_by},
    )
    campaigns = {
        str(number): {
            "id": number,
            "name": name,
            **({"listMembership": lists} if lists else {"lists": []}),
            "dateAdded": iso(added),
            "manuallyRemoved": removed,
            "manuallyAdded": by_hand,
        }
        for number, name, lists, added, removed, by_hand in found
    }
    return {"total": len(campaigns), "campaigns": campaigns or []}


def companies_of(contact_id: int) -> dict[str, Any]:
    """The companies of a contact, the primary one first: every value that is not null, as text."""
    links = rows(
        "SELECT company_id, date_associated, is_primary FROM company_contacts WHERE contact_id = %s "
        "ORDER BY is_primary DESC, date_associated, company_id",
        (contact_id,),
    )
    companies = read_companies([link[0] for link in links])
    listed = []
    for company_id, since, is_primary in links:
        company = companies[company_id]
        listed.append(
            without_nulls(
                {
                    "company_id": str(company_id),
                    "date_associated": _stamp(since),
                    "is_primary": _text(is_primary),
                    "id": str(company.id),
                    "owner_id": _text(company.owner_id),
                    "is_published": _text(company.is_published),
                    "date_added": _stamp(company.date_added),
                    "created_by": _text(company.created_by),
                    "created_by_user": company.created_by_user,
                    "date_modified": _stamp(company.date_modified),
                    "modified_by": _text(company.modified_by),
                    "modified_by_user": company.modified_by_user,
                    "social_cache": "a:0:{}",
                    "score": _text(company.score),
                    **{alias: _text(company.fields.get(alias)) for alias in definitions("company")},
                }
            )
        )
    return {"total": len(listed), "companies": listed}


NOTE_ORDER = {"id": "id", "dateAdded": "date_added", "dateTime": "date_time", "type": "type", "text": "text"}
DEVICE_ORDER = {"id": "id", "dateAdded": "date_added", "device": "device"}


def notes_of(contact_id: int, *, search: str = "", start: int = 0, limit: int = 30, order: str = "n.dateAdded",
             direction: str = "DESC") -> dict[str, Any]:  # fmt: skip
    """The notes of a contact. `order` is a property with or without `n.`; unknown ones count as the default."""
    found = Note.objects.filter(contact_id=contact_id)
    if search:
        found = found.filter(text__icontains=search)
    listed = _page(found, NOTE_ORDER, order, direction, start, limit)
    return {"total": found.count(), "notes": [without_nulls(show_note(note, {})) for note in listed]}


def devices_of(contact_id: int, *, search: str = "", start: int = 0, limit: int = 30, order: str = "d.dateAdded",
               direction: str = "DESC") -> dict[str, Any]:  # fmt: skip
    """The devices of a contact."""
    found = Device.objects.filter(contact_id=contact_id)
    if search:
        found = found.filter(device__icontains=search)
    listed = _page(found, DEVICE_ORDER, order, direction, start, limit)
    return {"total": found.count(), "devices": [without_nulls(show_device(device, {})) for device in listed]}


def _page(found: Any, names: Mapping[str, str], order: str, direction: str, start: int, limit: int) -> Any:
    column = names.get(order.rpartition(".")[2], "date_added")
    sign = "-" if direction.upper() == "DESC" else ""
    start = max(0, min(start, MAX_ROWS))
    return found.order_by(f"{sign}{column}", f"{sign}id")[start : start + (limit or MAX_ROWS)]


def owners(*, search: str = "", start: int = 0, limit: int = 0) -> list[dict[str, Any]]:
    """Who can own contacts: published users that are admins or have any right on contacts; by first, then last name."""
    users = User.objects.filter(is_published=True).select_related("role").order_by("first_name", "last_name", "id")
    able = [user for user in users if _may_own(user)]
    if search:
        prefix = search.lower()
        able = [u for u in able if u.first_name.lower().startswith(prefix) or u.last_name.lower().startswith(prefix)]
    able = able[start : start + limit] if limit else able[start:]
    return [{"id": u.pk, "firstName": u.first_name, "lastName": u.last_name} for u in able]


def _may_own(user: User) -> bool:
    granted = (user.role.raw_permissions or {}).get("lead:leads", ())
    return user.role.is_admin or bool(expand("lead:leads", granted) & {*SETS["lead:leads"]})


def fields() -> dict[str, dict[str, Any]]:
    """Every published contact and company field, keyed by id."""
    found = sorted((*definitions("lead").values(), *definitions("company").values()), key=lambda d: (d.order, d.id))
    return {
        str(d.id): {
            "id": d.id, "label": d.label, "alias": d.alias, "type": d.type, "group": d.group, "order": d.order,
            "object": d.object,
        }
        for d in found
    }  # fmt: skip


def segments(user: Any) -> Any:
    """The published segments that the user may see, keyed by id."""
    found = rows(
        "SELECT id, name, alias FROM segments WHERE is_published AND (is_global OR created_by = %s) ORDER BY name, id",
        (user.pk,),
    )
    return {str(row[0]): {"id": row[0], "name": row[1], "alias": row[2]} for row in found} or []


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return ("1" if value else "0") if isinstance(value, bool) else str(value)


def _stamp(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") if moment else None
