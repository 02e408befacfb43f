"""Deleting contacts, and what goes with them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import CASCADE

from honeyguide.engine.audit import current
from honeyguide.engine.events import EventType, New, append_many
from honeyguide.engine.sql import execute, rows
from honeyguide.features.contacts.models import Contact


@cache
def dependents() -> tuple[tuple[str, str, bool], ...]:
    """(table, column, whether its rows go too) of everything that refers to contacts, whichever feature owns it."""
    return tuple(
        (relation.related_model._meta.db_table, relation.field.column, relation.on_delete is CASCADE)
        for relation in Contact._meta.related_objects
        if not relation.many_to_many
    )


@transaction.atomic
def delete_contacts(contact_ids: Iterable[int], *, by: Any = None) -> int:
    """Deletes contacts and what belongs to them; what only mentions them forgets whom. Returns how many there were.

    Events stay in the log, without telling whose they were is impossible; they are removed by the clean-up commands.
    """
    from honeyguide.features.webhooks.services import tell_of_deleted_contacts

    ids = sorted(set(contact_ids))
    gone = rows(
        "SELECT id, concat_ws(' ', fields ->> 'firstname', fields ->> 'lastname'), fields ->> 'email' "
        "FROM contacts WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
        (ids,),
    )
    tell_of_deleted_contacts([row[0] for row in gone])
    remove_rows([row[0] for row in gone])
    who = {"by": current(by).as_list()}
    append_many(
        New(EventType.CONTACT_DELETED, None, number, {"id": number, "name": name, "email": email, **who})
        for number, name, email in gone
    )
    return len(gone)


def remove_rows(contact_ids: list[int]) -> None:
    """The contacts' rows and those that depend on them, without a word in the log."""
    for table, column, goes_too in dependents():
        if goes_too:
            execute(f"DELETE FROM {table} WHERE {column} = ANY(%s)", (contact_ids,))
        else:
            execute(f"UPDATE {table} SET {column} = NULL WHERE {column} = ANY(%s)", (contact_ids,))
    execute("DELETE FROM contacts WHERE id = ANY(%s)", (contact_ids,))
