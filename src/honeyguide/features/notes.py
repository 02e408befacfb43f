"""Notes that people write about a contact."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from honeyguide.engine.resource.fields import iso
from honeyguide.engine.resource.models import Stamped

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
