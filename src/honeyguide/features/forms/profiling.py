"""Which fields a visitor is asked: those they have not answered before, a few at a time (engine forms.md, "Progressive
profiling")."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from honeyguide.engine.sql import one
from honeyguide.features.contacts import rows
from honeyguide.features.forms.answering import VIEW_ONLY
from honeyguide.features.forms.choices import definition_of
from honeyguide.features.forms.markup import EVERYTHING, Asked

# One pass: how often the contact sent the form, and which fields they ever answered.
BEFORE = """
    SELECT count(DISTINCT s.id), array_agg(DISTINCT r.key) FILTER (WHERE r.value <> '')
    FROM form_submissions s LEFT JOIN LATERAL jsonb_each_text(s.results) r ON true
    WHERE s.form_id = %s AND s.contact_id = %s
"""


def is_personal(form: Any, fields: Sequence[Any]) -> bool:
    """Whether the form looks different for different visitors."""
    return not form.in_kiosk_mode and (
        bool(form.progressive_profiling_limit)
        or any(
            f.show_when_value_exists is False or (f.show_after_x_submissions or 0) > 0 or f.is_auto_fill for f in fields
        )
    )


def asked(form: Any, fields: Sequence[Any], contact_id: int | None) -> Asked:
    """What the contact is asked; a visitor of whom nothing is known is asked like one who never sent the form."""
    if not is_personal(form, fields):
        return EVERYTHING
    times, answered = one(BEFORE, (form.pk, contact_id)) if contact_id else (0, None)
    row = rows.read([contact_id]).get(contact_id) if contact_id else None
    known = {f.alias: _value(row, f) for f in fields} if row else {}
    hidden = {f.alias for f in fields if _is_done(f, times, set(answered or ()), known)}
    hidden |= _beyond(form.progressive_profiling_limit or 0, [f for f in fields if f.alias not in hidden])
    filled = tuple((f.alias, known[f.alias]) for f in fields if f.is_auto_fill and known.get(f.alias))
    return Asked(frozenset(hidden), filled)


def _is_done(f: Any, times: int, answered: set[str], known: dict[str, str]) -> bool:
    """Whether the field is not for this visitor, not yet or not any more."""
    if f.type in VIEW_ONLY or f.always_display:
        return False
    if (f.show_after_x_submissions or 0) > times:
        return True
    has_value = f.alias in answered or (bool(known.get(f.alias)) and not f.is_auto_fill)
    return f.show_when_value_exists is False and has_value


def _beyond(limit: int, shown: Sequence[Any]) -> set[str]:
    """The fields that are too many: those that are always shown take their places first. 0 is no limit."""
    if limit <= 0:
        return set()
    counted = [f for f in shown if f.type not in VIEW_ONLY and f.type != "hidden"]
    free = max(0, limit - sum(bool(f.always_display) for f in counted))
    return {f.alias for f in [f for f in counted if not f.always_display][free:]}


def _value(row: rows.Row, f: Any) -> str:
    definition = definition_of(f) if f.mapped_object == "contact" and f.type != "password" else None
    value = row.value(definition.alias) if definition else None
    return "" if value is None else str(value)
