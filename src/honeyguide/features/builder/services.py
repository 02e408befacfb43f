"""Saving what was built: the document is kept as a version, and its HTML becomes the item's own."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from honeyguide.engine.api import standard
from honeyguide.engine.api.call import Call
from honeyguide.engine.documents import cleaning, versions
from honeyguide.engine.documents.models import Version
from honeyguide.engine.resource import NotFound, Refused
from honeyguide.features.builder.subjects import Subject

SAVED = "{who} saved it while you had it open."
DRAFTED = "{who} is working on it too, and has a draft of it."


@transaction.atomic
def save(subject: Subject, item: Any, given: Any, *, seen: Any, draft: Any, call: Call) -> Version:
    """Makes the document the item's, by the way that REST writes. The draft ends.

    `seen` is the number of the version that was opened, None for the first; `draft` the mark of the draft that was seen last.
    Raises `Invalid` for what is no document, `Refused` (409) when there is a newer version or draft; changes nothing then.
    """
    document = cleaning.clean(given, subject.medium)
    _refuse_what_was_not_seen(subject, item, seen, draft)
    params = {"customHtml": subject.html(document)}
    call.params = params
    stored = standard.update(subject.resource, item, params, call)
    return versions.save(subject.versions, item.pk, document, html=stored.custom_html, by=call.user)


@transaction.atomic
def keep_draft(subject: Subject, item: Any, given: Any, *, seen: Any, draft: Any, by: Any) -> Version:
    """Keeps the document as the item's draft. Raises as `save` does."""
    document = cleaning.clean(given, subject.medium)
    _refuse_what_was_not_seen(subject, item, seen, draft)
    return versions.keep_draft(subject.versions, item.pk, document, by=by)


def _refuse_what_was_not_seen(subject: Subject, item: Any, seen: Any, draft: Any) -> None:
    """Raises `Refused` with what there is by now, so that who insists can send it along. Locks the item."""
    if type(item).objects.select_for_update(of=("self",)).filter(pk=item.pk).first() is None:
        raise NotFound()
    newest, kept = versions.newest(subject.versions, item.pk), versions.draft_of(subject.versions, item.pk)
    there = {"seen": newest.pk if newest else None, "draft": versions.mark(kept)}
    if newest and newest.pk != seen:
        raise Refused(SAVED.format(who=_name(newest)), 409, there)
    if kept and versions.mark(kept) != draft:
        raise Refused(DRAFTED.format(who=_name(kept)), 409, there)


def _name(version: Version) -> str:
    return version.saved_by.name if version.saved_by else "Somebody"
