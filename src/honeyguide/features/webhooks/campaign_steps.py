"""Calls to other systems as steps of campaigns."""

from __future__ import annotations

from collections.abc import Mapping

from honeyguide.engine.channels import dispatches
from honeyguide.engine.sql import Clause
from honeyguide.features.campaigns.parameters import Parameter
from honeyguide.features.campaigns.steps import Action, Batch, Problem, Step
from honeyguide.features.webhooks.calls import METHODS
from honeyguide.features.webhooks.channel import CALLS

NO_ADDRESS = "The step names no address that begins with http:// or https://."


def queue_call(batch: Batch) -> Mapping[int, Problem] | None:
    """Contacts go on at once, whoever answers or not; what came of the call is noted with the step later."""
    if not _has_address(batch.step):
        return batch.all_with(NO_ADDRESS)
    for rotation, contacts in batch.by_rotation().items():
        audience = Clause(
            "SELECT contact, NULL::bigint, NULL::timestamptz FROM unnest(%s::bigint[]) contact", (contacts,)
        )
        occasion = f"campaign:{batch.step.id}:{rotation}"
        dispatches.enqueue(CALLS.name, batch.step.id, audience, occasion=occasion)
    return None


def hindrance(step: Step) -> Clause:
    return Clause("NULL::text") if _has_address(step) else Clause("%s::text", (NO_ADDRESS,))


def _has_address(step: Step) -> bool:
    """It may begin with a field that holds one."""
    return step.text("url").startswith(("http://", "https://", "{contactfield="))


CALL = Action(
    "campaign.sendwebhook",
    queue_call,
    hinders=hindrance,
    label="Send a webhook",
    parameters=[
        Parameter(name="url", label="Address", required=True, help="May hold tokens: {contactfield=email}."),
        Parameter(name="method", label="Method", choices=[(name, name.upper()) for name in METHODS], default="post"),
        Parameter(name="headers", label="Headers", kind="pairs", help="One per line: name: value."),
        Parameter(name="additional_data", label="Data", kind="pairs", help="One per line: name: value, with tokens."),
        Parameter(name="timeout", label="Seconds to wait for the answer", kind="number", default="10"),
    ],
)
