"""Sending forms: the only writer of submissions (engine forms.md 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson
from django.db import transaction

from honeyguide.engine.audit import record
from honeyguide.engine.events import EventType
from honeyguide.engine.resource.errors import Invalid
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.features.contacts.ips import number_of
from honeyguide.features.forms import uploads
from honeyguide.features.forms.actions import Reply, Sent, SubmitAction, submit_actions
from honeyguide.features.forms.answering import NOTHING, VIEW_ONLY, Answer, read_answers
from honeyguide.features.forms.models import Form, FormField
from honeyguide.features.forms.profiling import asked
from honeyguide.features.forms.senders import Sender, identify
from honeyguide.features.visits.services import Visitor

OF_CONTACT = "SELECT form_id, results::text FROM form_submissions WHERE contact_id = %s ORDER BY id"
# One pass: the submission and the event that tells of it.
INSERT = """
    WITH made AS (
        INSERT INTO form_submissions
            (form_id, contact_id, ip_address_id, page_id, tracking_id, date_submitted, referer, results)
        VALUES (%(form)s, %(contact)s, %(ip)s, (SELECT id FROM pages WHERE id = %(page)s), %(device)s, now(), %(referer)s,
                %(results)s::jsonb)
        RETURNING id
    ), told AS (
        INSERT INTO events (type, contact_id, object_id, payload)
        SELECT %(event)s, %(contact)s, %(form)s, jsonb_build_object('submission', id) FROM made
    )
    SELECT id FROM made
"""
# One pass: takes a submission back, and the event that told of it.
TAKE_BACK = """
    WITH gone AS (DELETE FROM form_submissions WHERE id = %(id)s RETURNING id)
    DELETE FROM events WHERE type = %(event)s AND contact_id IS NOT DISTINCT FROM %(contact)s AND object_id = %(form)s
        AND (payload ->> 'submission')::bigint = %(id)s
"""


@dataclass(frozen=True)
class Outcome:
    """A stored submission: its answers by alias, who sent it, and what the form's actions say to the visitor."""

    submission_id: int
    values: Mapping[str, Answer]
    visitor: Visitor | None
    replies: list[Reply] = field(default_factory=list)

    @property
    def results(self) -> dict[str, str]:
        return {alias: as_text(value) for alias, value in self.values.items()}


def as_text(answer: Answer) -> str:
    """An answer as it is stored and shown."""
    return answer if isinstance(answer, str) else ", ".join(answer)


def submit(
    form: Form,
    given: Mapping[str, Any],
    sender: Sender,
    *,
    files: Mapping[str, Any] = NOTHING,
    page: int | None = None,
) -> Outcome:
    """Takes what was sent: identifies the contact, stores the submission and its files, does what the author wants done.

    Raises `Invalid` with messages by the alias of a field; nothing is stored then.
    """
    fields = list(form.fields.all())
    hidden = asked(form, fields, sender.visitor.contact if sender.visitor else None).hidden
    answers = read_answers(fields, given, files=files, hidden=hidden)
    if answers.errors:
        raise Invalid(dict(answers.errors))
    waiting: list[tuple[SubmitAction, Sent]] = []
    with uploads.kept(fields, answers.values, files), transaction.atomic():
        visitor = identify(form, fields, answers.values, sender)
        contact = visitor.contact if visitor else None
        number = _store(form, fields, answers.values, sender, visitor, page)
        query = dict(parse_qsl(urlsplit(sender.referer).query))
        sent = Sent(number, form, fields, answers.values, contact, sender.address, sender.referer, query)
        outcome = Outcome(number, answers.values, visitor)
        for action in form.actions.all():
            declared = submit_actions().get(action.type)
            if declared is None:
                continue
            one = replace(sent, action_id=action.pk, action_name=action.name or "", properties=action.properties or {})
            if declared.after_commit:
                waiting.append((declared, one))
            elif reply := declared.perform(one):
                outcome.replies.append(reply)
    _perform_after(waiting, outcome)
    return outcome


def _store(
    form: Form,
    fields: list[Any],
    values: Mapping[str, Answer],
    sender: Sender,
    visitor: Visitor | None,
    page: int | None,
) -> int:
    kept = [one for one in fields if one.save_result is not False and one.type not in VIEW_ONLY]
    results = {one.alias: as_text(values[one.alias]) for one in kept if one.alias in values}
    return scalar(
        INSERT,
        {
            "form": form.pk,
            "contact": visitor.contact if visitor else None,
            "ip": number_of(sender.address) if sender.address else None,
            "page": page,
            "device": visitor.device or None if visitor else None,
            "referer": sender.referer,
            "results": orjson.dumps(results).decode(),
            "event": EventType.FORM_SUBMITTED.value,
        },
    )


def _perform_after(waiting: list[tuple[SubmitAction, Sent]], outcome: Outcome) -> None:
    """What calls other servers. When one of them refuses the answers, the submission is taken back."""
    for action, sent in waiting:
        try:
            reply = action.perform(sent)
        except Invalid:
            take_back(sent)
            uploads.remove(_files(sent.fields, outcome.results))
            raise
        if reply:
            outcome.replies.append(reply)


@transaction.atomic
def take_back(sent: Sent) -> None:
    execute(
        TAKE_BACK,
        {
            "id": sent.submission_id,
            "form": sent.form.pk,
            "contact": sent.contact_id,
            "event": EventType.FORM_SUBMITTED.value,
        },
    )


@transaction.atomic
def delete_submissions(form: Form, submission_ids: Iterable[int], *, by: Any) -> int:
    """Deletes submissions of the form; their contacts stay. Returns how many there were."""
    gone = rows(
        "DELETE FROM form_submissions WHERE form_id = %s AND id = ANY(%s) RETURNING id, results::text",
        (form.pk, list(submission_ids)),
    )
    fields = list(form.fields.all())
    files = [path for _, results in gone for path in _files(fields, orjson.loads(results))]
    transaction.on_commit(lambda: uploads.remove(files))
    if gone:
        record("form", "form", form.pk, "delete_results", {"submissions": sorted(row[0] for row in gone)}, by=by)
    return len(gone)


def files_of_contact(contact_id: int) -> list[Path]:
    """The files that a contact has sent."""
    forms: dict[int, list[Any]] = {}
    found: list[Path] = []
    for form_id, results in rows(OF_CONTACT, (contact_id,)):
        if form_id not in forms:
            forms[form_id] = list(FormField.objects.filter(form_id=form_id, type="file"))
        found += _files(forms[form_id], orjson.loads(results))
    return found


def _files(fields: Iterable[Any], results: Mapping[str, str]) -> list[Path]:
    """The files that a submission's answers name."""
    found = [uploads.find(one, results.get(one.alias) or "") for one in fields if one.type == "file"]
    return [path for path in found if path is not None]
