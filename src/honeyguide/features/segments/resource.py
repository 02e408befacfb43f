"""Segments over REST (contract resource-segments)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from honeyguide.engine.resource import Action, Denied, NotFound, Refused, Resource, Rights
from honeyguide.engine.resource.fields import Boolean, ReadOnly, Structure, Text
from honeyguide.engine.resource.given import DONE, KEYED, NUMBER, Given, having
from honeyguide.engine.resource.references import Category
from honeyguide.engine.resource.search import like
from honeyguide.engine.resource.store import ModelStore
from honeyguide.engine.sql import Clause
from honeyguide.features.segments import services
from honeyguide.features.segments.models import Segment

VIEW = "lead:lists:viewown"


class SegmentStore(ModelStore):
    """Whoever may view their own segments may create and edit all; deleting others' has a level of its own."""

    def allowed(self, action: str, item: Segment, call: Any) -> bool:
        if action != "delete":
            return call.may(VIEW)
        return call.owns(self.resource, item) or call.may("lead:lists:deleteother")

    def save_new(self, values: dict[str, Any], call: Any) -> tuple[Segment, bool]:
        return services.create_segment(values, by=call.user), True

    def update(self, item: Segment, values: dict[str, Any], call: Any) -> Segment:
        return services.update_segment(item, values, by=call.user)

    def delete(self, item: Segment, call: Any) -> None:
        services.delete_segments([item], by=call.user)


def add_contact(call: Any) -> dict[str, int]:
    segment, contact_id = _segment_and_contact(call)
    services.add_contacts(segment, contact_ids=[contact_id], by=call.user)
    return {"success": 1}


def remove_contact(call: Any) -> dict[str, int]:
    segment, contact_id = _segment_and_contact(call)
    services.remove_contacts(segment, contact_ids=[contact_id], by=call.user)
    return {"success": 1}


def _segment_and_contact(call: Any) -> tuple[Segment, int]:
    from honeyguide.features.contacts.actions import NOT_FOUND, contact_of

    segment = _segment(call)
    contact = contact_of(call, "edit", name="contact_id", message=NOT_FOUND)
    _visible(segment, call)
    return segment, contact.id


def add_contacts(call: Any) -> dict[str, Any]:
    segment = _segment(call)
    ids = _ids(call.params.get("ids") if isinstance(call.params, dict) else None)
    _visible(segment, call)
    permitted = _editable(ids, call)
    done = services.add_contacts(segment, contact_ids=permitted, by=call.user)
    details = {str(i): {"success": done.get(i, False)} for i in ids}
    return {"success": 1, "details": details or []}


def _ids(raw: Any) -> list[int]:
    if not isinstance(raw, (list, dict)):
        raise Refused()
    listed = raw.values() if isinstance(raw, dict) else raw
    texts = [str(entry).strip() for entry in listed if isinstance(entry, (int, str)) and not isinstance(entry, bool)]
    return list(dict.fromkeys(int(text) for text in texts if text.isdecimal() and len(text) < 19))


def _editable(ids: Sequence[int], call: Any) -> list[int]:
    """Those of the contacts that the caller may edit."""
    from honeyguide.features.contacts.resource import CONTACTS

    found = CONTACTS.store.get_many(ids)
    return [i for i, contact in found.items() if CONTACTS.store.allowed("edit", contact, call)]


def _segment(call: Any) -> Segment:
    segment = SEGMENTS.store.get(call.path["id"])
    if segment is None:
        raise NotFound()
    return segment


def _visible(segment: Segment, call: Any) -> None:
    """403 unless the segment is published and the caller's own or global, or they see others'."""
    seen = segment.is_global or segment.created_by == call.user.pk or call.may("lead:lists:viewother")
    if not (segment.is_published and seen):
        raise Denied()


SEGMENTS = Resource(
    name="segments",
    one="list",
    many="lists",
    label="Segments",
    example={"name": "People from Prague", "alias": "prague", "filters": []},
    model=Segment,
    rights=Rights("lead:lists", publish=False, levels={"create": VIEW}),
    keyed=True,
    fields=[
        ReadOnly("id", kind="integer"),
        Text("name", required="A name is required."),
        Text("publicName", blank="", reset=""),
        Text("alias", blank="", reset=""),
        Text("description", html=True),
        Category("segment"),
        Structure("filters", default=list, brief=False),
        Boolean("isGlobal", default=True, brief=False),
        Boolean("isPreferenceCenter", brief=False),
    ],
    order=[("lower(segments.name)", "ASC")],
    search=["name", "alias"],
    commands={
        "is:global": lambda value, call: Clause("segments.is_global"),
        "name": lambda value, call: Clause("segments.name ILIKE %s", (f"%{like(value)}%",)),
    },
    actions=[
        Action("POST", "{id}/contact/{contact_id}/add", add_contact, "Put a contact into the segment", gives=DONE),
        Action(
            "POST", "{id}/contact/{contact_id}/remove", remove_contact, "Take a contact out of the segment", gives=DONE
        ),
        Action(
            "POST",
            "{id}/contacts/add",
            add_contacts,
            "Put several contacts into the segment",
            takes=[Given(name="ids", text="The ids of the contacts.", kind="ids", required=True, example=[1])],
            gives=having(success=NUMBER, details=KEYED),
        ),
    ],
    store=SegmentStore,
)
