"""Notes that people write about a contact."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from honeyguide.engine.dates import to_datetime
from honeyguide.engine.resource import Resource, Rights
from honeyguide.engine.resource.fields import Choice, Field, ReadOnly, Text, iso, text_of
from honeyguide.engine.resource.models import Stamped
from honeyguide.engine.sql import Clause
from honeyguide.features.contacts.belonging import BelongingStore, Owner
from honeyguide.features.contacts.render import brief

TYPES = ("general", "email", "call", "meeting")


class Note(Stamped):
    contact = models.ForeignKey("honeyguide.Contact", models.CASCADE, related_name="notes")
    text = models.TextField()
    type = models.CharField(max_length=50, null=True)
    date_time = models.DateTimeField(null=True)

    class Meta:
        app_label = "honeyguide"
        db_table = "notes"


def create_note(contact_id: int, values: dict[str, Any], *, by: Any) -> Note:
    """`values` by model attribute: text, type, date_time."""
    stamps = {"created_by": by.pk, "created_by_user": by.name} if by else {}
    return Note.objects.create(
        contact_id=contact_id, date_added=timezone.now(), **{"type": "general", **stamps, **values}
    )


def update_note(note: Note, values: dict[str, Any], *, by: Any) -> Note:
    for name, value in values.items():
        setattr(note, name, value)
    if by:
        note.modified_by, note.modified_by_user = by.pk, by.name
    note.date_modified = timezone.now()
    note.save()
    return note


def show_note(note: Note, lead: Any) -> dict[str, Any]:
    """A note in an answer; `lead` is how its contact is shown there."""
    return {"id": note.pk, "text": note.text, "type": note.type, "dateTime": iso(note.date_time), "lead": lead}


MOMENT = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d)?)?")


def parse_moment(raw: Any) -> datetime | None:
    """A date, perhaps with a time; what is written in another way counts as none, as in the reference."""
    text = text_of(raw).strip()
    return to_datetime(text) if MOMENT.fullmatch(text) else None


class NoteStore(BelongingStore):
    write_new, write_changes = create_note, update_note
    show_item, show_contact = show_note, brief


NOTES = Resource(
    name="notes",
    one="note",
    many="notes",
    label="Notes",
    example={"lead": 1, "text": "Called back.", "type": "call"},
    model=Note,
    rights=Rights("lead:notes", publish=False),
    stamps=False,
    fields=[
        ReadOnly("id"),
        Text("text", html=True, required="Note text cannot be empty"),
        Choice("type", TYPES, default="general", reset="general"),
        Field(name="dateTime", parse=parse_moment, render=iso, kind="datetime"),
        ReadOnly("isPublished", hidden=True),
        Owner(),
    ],
    store=NoteStore,
    search=["text"],
    standard_commands=False,
    commands={"type": lambda value, call: Clause("notes.type = %s", (value,))},
)
