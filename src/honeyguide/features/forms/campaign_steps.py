"""Answers to forms that campaigns wait for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from honeyguide.engine.events import EventType, Read
from honeyguide.features.campaigns.parameters import Parameter
from honeyguide.features.campaigns.steps import Decision, Step


def submitted(step: Step, parent: Step | None, events: Sequence[Read]) -> dict[int, datetime]:
    """One of the forms; any when none is named."""
    forms = step.ids("forms")
    return {e.contact_id: e.at for e in events if e.contact_id and (not forms or e.object_id in forms)}


SUBMITTED = Decision(
    "form.submit",
    frozenset({EventType.FORM_SUBMITTED}),
    submitted,
    label="Sends a form",
    parameters=[Parameter(name="forms", label="Forms", of="Form", several=True, help="None means any.")],
)
