"""Reads submissions: for the API, for what is told of them elsewhere, for lists and exports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from honeyguide.engine.resource.columns import Column
from honeyguide.engine.resource.fields import iso
from honeyguide.engine.resource.references import show_category
from honeyguide.engine.sql import Clause, literal, rows, scalar
from honeyguide.features.contacts import rows as contact_rows
from honeyguide.features.contacts.render import PERSON_FIELDS
from honeyguide.features.forms.answering import VIEW_ONLY
from honeyguide.features.forms.models import Form
from honeyguide.features.pages.models import Page

SOURCE = "form_submissions s LEFT JOIN ip_addresses i ON i.id = s.ip_address_id"
# One pass: submissions with the addresses they came from.
READ = f"""
    SELECT s.id, s.form_id, s.contact_id, s.page_id, s.tracking_id, s.date_submitted, s.referer, s.results::text,
           i.id, i.ip_address
    FROM {SOURCE}
"""
COUNT = f"SELECT count(*) FROM {SOURCE}"
OWN_COLUMNS = {
    "s.id": Column("s.id", "integer"),
    "s.form_id": Column("s.form_id", "integer"),
    "s.lead_id": Column("s.contact_id", "integer"),
    "s.page_id": Column("s.page_id", "integer"),
    "s.tracking_id": Column("s.tracking_id"),
    "s.date_submitted": Column("s.date_submitted", "datetime"),
    "s.referer": Column("s.referer"),
    "r.submission_id": Column("s.id", "integer"),
    "r.form_id": Column("s.form_id", "integer"),
    "i.ip_address": Column("i.ip_address"),
}


@dataclass(frozen=True, slots=True)
class Submission:
    id: int
    form_id: int
    contact_id: int | None
    page_id: int | None
    tracking_id: str | None
    date_submitted: datetime
    referer: str
    results: Mapping[str, str]
    ip_id: int | None
    ip_address: str | None


def stored_fields(form: Any) -> list[Any]:
    """The form's fields whose answers are kept, in their order."""
    return [one for one in form.fields.all() if one.type not in VIEW_ONLY and one.save_result is not False]


def columns_of(form: Any) -> dict[str, Column]:
    """What a list of the form's submissions can be searched and ordered by, as the API names it."""
    answered = {
        f"r.{one.alias}": Column(f"(s.results ->> '{one.alias}')")
        for one in stored_fields(form)
        if one.alias.isascii() and one.alias.replace("_", "").isalnum()
    }
    return OWN_COLUMNS | answered


def read(submission_ids: Iterable[int]) -> dict[int, Submission]:
    found = page(Clause("s.id = ANY(%s)", (list(submission_ids),)), Clause("s.id"), 0, None)
    return {one.id: one for one in found}


def page(where: Clause, order: Clause, start: int, limit: int | None) -> list[Submission]:
    statement = f"{READ} WHERE {where.text} ORDER BY {order.text} LIMIT %s OFFSET %s"
    found = rows(statement, (*where.params, *order.params, limit, start))
    return [Submission(*row[:7], orjson.loads(row[7]), *row[8:]) for row in found]


def by(order: Clause, *, descending: bool) -> Clause:
    """An order of submissions, the ids deciding between equals."""
    way = "DESC" if descending else "ASC"
    return Clause(f"{order.text} {way}, s.id {way}", order.params)


def beyond(order: Clause, submission_id: int, *, descending: bool) -> Clause:
    """Submissions that stand after this one in the order of `by`."""
    sign = "<" if descending else ">"
    text = f"({order.text}, s.id) {sign} (SELECT {order.text}, s.id FROM {SOURCE} WHERE s.id = %s)"
    return Clause(text, (*order.params, *order.params, submission_id))


def count(where: Clause) -> int:
    return scalar(f"{COUNT} WHERE {where.text}", where.params)


def matching(words: str) -> Clause:
    """Submissions in which some answer holds the text."""
    return Clause(
        "EXISTS (SELECT FROM jsonb_each_text(s.results) answer WHERE answer.value ILIKE %s)", (f"%{literal(words)}%",)
    )


def shown(form: Any, found: list[Submission], *, whole: bool = False) -> list[dict[str, Any]]:
    """Submissions of a form as the API answers them; `whole` for a single one."""
    contacts = contact_rows.read({one.contact_id for one in found if one.contact_id})
    pages = Page.objects.select_related("category").in_bulk({one.page_id for one in found if one.page_id})
    return [
        {
            "id": one.id,
            "ipAddress": {"ipAddress": one.ip_address} if one.ip_address else None,
            "form": brief(form),
            "lead": _contact(contacts.get(one.contact_id or 0)),
            "trackingId": one.tracking_id,
            "dateSubmitted": iso(one.date_submitted),
            "referer": one.referer,
            "page": page_brief(pages.get(one.page_id or 0)),
            "results": ({"form_id": str(form.pk)} if whole else {}) | answers_of(form, one),
        }
        for one in found
    ]


def told(submission_ids: Iterable[int]) -> dict[int, tuple[dict[str, Any], dict[str, Any], dict[str, Any] | None]]:
    """Form, submission and landing page of each, as a contact's activity tells them."""
    found = read(submission_ids)
    forms = (
        Form.objects.prefetch_related("fields").select_related("category").in_bulk({s.form_id for s in found.values()})
    )
    told_of = {}
    for form in forms.values():
        for one in shown(form, [s for s in found.values() if s.form_id == form.pk], whole=True):
            told_of[one["id"]] = one["form"], {k: v for k, v in one.items() if k not in ("lead", "page")}, one["page"]
    return told_of


def answers_of(form: Any, submission: Submission) -> dict[str, str | None]:
    """The stored answers by alias, in the order of the form's fields; None where the field was not there yet."""
    return {one.alias: submission.results.get(one.alias) for one in stored_fields(form)}


def brief(form: Any) -> dict[str, Any]:
    return {"id": form.pk, "name": form.name, "alias": form.alias, "category": show_category(form.category)}


def page_brief(shown_page: Page | None) -> dict[str, Any] | None:
    return shown_page and {
        "id": shown_page.pk,
        "title": shown_page.title,
        "alias": shown_page.alias,
        "category": show_category(shown_page.category),
    }


def _contact(row: contact_rows.Row | None) -> dict[str, Any] | None:
    return row and {"id": row.id, "points": row.points, "color": None} | {
        alias: row.fields.get(alias) for alias in PERSON_FIELDS
    }
