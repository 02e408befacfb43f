"""Contact and company fields over REST (contract resource-fields). Both are kept in one table."""

from __future__ import annotations

from typing import Any

from honeyguide.engine.resource import Resource, Rights
from honeyguide.engine.resource.fields import Boolean, Integer, ReadOnly, Structure, Text
from honeyguide.engine.resource.store import ModelStore
from honeyguide.engine.sql import Clause
from honeyguide.features.fields import services
from honeyguide.features.fields.models import FieldDefinition

FULL = "lead:fields:full"


class FieldStore(ModelStore):
    """Fields of one object only. The services check and write."""

    @property
    def _object(self) -> str:
        return "lead" if self.resource.name == "fields/contact" else "company"

    @property
    def _items(self):
        return FieldDefinition.objects.filter(object=self._object)

    def own_only(self, call: Any) -> Clause:
        return self.resource.only

    def allowed(self, action: str, item: FieldDefinition, call: Any) -> bool:
        return call.may(self.resource.rights.level(action))

    def create_from(self, params: Any, call: Any) -> tuple[FieldDefinition, bool]:
        return services.create_field(self._object, params, by=call.user), True

    def update_from(self, item: FieldDefinition, params: Any, call: Any) -> FieldDefinition:
        return services.update_field(item, params, by=call.user, clear_missing=call.method == "PUT")

    def delete(self, item: FieldDefinition, call: Any) -> None:
        services.delete_field(item, by=call.user)


def _fields_of(path: str, stored: str, label: str) -> Resource:
    return Resource(
        name=f"fields/{path}",
        one="field",
        many="fields",
        label=label,
        example={"label": "Favourite tea", "alias": f"tea_{path}", "type": "text"},
        model=FieldDefinition,
        rights=Rights(
            "lead:fields", own=False, publish=False, levels=dict.fromkeys(("create", "edit", "delete"), FULL)
        ),
        only=Clause("fields.object = %s", (stored,)),
        keyed=True,
        fields=[
            ReadOnly("id", kind="integer"),
            Text("label"),
            Text("alias"),
            Text("type", default="text"),
            Text("group", column='"group"', default="core"),
            Integer("order", column='"order"', default=1),
            ReadOnly("object", default="lead"),
            Text("defaultValue"),
            Boolean("isRequired"),
            ReadOnly("isFixed", kind="boolean", default=False),
            Boolean("isListable", default=True),
            Boolean("isVisible", default=True),
            Boolean("isShortVisible", default=True),
            Boolean("isUniqueIdentifier"),
            Boolean("isPubliclyUpdatable"),
            Structure("properties", default=dict),
        ],
        order=[('fields."order"', "ASC")],
        search=["label"],
        commands={
            "is:indexed": lambda value, call: Clause("fields.is_index"),
            "is:unique": lambda value, call: Clause("fields.is_unique_identifier"),
            "type": lambda value, call: Clause("fields.type = %s", (value,)),
            "group": lambda value, call: Clause('fields."group" = %s', (value,)),
        },
        store=FieldStore,
    )


CONTACT_FIELDS = _fields_of("contact", "lead", "Contact fields")
COMPANY_FIELDS = _fields_of("company", "company", "Company fields")
