"""Things found for a contact's page: its activity, other contacts to merge with, notes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from honeyguide.engine.api import standard
from honeyguide.engine.api.listing import read_listing
from honeyguide.engine.resource import Invalid
from honeyguide.engine.ui.lists import call_of
from honeyguide.features.contacts import rows as contact_rows
from honeyguide.features.contacts.rows import Row
from honeyguide.features.contacts.timeline import KINDS, TYPES, Filters, activity

MAX_FOUND = 10
MAX_PAGE = 1000


def given_id(request: HttpRequest, name: str, *, optional: bool = False) -> int | None:
    """An id that the form sent. Raises `Invalid` for what is none."""
    text = request.POST.get(name, "").strip()
    if not text and optional:
        return None
    if not text.isdecimal() or len(text) > 18:
        raise Invalid({name: "Please choose one."})
    return int(text)


def others(request: HttpRequest, row: Row, search: str) -> list[Row]:
    """Contacts that a search finds, besides this one."""
    from honeyguide.features.contacts.resource import CONTACTS

    if not search.strip():
        return []
    call = call_of(request, CONTACTS, query={"search": search.replace("\x00", "")[:200], "limit": str(MAX_FOUND)})
    where = read_listing(call, CONTACTS).where
    found = contact_rows.page(where.text, where.params, "contacts.id DESC", 0, MAX_FOUND + 1)
    return [other for other in found if other.id != row.id][:MAX_FOUND]


def add_note(request: HttpRequest, row: Row) -> None:
    from honeyguide.features.notes import NOTES

    sent = {"lead": row.id, **{name: request.POST.get(name, "") for name in ("text", "type")}}
    standard.create(NOTES, sent, call_of(request, NOTES, method="POST", params=sent))


# Kind of the timeline -> (icon, colour).
LOOKS: dict[str, tuple[str, str]] = {
    "lead.source.created": ("user-plus", "blue"),
    "lead.source.identified": ("user-check", "blue"),
    "campaign.event": ("route", "blue"),
    "campaign.event.scheduled": ("clock", "secondary"),
    "lead.donotcontact": ("ban", "orange"),
    "email.failed": ("mail-x", "red"),
    "email.read": ("mail-opened", "teal"),
    "email.replied": ("message", "teal"),
    "email.sent": ("mail-forward", "blue"),
    "lead.imported": ("file-import", "secondary"),
    "page.hit": ("click", "green"),
    "point.gained": ("star", "yellow"),
    "segment_membership": ("filter", "purple"),
    "stage.changed": ("stairs", "purple"),
}


def timeline(request: HttpRequest, contact_id: int) -> dict[str, Any]:
    """A page of what happened, newest first, as the template shows it."""
    kind = request.GET.get("type", "")
    search = request.GET.get("search", "").replace("\x00", "")[:200]
    page = request.GET.get("page", "1")
    number = min(max(int(page), 1), MAX_PAGE) if page.isdecimal() and len(page) < 7 else 1
    include = (kind,) if kind in KINDS else ()
    found = activity(contact_id, filters=Filters(search=search, include=include), page=number)
    events = []
    for event in found["events"]:
        label = event["eventLabel"]
        icon, colour = LOOKS.get(event["event"], ("activity", "secondary"))
        href = label["href"] if isinstance(label, dict) and not label["isExternal"] else ""
        events.append(
            {
                "icon": icon,
                "colour": colour,
                "label": label["label"] if isinstance(label, dict) else label,
                "href": href if href.startswith("/s/") else "",
                "type_name": event["eventType"],
                "at": datetime.fromisoformat(event["timestamp"]),
            }
        )
    return {
        "events": events,
        "types": [(name, TYPES[name]) for name in KINDS],
        "type": kind,
        "search": search,
        "page": number,
        "pages": int(found["maxPages"]),
    }
