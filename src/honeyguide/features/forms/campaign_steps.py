"""Answers to forms that campaigns wait for, and ask about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from honeyguide.engine.events import EventType, Read
from honeyguide.engine.sql import NONE, Clause, literal
from honeyguide.features.campaigns.parameters import Parameter
from honeyguide.features.campaigns.steps import Condition, Decision, Step

ANSWER = "lower(s.results ->> %s)"
NUMBER = "^-?[0-9]{1,15}([.][0-9]{1,15})?$"
# Operators, each with its SQL about an answer and how the value is written into it. What nobody answered is empty.
TEXTUAL: dict[str, tuple[str, str]] = {
    "=": ("= lower(%s)", "{}"), "!=": ("<> lower(%s)", "{}"), "like": ("LIKE lower(%s)", "%{}%"),
    "!like": ("NOT LIKE lower(%s)", "%{}%"), "contains": ("LIKE lower(%s)", "%{}%"),
    "startsWith": ("LIKE lower(%s)", "{}%"), "endsWith": ("LIKE lower(%s)", "%{}"),
}  # fmt: skip
NUMERIC = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
OPERATORS = (
    ("=", "is"), ("!=", "is not"), ("gt", "is more than"), ("gte", "is at least"), ("lt", "is less than"),
    ("lte", "is at most"), ("empty", "is empty"), ("!empty", "is not empty"), ("like", "is like"), ("!like", "is not like"),
    ("startsWith", "begins with"), ("endsWith", "ends with"), ("contains", "contains"),
)  # fmt: skip


def submitted(step: Step, parent: Step | None, events: Sequence[Read]) -> dict[int, datetime]:
    """One of the forms; any when none is named."""
    forms = step.ids("forms")
    return {e.contact_id: e.at for e in events if e.contact_id and (not forms or e.object_id in forms)}


def has_answered(step: Step) -> Clause:
    """Some submission of the form by the contact has such an answer in the field. Numbers are compared as numbers, text without
    regard to case; what is no number is neither more nor less than one."""
    form, alias = step.id_of("form"), step.text("field")
    answer = _answer(alias, step.text("operator") or "=", step.text("value")) if alias else None
    if answer is None:
        return NONE
    text = "EXISTS (SELECT FROM form_submissions s WHERE s.contact_id = contacts.id AND s.form_id = %s AND {})"
    return Clause(text.format(answer.text), (form, *answer.params))


def _answer(alias: str, operator: str, value: str) -> Clause | None:
    if operator in ("empty", "!empty"):
        return Clause(f"coalesce(s.results ->> %s, '') {'=' if operator == 'empty' else '<>'} ''", (alias,))
    if operator in NUMERIC:
        if not re.fullmatch(NUMBER, value):
            return None
        number = "CASE WHEN s.results ->> %s ~ %s THEN (s.results ->> %s)::numeric END"
        return Clause(f"{number} {NUMERIC[operator]} %s::numeric", (alias, NUMBER, alias, value))
    if operator not in TEXTUAL:
        return None
    compared, written = TEXTUAL[operator]
    wanted = value if operator in ("=", "!=") else written.format(literal(value))
    return Clause(f"coalesce({ANSWER}, '') {compared}", (alias, wanted))


def seen_answer(step: Step) -> Clause:
    newest = "SELECT s.results ->> %s FROM form_submissions s WHERE s.contact_id = contacts.id AND s.form_id = %s"
    return Clause(f"({newest} ORDER BY s.id DESC LIMIT 1)", (step.text("field"), step.id_of("form")))


SUBMITTED = Decision(
    "form.submit",
    frozenset({EventType.FORM_SUBMITTED}),
    submitted,
    label="Sends a form",
    parameters=[Parameter(name="forms", label="Forms", of="Form", several=True, help="None means any.")],
)
HAS_ANSWERED = Condition(
    "form.field_value",
    has_answered,
    seen=seen_answer,
    label="Has answered in a form",
    parameters=[
        Parameter(name="form", label="Form", of="Form", required=True),
        Parameter(name="field", label="Alias of the field", required=True, help="As the form's page shows it."),
        Parameter(name="operator", label="Answer", choices=OPERATORS, required=True, default="="),
        Parameter(name="value", label="Value"),
    ],
)
