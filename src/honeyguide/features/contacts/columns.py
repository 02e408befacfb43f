"""The columns of the contact list, chosen by configuration `contact_columns`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from honeyguide.engine import config
from honeyguide.engine.ui.screen import Column
from honeyguide.engine.ui.tags import hue, initials, number, when
from honeyguide.features.contacts.rows import Row
from honeyguide.features.fields.definitions import definitions
from honeyguide.features.fields.widgets import shown

REASONS = {1: ("Unsubscribed", "orange"), 2: ("Bounced", "red"), 3: ("Do not contact", "orange")}


def loaded(text: str | None) -> Any:
    """What a row holds as JSON text."""
    return orjson.loads(text) if text else []


def dnc_badges(row: Row) -> str:
    entries = loaded(row.nested.do_not_contact)
    return format_html_join(
        "",
        ' <span class="badge bg-{}-lt" title="{}">{}</span>',
        (
            (REASONS.get(e["reason"], REASONS[3])[1], f"{e['channel']}: {e['comments'] or 'no comment'}",
             REASONS.get(e["reason"], REASONS[3])[0])
            for e in entries
        ),
    )  # fmt: skip


def show_name(row: Row) -> str:
    second = row.fields.get("company") or ""
    return format_html(
        '<div class="hg-person"><span class="avatar avatar-sm bg-{}-lt" aria-hidden="true">{}</span>'
        '<div><a href="/s/contacts/view/{}">{}</a>{}<div class="text-secondary small">{}</div></div></div>',
        hue(row.title), initials(row.title), row.id, row.title, dnc_badges(row), second if second != row.title else "",
    )  # fmt: skip


def show_email(row: Row) -> str:
    return format_html('<span class="hg-clip" title="{0}">{0}</span>', row.fields.get("email") or "")


def show_location(row: Row) -> str:
    parts = (row.fields.get("city"), row.fields.get("state"), row.fields.get("country"))
    return ", ".join(str(part) for part in parts if part)


def show_stage(row: Row) -> str:
    stage = loaded(row.nested.stage)
    return format_html('<span class="badge bg-purple-lt">{}</span>', stage["name"]) if stage else ""


def show_tags(row: Row) -> str:
    tags = loaded(row.nested.tags)[:6]
    return format_html_join(
        " ", '<span class="badge bg-secondary-lt">{}</span>', ((t["tag"],) for t in tags)
    ) or mark_safe("")


FIXED: dict[str, Column] = {
    "name": Column(label="Name", show=show_name, sort="lastname"),
    "email": Column(label="Email", show=show_email, sort="email"),
    "location": Column(label="Location", show=show_location),
    "stage": Column(label="Stage", show=show_stage),
    "points": Column(label="Points", show=lambda row: number(row.points), sort="points", css="hg-num"),
    "last_active": Column(label="Last active", show=lambda row: when(row.last_active, "ago"), sort="last_active"),
    "tags": Column(label="Tags", show=show_tags),
    "owner": Column(label="Owner", show=lambda row: _owner(row)),
    "date_added": Column(label="Added", show=lambda row: when(row.date_added, "ago")),
    "id": Column(label="ID", show=lambda row: row.id, sort="id", css="hg-num"),
}


def _owner(row: Row) -> str:
    owner = loaded(row.nested.owner)
    return f"{owner['firstName']} {owner['lastName']}" if owner else ""


def columns() -> list[Column]:
    """The configured columns: fixed ones, and any published field by its alias. Unknown names are left out."""
    fields = definitions("lead")
    found = []
    for name in config.get("contact_columns"):
        if name in FIXED:
            found.append(FIXED[name])
        elif name in fields:
            found.append(Column(label=fields[name].label, show=_value_of(name)))
    return found or [FIXED["name"], FIXED["id"]]


def _value_of(alias: str) -> Callable[[Row], str]:
    return lambda row: shown(definitions("lead")[alias], row.value(alias))
