"""Campaigns for tests: `campaign(segment, do(...), ask(...).yes(do(...)))`, and time that goes by."""

from __future__ import annotations

from json import loads
from typing import Any

from honeyguide.engine.events import Read
from honeyguide.engine.sql import execute, rows
from honeyguide.features.campaigns import advancing, jobs, services
from honeyguide.features.campaigns.models import Campaign, CampaignEvent
from honeyguide.features.contacts.models import Contact
from honeyguide.features.segments.models import Segment
from honeyguide.features.segments.services import add_contacts, create_segment

READ = """
    SELECT id, xid::text::bigint, at, type, contact_id, object_id, payload::text FROM events WHERE id > %s ORDER BY id
"""


def contact(name: str = "ann", **fields: Any) -> int:
    return Contact.objects.create(fields={"email": f"{name}@x.test", "firstname": name.title(), **fields}).pk


def segment(name: str, *contacts: int) -> Segment:
    made = create_segment({"name": name})
    add_contacts(made, contact_ids=contacts)
    return made


def campaign(*segments: Segment, **values: Any) -> Campaign:
    made = Campaign.objects.create(name="Welcome", **values)
    made.lists.set(segments)
    return made


def step(
    of: Campaign, type: str, properties: dict | None = None, *, after=None, path=None, **values: Any
) -> CampaignEvent:
    kinds = {"email.open": "decision", "email.click": "decision", "page.pagehit": "decision", "form.submit": "decision"}
    kinds |= dict.fromkeys(
        ("lead.field_value", "lead.points", "lead.segments", "lead.tags", "lead.owner", "lead.stages"), "condition"
    )
    return CampaignEvent.objects.create(
        campaign=of,
        name=values.pop("name", type),
        type=type,
        event_type=values.pop("event_type", kinds.get(type, "action")),
        properties=properties or {},
        parent=after,
        decision_path=path,
        order=after.order + 1 if after else 1,
        **values,
    )


def points(of: Campaign, number: int = 1, **values: Any) -> CampaignEvent:
    return step(of, "lead.changepoints", {"points": number}, **values)


def run() -> int:
    """Brings members up to date and does all that is due; returns how many steps of contacts."""
    while jobs.sync_due():
        pass
    done = 0
    while part := advancing.advance():
        done += part
    return done


def react(after: int = 0) -> int:
    """Hands the events after that one to the consumers of campaigns, as the worker does once they are committed."""
    while found := [Read(*row[:6], loads(row[6] or "null")) for row in rows(READ, (after,))]:
        for consumer in (jobs.SOURCES, jobs.DECISIONS):
            if wanted := [event for event in found if event.type in consumer.types]:
                consumer.handle(wanted)
        after = found[-1].id
    return after


def pass_time(interval: str) -> None:
    """Moves everything planned and done into the past, as if so much time went by."""
    execute(
        "UPDATE campaign_log SET since = since - %(t)s::interval, due_at = due_at - %(t)s::interval, at = at - %(t)s::interval",
        {"t": interval},
    )


def points_of(*contacts: int) -> list[int]:
    found = dict(rows("SELECT id, points FROM contacts WHERE id = ANY(%s)", (list(contacts),)))
    return [found[number] for number in contacts]


def log(of: Campaign) -> list[tuple[str, int, int, int, bool | None]]:
    """(step, contact, rotation, state, path) of all rows."""
    return rows(
        "SELECT e.name, l.contact_id, l.rotation, l.state, l.taken FROM campaign_log l "
        "LEFT JOIN campaign_events e ON e.id = l.event_id WHERE l.campaign_id = %s ORDER BY l.rotation, l.event_id, 2",
        (of.pk,),
    )


def members(of: Campaign) -> list[int]:
    found = rows(
        "SELECT contact_id FROM campaign_contacts WHERE campaign_id = %s AND NOT manually_removed ORDER BY 1", (of.pk,)
    )
    return [row[0] for row in found]


def put_in(of: Campaign, *contacts: int) -> int:
    return services.add_contacts(of.pk, contacts)
