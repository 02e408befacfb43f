"""Two contacts that are one person (engine contacts.md 3, "Merge algorithm")."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from honeyguide.engine.audit import current
from honeyguide.engine.events import EventType
from honeyguide.engine.resource.errors import NotFound, Refused
from honeyguide.engine.sql import execute, one
from honeyguide.features.contacts import rows as contact_rows
from honeyguide.features.contacts.deleting import remove_rows
from honeyguide.features.contacts.preferences import inherit_preferences
from honeyguide.features.contacts.rows import Row, is_identified
from honeyguide.features.contacts.saving import write
from honeyguide.features.fields.cleaning import default_values
from honeyguide.features.fields.definitions import Definitions, definitions

# What moves to the winner, after it was saved. Segment, campaign and tag links that both have would double: those stay and go
# with the loser, as do its UTM tags, categories and companies.
UNION = (
    "INSERT INTO contact_ip_addresses (contact_id, ip_address_id) SELECT %(winner)s, ip_address_id "
    "FROM contact_ip_addresses WHERE contact_id = %(loser)s ON CONFLICT DO NOTHING",
    "INSERT INTO contact_tags (contact_id, tag_id) SELECT %(winner)s, tag_id "
    "FROM contact_tags WHERE contact_id = %(loser)s ON CONFLICT DO NOTHING",
    "INSERT INTO segment_contacts (segment_id, contact_id, date_added, manually_added, manually_removed) "
    "SELECT segment_id, %(winner)s, date_added, manually_added, manually_removed "
    "FROM segment_contacts WHERE contact_id = %(loser)s ON CONFLICT DO NOTHING",
    "INSERT INTO campaign_contacts (campaign_id, contact_id, date_added, date_last_exited, manually_added, manually_removed, "
    "rotation) SELECT campaign_id, %(winner)s, date_added, date_last_exited, manually_added, manually_removed, rotation "
    "FROM campaign_contacts WHERE contact_id = %(loser)s ON CONFLICT DO NOTHING",
    "INSERT INTO dynamic_contents_given (contact_id, slot, content_id, date_added) "
    "SELECT %(winner)s, slot, content_id, date_added "
    "FROM dynamic_contents_given WHERE contact_id = %(loser)s ON CONFLICT DO NOTHING",
    "INSERT INTO focus_items_given (contact_id, item_id, date_added) SELECT %(winner)s, item_id, date_added "
    "FROM focus_items_given WHERE contact_id = %(loser)s ON CONFLICT DO NOTHING",
    "INSERT INTO point_action_log (action_id, contact_id, date_fired) SELECT action_id, %(winner)s, date_fired "
    "FROM point_action_log WHERE contact_id = %(loser)s ON CONFLICT DO NOTHING",
    "INSERT INTO point_trigger_log (event_id, contact_id, date_fired) SELECT event_id, %(winner)s, date_fired "
    "FROM point_trigger_log WHERE contact_id = %(loser)s ON CONFLICT DO NOTHING",
)
MOVE = (
    "UPDATE events SET contact_id = %(winner)s WHERE contact_id = %(loser)s",
    "UPDATE notes SET contact_id = %(winner)s WHERE contact_id = %(loser)s",
    "UPDATE devices SET contact_id = %(winner)s WHERE contact_id = %(loser)s",
    "UPDATE outbox SET contact_id = %(winner)s WHERE contact_id = %(loser)s AND NOT EXISTS (SELECT 1 FROM outbox o "
    "WHERE o.contact_id = %(winner)s AND o.email_id IS NOT DISTINCT FROM outbox.email_id AND o.occasion = outbox.occasion)",
    "UPDATE push_subscriptions SET contact_id = %(winner)s WHERE contact_id = %(loser)s",
    "UPDATE dispatches SET contact_id = %(winner)s WHERE contact_id = %(loser)s AND NOT EXISTS (SELECT 1 FROM dispatches d WHERE "
    "d.contact_id = %(winner)s AND d.channel = dispatches.channel AND d.item_id = dispatches.item_id "
    "AND d.occasion = dispatches.occasion)",
    "UPDATE campaign_log SET contact_id = %(winner)s WHERE contact_id = %(loser)s AND NOT EXISTS (SELECT 1 FROM campaign_log l "
    "WHERE l.contact_id = %(winner)s AND l.campaign_id = campaign_log.campaign_id)",
    "UPDATE form_submissions SET contact_id = %(winner)s WHERE contact_id = %(loser)s",
    "UPDATE contact_merges SET contact_id = %(winner)s WHERE contact_id = %(loser)s",
)


@transaction.atomic
def merge_contacts(winner_id: int, loser_id: int, *, by: Any = None) -> None:
    """The loser becomes part of the winner, and its id leads there from now on. Raises `Refused` and `NotFound`."""
    if winner_id == loser_id:
        raise Refused("A contact cannot be merged with itself.")
    found = contact_rows.lock([winner_id, loser_id])
    if len(found) < 2:
        raise NotFound("Contact not found.")
    winner, loser = found[winner_id], found[loser_id]
    fields = definitions("lead")
    _take_values(winner, loser, fields)
    winner.last_active = max(filter(None, (winner.last_active, loser.last_active)), default=None)
    winner.date_identified = min(filter(None, (winner.date_identified, loser.date_identified)), default=None)
    winner.owner_id = winner.owner_id or loser.owner_id
    winner.points = max(-(2**31), min(2**31 - 1, winner.points + loser.points))
    ids = {"winner": winner_id, "loser": loser_id}
    for statement in (*UNION, *MOVE):
        execute(statement, ids)
    inherit_preferences(winner_id, loser_id, by=by)
    remove_rows([loser_id])
    execute(
        "INSERT INTO contact_merges (merged_id, contact_id, name, date_added) VALUES (%s, %s, %s, now()) "
        "ON CONFLICT (merged_id) DO UPDATE SET contact_id = excluded.contact_id",
        (loser_id, winner_id, loser.title),
    )
    told = [(EventType.CONTACT_MERGED, loser_id, {"name": loser.title, "by": current(by).as_list()})]
    write(winner, told, by=by, touched=True, now=datetime.now(UTC))


def _take_values(winner: Row, loser: Row, fields: Definitions) -> None:
    """Each field gets the value of the contact that was changed last, else the other's.

    A visitor's value that is only the field's default does not count.
    """
    newest, older = (loser, winner) if _changed_at(loser) > _changed_at(winner) else (winner, loser)
    defaults = {} if is_identified(fields, newest.fields) else default_values(fields, {})
    for alias in {*winner.fields, *loser.fields}:
        new, old = newest.fields.get(alias), older.fields.get(alias)
        if new is not None and not (alias in defaults and defaults[alias] == new):
            winner.fields[alias] = new
        elif old is not None:
            winner.fields[alias] = old
        elif new is not None:
            winner.fields[alias] = new


def _changed_at(row: Row) -> datetime:
    return row.date_modified or row.date_added or datetime.min.replace(tzinfo=UTC)


def resolve(contact_id: int) -> int | None:
    """The id under which a contact lives: its own, or that of the one it was merged into; None when there is none."""
    if not 0 < contact_id < 2**63:
        return None
    found = one(
        "SELECT id FROM contacts WHERE id = %(id)s UNION ALL "
        "SELECT contact_id FROM contact_merges WHERE merged_id = %(id)s LIMIT 1",
        {"id": contact_id},
    )
    return found[0] if found else None
