"""Contacts over REST (contract resource-contacts)."""

from __future__ import annotations

from honeyguide.engine.resource import Resource, Rights
from honeyguide.features.contacts import actions
from honeyguide.features.contacts.models import Contact
from honeyguide.features.contacts.store import ContactStore

CONTACTS = Resource(
    name="contacts",
    one="contact",
    many="contacts",
    label="Contacts",
    model=Contact,
    rights=Rights("lead:leads", publish=False, owner="permission_owner"),
    fields=(),  # defined by users; see features/fields
    keyed=True,
    total_as_text=True,
    empty_as_object=True,
    actions=actions.ACTIONS,
    store=ContactStore,
)
