"""Contacts over REST (contract resource-contacts)."""

from __future__ import annotations

from honeyguide.engine.resource import Resource, Rights
from honeyguide.engine.resource.given import Given
from honeyguide.features.contacts import actions
from honeyguide.features.contacts.models import Contact
from honeyguide.features.contacts.store import ContactStore

CONTACTS = Resource(
    name="contacts",
    one="contact",
    many="contacts",
    label="Contacts",
    example={"firstname": "Ada", "lastname": "Example", "email": "ada@example.com", "tags": ["friend"]},
    model=Contact,
    rights=Rights("lead:leads", publish=False, owner="permission_owner"),
    fields=(),  # defined by users; see features/fields
    keyed=True,
    total_as_text=True,
    empty_as_object=True,
    actions=actions.ACTIONS,
    takes=[
        Given(name="firstname", text="The first name. Fields of your own go by their aliases.", example="Ada"),
        Given(name="lastname", text="The last name.", example="Example"),
        Given(name="email", text="The e-mail address; a contact that has it is changed.", example="ada@example.com"),
        Given(name="points", text="The points.", kind="integer"),
        Given(
            name="tags", text="Tags to add; one with a minus before it is taken away.", kind="list", example=["friend"]
        ),
        Given(name="owner", text="The id of the user who looks after the contact.", kind="integer"),
        Given(name="ipAddress", text="The address the contact was last seen at.", example="192.0.2.7"),
        Given(name="lastActive", text="When the contact was last active, in UTC.", kind="datetime"),
        Given(name="overwriteWithBlank", text="Whether blank values empty fields.", kind="boolean"),
    ],
    store=ContactStore,
)
