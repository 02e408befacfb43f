"""Resources whose items belong to one contact: its notes, its devices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from honeyguide.engine.api.failures import Outside
from honeyguide.engine.audit import differences
from honeyguide.engine.resource import Rights
from honeyguide.engine.resource.errors import NotFound, Refused
from honeyguide.engine.resource.fields import Field, text_of
from honeyguide.engine.resource.references import KEEP
from honeyguide.engine.resource.rendering import without_nulls
from honeyguide.engine.resource.store import ModelStore
from honeyguide.features.contacts.rows import Row, read

CONTACT_RIGHTS = Rights("lead:leads", publish=False)


def Owner(name: str = "lead") -> Field:
    """The contact, by id. It must exist."""

    def parse(raw: Any) -> Any:
        text = text_of(raw).strip()
        if not text:
            return KEEP
        number = int(text) if text.isdecimal() and len(text) < 19 else 0
        if number not in read([number]):
            raise NotFound("Contact not found.")
        return number

    return Field(name=name, attribute="contact_id", parse=parse, default=KEEP, reset=KEEP, hidden=True, kind="integer")


class BelongingStore(ModelStore):
    """Every item shows its contact, with fields only when the request named it (as the reference happens to do).

    A subclass says how an item is shown beside its contact (`show_item`), how contacts are shown (`show_contact`), and what is
    told when none is named (`mandatory`); `write_new` and `write_changes` are the services.
    """

    mandatory = "lead ID is mandatory"
    show_item: Callable[[Any, Any], dict[str, Any]]
    show_contact: Callable[..., dict[str, Any]]
    write_new: Callable[..., Any]
    write_changes: Callable[..., Any]

    def page(self, *asked: Any) -> tuple[int, list[Any]]:
        total, items = super().page(*asked)
        contacts = read({item.contact_id for item in items})
        for item in items:
            item.row = contacts[item.contact_id]
        return total, items

    def render(self, item: Any, call: Any, *, created: bool = False, **selected: Any) -> Any:
        lead = type(self).show_contact(self._row(item), with_fields=getattr(item, "named", False))
        shown = type(self).show_item(item, lead)
        chosen = selected.get("select")
        if chosen is None:
            return shown
        known = chosen & shown.keys()
        return without_nulls(
            {k: v for k, v in shown.items() if not known or k in known or k in ("id", "lead", "clientInfo")}
        )

    @transaction.atomic
    def save_new(self, values: dict[str, Any], call: Any) -> tuple[Any, bool]:
        if "contact_id" not in values:
            raise Refused(self.mandatory)
        self._check_contact(values["contact_id"], call)
        told = differences({}, self._named(values))
        item = type(self).write_new(values.pop("contact_id"), values, by=call.user)
        item.named = True
        self._note(item, "create", told, call)
        return item, True

    @transaction.atomic
    def update(self, item: Any, values: dict[str, Any], call: Any) -> Any:
        named = "contact_id" in values
        if named and values["contact_id"] != item.contact_id:
            self._check_contact(values["contact_id"], call)
        told = differences(self._named({name: getattr(item, name) for name in values}), self._named(values))
        item = type(self).write_changes(item, values, by=call.user)
        if told:
            self._note(item, "update", told, call)
        item.named, item.row = named, None
        return item

    def _check_contact(self, contact_id: int, call: Any) -> None:
        """Only who may edit a contact gives it something. The reference asks for a right that nobody but admins has."""
        owner = read([contact_id])[contact_id].permission_owner
        mine = owner is not None and owner == call.user.pk
        if not call.may(CONTACT_RIGHTS.level("edit", mine=mine)):
            raise Outside(403)

    def _row(self, item: Any) -> Row:
        row = getattr(item, "row", None)
        return row or read([item.contact_id])[item.contact_id]
