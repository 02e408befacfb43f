"""Keeps documents: every saved version, the newest of which counts, and one draft."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Literal

from django.utils import timezone

from honeyguide.engine.documents.models import Version

KEPT = 50  # versions of one owner
Built = Literal["no", "yes", "changed"]


def newest(versions: type[Version], owner_id: int) -> Version | None:
    return _saved(versions, owner_id).first()


def history(versions: type[Version], owner_id: int) -> list[Version]:
    """Saved versions, newest first, without their documents."""
    return list(_saved(versions, owner_id).defer("document"))


def version(versions: type[Version], owner_id: int, number: int) -> Version | None:
    return _saved(versions, owner_id).filter(pk=number).first()


def save(versions: type[Version], owner_id: int, document: dict[str, Any], *, html: str | None, by: Any) -> Version:
    """Keeps a version that `html` was made from. The draft ends, and so do versions beyond the last `KEPT`."""
    drop_draft(versions, owner_id)
    made = versions.objects.create(
        owner_id=owner_id, document=document, html_digest=digest(html), date_saved=timezone.now(), saved_by=by
    )
    kept = _saved(versions, owner_id).values_list("pk", flat=True)[:KEPT]
    versions.objects.filter(owner_id=owner_id, is_draft=False).exclude(pk__in=list(kept)).delete()
    return made


def draft_of(versions: type[Version], owner_id: int) -> Version | None:
    return versions.objects.select_related("saved_by").filter(owner_id=owner_id, is_draft=True).first()


def keep_draft(versions: type[Version], owner_id: int, document: dict[str, Any], *, by: Any) -> Version:
    """Keeps the document until it is saved or thrown away; nothing is sent or shown of it."""
    given = {"document": document, "date_saved": timezone.now(), "saved_by": by}
    return versions.objects.update_or_create(owner_id=owner_id, is_draft=True, defaults=given)[0]


def mark(draft: Version | None) -> str | None:
    """What tells this state of the draft from every other one."""
    return draft.date_saved.isoformat() if draft else None


def drop_draft(versions: type[Version], owner_id: int) -> None:
    versions.objects.filter(owner_id=owner_id, is_draft=True).delete()


def copy(versions: type[Version], source_id: int, target_id: int, *, by: Any) -> None:
    """Gives a copy of the owner its newest version."""
    if found := newest(versions, source_id):
        found.pk, found.owner_id, found.saved_by, found.date_saved = None, target_id, by, timezone.now()
        found._state.adding = True
        found.save()


def built(saved: Version | None, html: str | None) -> Built:
    """Whether the owner's HTML is that of its newest version, or was changed elsewhere since."""
    if saved is None:
        return "no"
    return "yes" if saved.html_digest == digest(html) else "changed"


def digest(html: str | None) -> str:
    return sha256((html or "").encode()).hexdigest()


def _saved(versions: type[Version], owner_id: int) -> Any:
    return versions.objects.select_related("saved_by").filter(owner_id=owner_id, is_draft=False).order_by("-pk")
