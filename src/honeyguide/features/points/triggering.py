"""What happens when a contact reaches a number of points (engine points-stages 4): each event of a trigger is done once per
contact, ever, and once more only when it could not be done."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Prefetch

from honeyguide.engine.events import EventType, Read
from honeyguide.engine.resource.models import is_live
from honeyguide.engine.sql import execute, rows
from honeyguide.features.points.models import PointTrigger, PointTriggerEvent

log = logging.getLogger(__name__)
SLICE = 5_000  # contacts of a look at all existing ones

# One pass: the contacts that have enough points and for whom the event was never done. Those that were there before the
# trigger count only when it says so, which a look at all existing contacts does.
REACHED = """
    INSERT INTO point_trigger_log (event_id, contact_id, date_fired)
    SELECT %(event)s, contacts.id, now() FROM contacts
    LEFT JOIN point_group_scores score ON score.contact_id = contacts.id AND score.group_id = %(group)s::bigint
    WHERE contacts.id = ANY(%(contacts)s::bigint[])
      AND CASE WHEN %(group)s::bigint IS NULL THEN contacts.points ELSE score.score END >= %(points)s
    ORDER BY contacts.id
    ON CONFLICT DO NOTHING RETURNING contact_id
"""
DONE = "SELECT event_id, count(*) FROM point_trigger_log WHERE event_id = ANY(%s::bigint[]) GROUP BY 1"
FORGET = "DELETE FROM point_trigger_log WHERE event_id = %s AND contact_id = ANY(%s::bigint[])"
# One pass: the next contacts that were there before the trigger.
EXISTING = "SELECT id FROM contacts WHERE id > %s AND date_added < %s ORDER BY id LIMIT %s"
CREATED = frozenset({EventType.CONTACT_CREATED.value, EventType.CONTACT_IMPORTED.value})
MAY_CHANGE_POINTS = CREATED | {
    EventType.POINTS_CHANGED.value, EventType.CONTACT_UPDATED.value, EventType.CONTACT_MERGED.value,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Effect:
    """What a trigger's event of this type does. `run` gets the event and the contacts, and returns those for whom it could not
    be done; they are tried again when their points change."""

    type: str
    run: Callable[[PointTriggerEvent, Sequence[int]], Iterable[int]]


def effects() -> Mapping[str, Effect]:
    """Every effect that a feature declares in its `point_effects.py`, by type."""
    from honeyguide.loader import collect

    return {effect.type: effect for effect in collect("point_effects", Effect)}


def wanted() -> Collection[int]:
    """The events after which a contact may have reached a trigger; none while no trigger is published."""
    return MAY_CHANGE_POINTS if PointTrigger.objects.filter(is_published=True).exists() else ()


def pull(events: Sequence[Read]) -> None:
    """Does what the triggers say for contacts whose points may have changed, in total or in a group."""
    total = {event.contact_id for event in events if event.contact_id and _of_total(event)}
    groups: dict[int, set[int]] = {}
    for event in events:
        if event.contact_id and event.type == EventType.POINTS_CHANGED and event.object_id:
            groups.setdefault(event.object_id, set()).add(event.contact_id)
    for trigger in _live_triggers():
        concerned = groups.get(trigger.group_id, set()) if trigger.group_id else total
        if concerned:
            _do(trigger, sorted(concerned))


def _of_total(event: Read) -> bool:
    """Whether the event may have changed the contact's total."""
    if event.type == EventType.CONTACT_UPDATED:
        return "points" in ((event.payload or {}).get("changes") or {})
    return event.type != EventType.POINTS_CHANGED or event.object_id is None


def _live_triggers() -> list[PointTrigger]:
    with_events = Prefetch("events", PointTriggerEvent.objects.order_by("order", "id"))
    return [
        trigger
        for trigger in PointTrigger.objects.filter(is_published=True)
        .prefetch_related(with_events)
        .order_by("points", "pk")
        if is_live(trigger)
    ]


def _do(trigger: PointTrigger, contact_ids: Sequence[int]) -> None:
    known = effects()
    for event in trigger.events.all():
        effect = known.get(event.type)
        if effect is None:
            continue
        given = {"event": event.pk, "group": trigger.group_id, "points": trigger.points, "contacts": list(contact_ids)}
        if reached := [contact_id for (contact_id,) in rows(REACHED, given)]:
            execute(FORGET, (event.pk, _failed(effect, event, reached)))


def _failed(effect: Effect, event: PointTriggerEvent, contact_ids: Sequence[int]) -> list[int]:
    """Runs the effect; the contacts for whom it was not done. An event that breaks holds up none of the others."""
    try:
        with transaction.atomic():
            return list(effect.run(event, contact_ids))
    except (OperationalError, InterfaceError):
        raise  # the database is away: all of this is tried again
    except Exception:
        log.exception("Event %s of point trigger %s failed.", event.pk, event.trigger_id)
        return list(contact_ids)


def done_counts(event_ids: Sequence[int]) -> dict[int, int]:
    """For how many contacts each event was done."""
    return dict(rows(DONE, (list(event_ids),))) if event_ids else {}


# --- contacts that were there before the trigger ----------------------------------------------------------------------


def begin_with_existing(trigger: PointTrigger) -> None:
    """Has the worker look at all contacts, when the trigger says so."""
    if trigger.trigger_existing_leads and trigger.is_published:
        PointTrigger.objects.filter(pk=trigger.pk).update(existing_after=0)


@transaction.atomic
def look_at_existing() -> int:
    """The next slice of contacts for the next trigger that begins with existing ones; returns how many there were."""
    trigger = (
        PointTrigger.objects.select_for_update(skip_locked=True)
        .filter(existing_after__isnull=False, is_published=True)
        .order_by("pk")
        .first()
    )
    if trigger is None or not is_live(trigger):
        return 0
    found = [number for (number,) in rows(EXISTING, (trigger.existing_after, trigger.date_added, SLICE))]
    if found:
        _do(trigger, found)
    trigger.existing_after = found[-1] if len(found) == SLICE else None
    trigger.save(update_fields=["existing_after"])
    return max(len(found), 1)
