"""One planned step of one contact, changed by hand: given another time, tried again, or called off."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from honeyguide.engine.audit import record
from honeyguide.engine.resource import Refused
from honeyguide.engine.sql import scalar
from honeyguide.features.campaigns.models import CampaignEvent, LogState

TOO_LATE = "The step is not planned any more. Look at what became of it."
# One pass: a step that is planned, failed for good or was called off is due at that time; its tries count anew.
PLAN = f"""
    UPDATE campaign_log l
    SET state = {LogState.SCHEDULED}, due_at = coalesce(%(due)s, now()), at = NULL, failures = 0, note = NULL
    WHERE l.event_id = %(event)s AND l.contact_id = %(contact)s AND l.rotation = %(rotation)s
      AND l.state IN ({LogState.SCHEDULED}, {LogState.FAILED}, {LogState.CANCELLED})
      AND EXISTS (SELECT FROM campaign_contacts m WHERE m.campaign_id = l.campaign_id AND m.contact_id = l.contact_id
                  AND NOT m.manually_removed)
    RETURNING due_at
"""
# One pass: a step that is planned, or waits for the contact, will not be done.
CALL_OFF = f"""
    UPDATE campaign_log SET state = {LogState.CANCELLED}, at = now(), note = %(note)s
    WHERE event_id = %(event)s AND contact_id = %(contact)s AND rotation = %(rotation)s
      AND state IN ({LogState.SCHEDULED}, {LogState.WAITING})
    RETURNING at
"""


@transaction.atomic
def plan_again(step: CampaignEvent, contact_id: int, rotation: int, due: datetime | None = None) -> datetime:
    """Plans the step for that time, or (None) for now, and returns it.

    Raises `Refused` for decisions, which wait for the contact and not for a time, when it was done meanwhile, and when the
    contact has left the campaign.
    """
    if step.event_type == "decision":
        raise Refused("A decision waits for what the contact does; it cannot be planned.")
    given = {"event": step.pk, "contact": contact_id, "rotation": rotation, "due": due}
    return _changed(PLAN, given, step, "plan step")


@transaction.atomic
def call_off(step: CampaignEvent, contact_id: int, rotation: int, *, by: Any) -> datetime:
    """Nothing follows after it for this contact. Raises `Refused` when the step was done meanwhile."""
    given = {"event": step.pk, "contact": contact_id, "rotation": rotation, "note": f"Called off by {by.name}."[:500]}
    return _changed(CALL_OFF, given, step, "call off step")


def _changed(statement: str, given: dict[str, Any], step: CampaignEvent, action: str) -> datetime:
    moment = scalar(statement, given)
    if moment is None:
        raise Refused(TOO_LATE)
    record("campaign", "campaign", step.campaign_id, action, {"step": step.pk, "contact": given["contact"]})
    return moment
