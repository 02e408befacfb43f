"""Taking back what was done to several contacts.

Each function here makes a change and returns what it did, as JSON that the page keeps for an undo button: only what
differs from before. `take_back` undoes that, and leaves alone what somebody changed since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction

from honeyguide.features.contacts import page_queries, services
from honeyguide.features.segments import services as segment_services
from honeyguide.features.segments.models import Segment

Done = dict[str, Any]
CHANNEL = "email"


@transaction.atomic
def change_tags(ids: list[int], *, add: list[str], remove: list[str]) -> Done:
    before = page_queries.tagged(ids, [*add, *remove])
    services.modify_tags(ids, add=add, remove=remove)
    after = page_queries.tagged(ids, [*add, *remove])
    return {"kind": "tags", "added": _grouped(after - before), "removed": _grouped(before - after)}


def _tags_back(done: Done, by: Any) -> None:
    for tag, ids in done["added"]:
        services.modify_tags(ids, remove=[tag])
    for tag, ids in done["removed"]:
        services.modify_tags(ids, add=[tag])


@transaction.atomic
def change_segments(ids: list[int], *, add: Iterable[Segment], remove: Iterable[Segment], by: Any) -> Done:
    steps = []
    for act, segments in ((segment_services.add_contacts, add), (segment_services.remove_contacts, remove)):
        for segment in segments:
            before = segment_services.memberships(segment, contact_ids=ids)
            act(segment, contact_ids=ids, by=by)
            after = segment_services.memberships(segment, contact_ids=ids)
            changed = [(before.get(i, ""), i) for i in ids if before.get(i) != after.get(i)]
            steps.append([segment.pk, _grouped(changed)])
    return {"kind": "segments", "steps": steps}


def _segments_back(done: Done, by: Any) -> None:
    found = Segment.objects.in_bulk([number for number, _ in done["steps"]])
    for number, groups in reversed(done["steps"]):
        for membership, ids in groups if number in found else ():
            segment_services.restore_membership(found[number], membership, contact_ids=ids, by=by)


@transaction.atomic
def change_owner(ids: list[int], owner_id: int | None, *, by: Any) -> Done:
    before = page_queries.assigned(ids, "owner_id")
    services.set_owner(ids, owner_id, by=by)
    return {"kind": "owner", "now": owner_id, "was": _grouped((old, i) for i, old in before.items() if old != owner_id)}


@transaction.atomic
def change_stage(ids: list[int], stage_id: int | None, *, by: Any) -> Done:
    before = page_queries.assigned(ids, "stage_id")
    services.set_stage(ids, stage_id, by=by)
    return {"kind": "stage", "now": stage_id, "was": _grouped((old, i) for i, old in before.items() if old != stage_id)}


def _assigned_back(column: str, assign: Callable[..., int], done: Done, by: Any) -> None:
    for old, ids in done["was"]:
        still = [i for i, value in page_queries.assigned(ids, column).items() if value == done["now"]]
        assign(still, old, by=by)


@transaction.atomic
def stop_mail(ids: list[int], *, comments: str, by: Any) -> Done:
    before = page_queries.refused(ids, CHANNEL)
    services.set_do_not_contact(ids, CHANNEL, services.MANUAL, by=by, comments=comments)
    after = page_queries.refused(ids, CHANNEL)
    changed = [i for i in after if before.get(i) != after[i]]
    return {
        "kind": "dnc",
        "new": [i for i in changed if i not in before],
        "was": [[i, *before[i]] for i in changed if i in before],
    }


def _mail_back(done: Done, by: Any) -> None:
    services.remove_do_not_contact(done["new"], CHANNEL, by=by, reason=services.MANUAL)
    for contact_id, reason, comments, channel_id in done["was"]:
        services.set_do_not_contact(contact_id, CHANNEL, reason, by=by, comments=comments, channel_id=channel_id)


BACK: dict[str, Callable[[Done, Any], None]] = {
    "tags": _tags_back,
    "segments": _segments_back,
    "owner": lambda done, by: _assigned_back("owner_id", services.set_owner, done, by),
    "stage": lambda done, by: _assigned_back("stage_id", services.set_stage, done, by),
    "dnc": _mail_back,
}


@transaction.atomic
def take_back(done: Done, *, by: Any) -> None:
    BACK[done["kind"]](done, by)


def _grouped(pairs: Iterable[tuple[Any, int]]) -> list[list[Any]]:
    """`[[key, [ids]]]` of (key, id)."""
    groups: dict[Any, list[int]] = {}
    for key, number in pairs:
        groups.setdefault(key, []).append(number)
    return [[key, sorted(ids)] for key, ids in groups.items()]
