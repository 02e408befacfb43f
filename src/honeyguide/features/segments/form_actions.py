"""Segments that forms put contacts into and take them out of."""

from __future__ import annotations

from honeyguide.features.forms.actions import Sent, SubmitAction
from honeyguide.features.segments import services
from honeyguide.features.segments.models import Segment


def change_segments(sent: Sent) -> None:
    """By hand, in the sense that builds leave it so."""
    if not sent.contact_id:
        return
    add, remove = sent.ids("addToLists"), sent.ids("removeFromLists")
    found = Segment.objects.in_bulk({*add, *remove})
    for segment_id in add:
        if segment_id in found:
            services.add_contacts(found[segment_id], contact_ids=[sent.contact_id])
    for segment_id in remove:
        if segment_id in found:
            services.remove_contacts(found[segment_id], contact_ids=[sent.contact_id])


CHANGE = SubmitAction("lead.changelist", "Change the contact's segments", change_segments)
