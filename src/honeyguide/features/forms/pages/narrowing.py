"""What a list of submissions is narrowed to and in which order it stands, column by column, as its address says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

from honeyguide.engine.resource import Invalid
from honeyguide.engine.sql import ALL, Clause, literal
from honeyguide.features.forms import submissions
from honeyguide.features.forms.models import Form

LONGEST = 200
OF_ANSWER = "answer-"
CONTACT = """EXISTS (SELECT FROM contacts c WHERE c.id = s.contact_id AND concat_ws(' ', c.fields ->> 'firstname',
    c.fields ->> 'lastname', c.fields ->> 'email', c.fields ->> 'company') ILIKE %s)"""
ORDERS = {
    "id": "s.id",
    "contact": "coalesce(s.contact_id, 0)",
    "date": "s.date_submitted",
    "source": "coalesce(i.ip_address, '')",
}
LABELS = (("id", "ID"), ("contact", "Contact"), ("date", "Sent"), ("source", "From"))


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its name in the address, and the order that a click on its label asks for; blank where there is none."""

    name: str
    label: str
    given: str
    state: str
    next: str


@dataclass(frozen=True)
class Narrowing:
    """`given` is what the reader wrote, by the name of its input: `search` (any answer), `contact`, `from` and `to` (days),
    `source` (address or referrer), `answer-<alias>`; `sort` is a column's name, with - before it the greatest first."""

    form: Form
    given: Mapping[str, str]

    @classmethod
    def of(cls, form: Form, sent: Mapping[str, Any]) -> Narrowing:
        answers = [f"{OF_ANSWER}{field.alias}" for field in submissions.stored_fields(form)]
        wanted = ("search", "contact", "from", "to", "source", "sort", *answers)
        found = {name: str(sent.get(name, "")).replace("\x00", "").strip()[:LONGEST] for name in wanted}
        if found["sort"].removeprefix("-") not in (*ORDERS, *answers):
            found["sort"] = ""
        return cls(form, {name: text for name, text in found.items() if text})

    @cached_property
    def where(self) -> Clause:
        """Raises `Invalid` for a day that is none."""
        given = self.given
        where = Clause("s.form_id = %s", (self.form.pk,))
        if "search" in given:
            where &= submissions.matching(given["search"])
        if "contact" in given:
            where &= _contact(given["contact"])
        if "from" in given:
            where &= Clause("s.date_submitted >= %s", (_midnight("from", given["from"], 0),))
        if "to" in given:
            where &= Clause("s.date_submitted < %s", (_midnight("to", given["to"], 1),))
        if "source" in given:
            words = f"%{literal(given['source'])}%"
            where &= Clause("(i.ip_address ILIKE %s OR s.referer ILIKE %s)", (words, words))
        for name, text in given.items():
            if name.startswith(OF_ANSWER):
                where &= Clause("s.results ->> %s ILIKE %s", (name.removeprefix(OF_ANSWER), f"%{literal(text)}%"))
        return where

    @cached_property
    def order(self) -> Clause:
        """What the rows stand in the order of, beside their ids."""
        column = self.given.get("sort", "-id").removeprefix("-")
        if column.startswith(OF_ANSWER):
            return Clause("lower(coalesce(s.results ->> %s, ''))", (column.removeprefix(OF_ANSWER),))
        return Clause(ORDERS[column])

    @property
    def descending(self) -> bool:
        return self.given.get("sort", "-id").startswith("-")

    @property
    def is_narrow(self) -> bool:
        return any(name != "sort" for name in self.given)

    @property
    def query(self) -> str:
        return urlencode(self.given)

    def page(self, before: str, limit: int) -> list[submissions.Submission]:
        """The rows after the one of this id, all from the first when it is blank."""
        where = self.where
        if before.isascii() and before.isdecimal() and len(before) < 19:
            where &= submissions.beyond(self.order, int(before), descending=self.descending)
        return submissions.page(where, submissions.by(self.order, descending=self.descending), 0, limit)

    def heads(self, fields: Sequence[Any]) -> list[Head]:
        """The columns of the table."""
        named = [*LABELS, *((f"{OF_ANSWER}{field.alias}", field.label) for field in fields)]
        return [self._head(name, label) for name, label in named]

    def _head(self, name: str, label: str) -> Head:
        sorted_by = self.given.get("sort", "-id")
        state = "ascending" if sorted_by == name else "descending" if sorted_by == f"-{name}" else ""
        return Head(name, label, self.given.get(name, ""), state, f"-{name}" if state == "ascending" else name)


def _contact(text: str) -> Clause:
    by_id = (
        Clause("s.contact_id = %s", (int(text),)) if text.isascii() and text.isdecimal() and len(text) < 19 else ~ALL
    )
    return by_id | Clause(CONTACT, (f"%{literal(text)}%",))


def _midnight(name: str, text: str, later: int) -> datetime:
    try:
        return timezone.make_aware(datetime.combine(date.fromisoformat(text) + timedelta(days=later), time.min))
    except (ValueError, OverflowError):
        raise Invalid({name: "Please choose a day."}) from None
