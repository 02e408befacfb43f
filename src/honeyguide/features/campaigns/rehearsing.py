"""Rehearsals as JSON: for the REST call, the command line and the canvas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from honeyguide.engine.resource.fields import iso
from honeyguide.features.campaigns.rehearsal import Rehearsal, Sample, Visit


def as_data(found: Rehearsal, *, samples: bool = True) -> dict[str, Any]:
    """Who, how many and when, with each visit of a step in the order in which they follow each other; with contacts' names
    only with `samples`."""
    return {
        "start": iso(found.start),
        "entering": found.entering,
        "waiting": found.waiting,
        "visits": [_visit(visit, visit.samples if samples else ()) for visit in found.visits],
    }


def _visit(visit: Visit, samples: Sequence[Sample]) -> dict[str, Any]:
    step = visit.step
    return {
        "visit": visit.number,
        "after": visit.after or None,
        "event": {"id": step.id, "name": step.name, "type": step.type, "eventType": step.kind, "path": step.path},
        "round": visit.round,
        "maybe": visit.maybe,
        "count": visit.count,
        "first": iso(visit.first_at),
        "last": iso(visit.last_at),
        "yes": visit.yes,
        "no": visit.no,
        "hindered": visit.hindered,
        "reasons": [{"reason": reason, "count": count} for reason, count in visit.reasons],
        "samples": [_sample(one) for one in samples],
        "problem": visit.problem or None,
    }


def _sample(one: Sample) -> dict[str, Any]:
    return {
        "contact": {"id": one.contact_id, "name": one.name},
        "due": iso(one.due_at),
        "taken": one.taken,
        "note": one.note,
    }
