"""What campaigns show to visitors on the page where they are."""

from __future__ import annotations

from collections.abc import Mapping

from honeyguide.engine.resource.models import is_live
from honeyguide.features.campaigns.parameters import Parameter
from honeyguide.features.campaigns.steps import Action, Batch, Problem
from honeyguide.features.focus import giving
from honeyguide.features.focus.models import FocusItem


def show(batch: Batch) -> Mapping[int, Problem] | None:
    """The page that a contact is on shows the item, within seconds."""
    item = FocusItem.objects.filter(pk=batch.step.id_of("focus")).first()
    if item is None or not is_live(item):
        return batch.all_with("There is no published focus item of that number.")
    giving.give(batch.contact_ids, item.pk)
    return None


SHOW = Action(
    giving.STEP,
    show,
    label="Show a focus item",
    after=frozenset({"page.pagehit"}),
    parameters=[Parameter(name="focus", label="Focus item", of="FocusItem", required=True)],
)
