"""Which contact sends a form (engine forms.md, "Contact identification on submit")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from honeyguide.engine.resource.errors import Invalid
from honeyguide.features.companies import membership
from honeyguide.features.companies import services as companies
from honeyguide.features.contacts import identity, rows
from honeyguide.features.contacts.services import (
    Source,
    attach_ip,
    create_contact,
    merge_contacts,
    update_contact,
)
from honeyguide.features.fields.cleaning import clean_values
from honeyguide.features.fields.definitions import Definitions, definitions
from honeyguide.features.forms.answering import Answer
from honeyguide.features.forms.choices import OBJECTS, definition_of
from honeyguide.features.visits.services import Visitor, new_visitor, recognise

NAME = "companyname"


@dataclass(frozen=True)
class Sender:
    """Who is at the other end, as far as the request tells. `tracked`: their browser may be known by cookies."""

    visitor: Visitor | None = None
    tracked: bool = False
    address: str = ""
    agent: str = ""
    referer: str = ""


def identify(form: Any, fields: Sequence[Any], values: Mapping[str, Answer], sender: Sender) -> Visitor | None:
    """The contact that the answers are of, and the device they will be known by; None when nothing is known at all.

    Answers that go to fields of contacts are written there. Raises `Invalid` by alias of the form's fields.
    """
    mapped = _mapped(fields, values, "contact")
    current = sender.visitor if sender.tracked and not form.in_kiosk_mode else None
    source = Source("form", "submission", form.pk, form.name)
    try:
        if mapped:
            contact = _save(mapped, current.contact if current else None, source)
        elif current is None and sender.tracked and not form.in_kiosk_mode:
            current = new_visitor(agent=sender.agent, address=sender.address, url=sender.referer)
            contact = current.contact
        else:
            contact = current.contact if current else None
        if contact is None:
            return None
        _save_company(_mapped(fields, values, "company"), contact)
    except Invalid as invalid:
        raise Invalid(_by_alias(fields, invalid.errors)) from None
    if form.in_kiosk_mode or not sender.tracked:
        return Visitor(contact, "")
    if sender.address:
        attach_ip(contact, sender.address)
    if current is None or current.contact != contact:
        return recognise(contact, current, agent=sender.agent)
    return current


def _mapped(fields: Sequence[Any], values: Mapping[str, Answer], kind: str) -> dict[str, Answer]:
    """The answers that go to fields of the contact or company, by their alias; blanks overwrite nothing."""
    found: dict[str, Answer] = {}
    for one in fields:
        value, definition = values.get(one.alias), definition_of(one) if one.mapped_object == kind else None
        if value and definition is not None:
            is_list = isinstance(value, list) and definition.type != "multiselect"
            found[definition.alias] = ", ".join(value) if is_list else value
    return found


def _save(values: dict[str, Answer], current: int | None, source: Source) -> int:
    """Writes the values to who they identify: the visitor, another contact, both made one, or a new one."""
    fields = definitions("lead")
    cleaned, errors = clean_values(values, fields)
    if errors:
        raise Invalid(errors)
    given = identity.given(fields, cleaned)
    identity.lock_values("lead", given)
    found = identity.find("lead", given)
    known = rows.read([number for number in (current, found) if number])
    if current not in known:
        return create_contact(values, by=None, source=source).id
    if found and found != current:
        if _conflict(_unique(known[current], fields), _unique(known[found], fields)):
            update_contact(found, values, by=None, source=source)
            return found
        merge_contacts(current, found)
    elif not found and _conflict(_unique(known[current], fields), {d.alias: value for d, value in given}):
        return create_contact(values, by=None, source=source).id
    update_contact(current, values, by=None, source=source)
    return current


def _unique(row: rows.Row, fields: Definitions) -> dict[str, Any]:
    return {definition.alias: row.value(definition.alias) for definition in fields.unique}


def _conflict(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether both say something different of the same field, whatever the case."""
    return any(
        one.get(alias) and value and str(one[alias]).casefold() != str(value).casefold()
        for alias, value in other.items()
    )


def _save_company(values: dict[str, Answer], contact: int) -> None:
    """The company the answers name becomes the contact's primary one. Without a name only a known company is found."""
    if not values:
        return
    cleaned, errors = clean_values(values, fields := definitions("company"))
    if errors:
        raise Invalid(errors)
    given = identity.given(fields, cleaned)
    identity.lock_values("company", given)
    found = identity.find("company", given)
    if found:
        companies.update_company(found, values, by=None)
    elif values.get(NAME):
        found = companies.create_company(values, by=None, force=True).id
    if found:
        membership.make_primary([contact], found)


def _by_alias(fields: Sequence[Any], errors: Mapping[str, list[str]]) -> dict[str, list[str] | str]:
    """The errors of contacts' fields, by the form's fields they came from."""
    asked = {one.mapped_field: one.alias for one in fields if one.mapped_object in OBJECTS}
    return {asked.get(name, name): texts for name, texts in errors.items()}
