"""What campaigns do to contacts and ask about them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils import timezone

from honeyguide.engine import config
from honeyguide.engine.segmenting.compiler import Context, compile_filter
from honeyguide.engine.segmenting.dates import today_in
from honeyguide.engine.segmenting.errors import InvalidFilter
from honeyguide.engine.segmenting.filters import Filter
from honeyguide.engine.sql import NONE, Clause, rows
from honeyguide.features.campaigns.parameters import CHANNELS, OPERATORS, Parameter, contact_fields
from honeyguide.features.campaigns.steps import Action, Batch, Condition, Problem, Step
from honeyguide.features.contacts import services
from honeyguide.features.contacts.changes import set_values
from honeyguide.features.fields.services import definitions
from honeyguide.features.tags import modify_tags

REASONS = (("", "for any reason"), ("1", "unsubscribed"), ("2", "bounced"), ("3", "by hand"))
INTERVAL = re.compile(r"([+-])P(\d{1,4})([DWMY])")
UNITS = {"D": "days", "W": "weeks", "M": "months", "Y": "years"}


def change_owner(batch: Batch) -> Mapping[int, Problem] | None:
    owner_id = batch.step.id_of("owner")
    if not rows("SELECT id FROM users WHERE id = %s", (owner_id,)):
        return batch.all_with(f"There is no user {owner_id}.")
    services.set_owner(batch.contact_ids, owner_id)
    return None


def change_tags(batch: Batch) -> None:
    add, remove = batch.step.texts("add_tags"), batch.step.texts("remove_tags")
    modify_tags(batch.contact_ids, add=add, remove=remove)


def update_values(batch: Batch) -> None:
    """Blanks overwrite nothing."""
    given = {alias: value for alias, value in batch.step.properties.items() if value not in (None, "", [])}
    known = definitions("lead")
    set_values(batch.contact_ids, {alias: value for alias, value in given.items() if alias in known})


def add_do_not_contact(batch: Batch) -> None:
    for channel in batch.step.texts("channels"):
        services.set_do_not_contact(
            batch.contact_ids, channel, services.MANUAL, comments=batch.step.text("reason") or batch.step.name
        )


def remove_do_not_contact(batch: Batch) -> None:
    for channel in batch.step.texts("channels"):
        services.remove_do_not_contact(batch.contact_ids, channel)


def delete(batch: Batch) -> None:
    services.delete_contacts(batch.contact_ids)


# --- conditions -------------------------------------------------------------------------------------------------------


def has_value(step: Step) -> Clause:
    """The operators of segments, and `date`: anniversary, or today so many days, weeks, months or years on."""
    alias, operator, value = step.text("field"), step.text("operator"), step.properties.get("value")
    if operator == "date":
        return _on_date(alias, str(value))
    return compile_filter(Filter("and", _object_of(alias), alias, "", operator or None, value), Context())


def _object_of(alias: str) -> str:
    return "company" if alias not in definitions("lead") and alias in definitions("company") else "lead"


def _on_date(alias: str, value: str) -> Clause:
    definition = definitions("lead").get(alias)
    if definition is None:
        raise InvalidFilter(f'There is no field "{alias}" to ask for.')
    day = Clause(f"left(({definition.expression})::text, 10)")
    today = today_in(config.get("default_timezone"), timezone.now())
    if value == "anniversary":
        return Clause(f"substr({day.text}, 6, 5) = %s", (f"{today:%m-%d}",))
    if not (found := INTERVAL.fullmatch(value)):
        raise InvalidFilter(f'"{value}" is no interval.')
    shift = f"{found[1]}{found[2]} {UNITS[found[3]]}"
    return Clause(f"{day.text} = to_char(%s::date + %s::interval, 'YYYY-MM-DD')", (today, shift))


def seen_value(step: Step) -> Clause:
    definition = definitions("lead").get(step.text("field"))
    return Clause(f"({definition.expression})") if definition else Clause("NULL")


def has_owner(step: Step) -> Clause:
    return Clause("contacts.owner_id = ANY(%s::bigint[])", (step.ids("owner"),))


def has_tags(step: Step) -> Clause:
    """Any of the tags, by name or id."""
    return Clause(
        "EXISTS (SELECT FROM contact_tags t JOIN tags ON tags.id = t.tag_id WHERE t.contact_id = contacts.id "
        "AND (tags.tag = ANY(%s::text[]) OR tags.id = ANY(%s::bigint[])))",
        (step.texts("tags"), step.ids("tags")),
    )


def must_not_be_contacted(step: Step) -> Clause:
    """On the last of the channels, for the reason if one is given."""
    channels, reason = step.texts("channels"), step.number("reason")
    if not channels:
        return NONE
    condition = Clause("d.channel = %s", (channels[-1],))
    if reason:
        condition &= Clause("d.reason = %s", (reason,))
    return Clause(
        f"EXISTS (SELECT FROM do_not_contact d WHERE d.contact_id = contacts.id AND {condition.text})", condition.params
    )


OWNER = Action(
    "lead.changeowner",
    change_owner,
    label="Change the owner",
    parameters=[Parameter(name="owner", label="Owner", of="User", required=True)],
)
TAGS = Action(
    "lead.changetags",
    change_tags,
    label="Change tags",
    parameters=[
        Parameter(name="add_tags", label="Add", several=True, help="One per line."),
        Parameter(name="remove_tags", label="Remove", several=True, help="One per line."),
    ],
)
VALUES = Action(
    "lead.updatelead",
    update_values,
    label="Change values of the contact",
    parameters=[
        Parameter(
            name="", label="Values", kind="values", choices=contact_fields, help="What is left empty stays as it is."
        )
    ],
)
ADD_DO_NOT_CONTACT = Action(
    "lead.adddnc",
    add_do_not_contact,
    label="Do not contact",
    parameters=[
        Parameter(name="channels", label="Channels", choices=CHANNELS, several=True, required=True),
        Parameter(name="reason", label="Reason"),
    ],
)
REMOVE_DO_NOT_CONTACT = Action(
    "lead.removednc",
    remove_do_not_contact,
    label="May be contacted again",
    parameters=[Parameter(name="channels", label="Channels", choices=CHANNELS, several=True, required=True)],
)
DELETE = Action("lead.deletecontact", delete, ends=lambda step: True, label="Delete the contact")
HAS_VALUE = Condition(
    "lead.field_value",
    has_value,
    seen=seen_value,
    label="Has a value",
    parameters=[
        Parameter(name="field", label="Field", choices=contact_fields, required=True),
        Parameter(name="operator", label="Comparison", choices=OPERATORS, required=True, default="="),
        Parameter(name="value", label="Value"),
    ],
)
HAS_OWNER = Condition(
    "lead.owner",
    has_owner,
    seen=lambda step: Clause("contacts.owner_id"),
    label="Has an owner",
    parameters=[Parameter(name="owner", label="Owners", of="User", several=True, required=True)],
)
HAS_TAGS = Condition(
    "lead.tags",
    has_tags,
    label="Has a tag",
    parameters=[Parameter(name="tags", label="Any of", of="Tag", several=True, required=True)],
)
DO_NOT_CONTACT = Condition(
    "lead.dnc",
    must_not_be_contacted,
    label="Must not be contacted",
    parameters=[
        Parameter(name="channels", label="Channels", choices=CHANNELS, several=True, required=True),
        Parameter(name="reason", label="Why", choices=REASONS),
    ],
)
