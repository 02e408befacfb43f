"""Points that forms give."""

from __future__ import annotations

from honeyguide.engine.resource import Refused
from honeyguide.engine.sql import one
from honeyguide.features.contacts.services import adjust_points
from honeyguide.features.forms.actions import Sent, SubmitAction
from honeyguide.features.points.scores import change_score


def change_points(sent: Sent) -> None:
    """Of the total, or of the group that is named. What cannot be done (division by 0) is left undone."""
    if not sent.contact_id:
        return
    operator, points = sent.text("operator") or "plus", sent.number("points")
    told = {"event_name": f"{sent.form.pk}:{sent.form.name}", "action_name": sent.action_name, "kind": "form"}
    group = next(iter(sent.ids("group")), 0)
    try:
        if not group:
            adjust_points(sent.contact_id, operator, points, **told)
        elif one("SELECT 1 FROM point_groups WHERE id = %s", (group,)):
            change_score(sent.contact_id, group, operator, points, **told)
    except Refused:
        return


CHANGE = SubmitAction("lead.pointschange", "Change the contact's points", change_points)
