"""What contacts and companies, whose fields users define, have in common for the REST convention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import ModuleType
from typing import Any

from honeyguide.engine.resource.columns import Column
from honeyguide.engine.resource.search import Term
from honeyguide.engine.resource.store import ModelStore
from honeyguide.engine.sql import Clause
from honeyguide.features.fields.definitions import Definitions, FieldObject, definitions

KINDS = {"number": "number", "boolean": "boolean"}


def record_columns(object_: FieldObject, own: Mapping[str, str]) -> dict[str, Column]:
    """The names that `where` and `order` know: the aliases of fields, and `own` columns (name -> kind) in snake and camel
    case."""
    return _columns(object_, definitions(object_), tuple(own.items()))


@lru_cache(maxsize=8)
def _columns(object_: FieldObject, fields: Definitions, own: tuple[tuple[str, str], ...]) -> dict[str, Column]:
    table = "contacts" if object_ == "lead" else "companies"
    known = {d.alias: Column(d.expression, KINDS.get(d.type, "text")) for d in fields.values()}
    for name, kind in own:
        head, *rest = name.split("_")
        known[name] = known[head + "".join(part.title() for part in rest)] = Column(f"{table}.{name}", kind)
    return known


class RecordStore(ModelStore):
    """`services` read records by ids; `search` says what searches and conditions mean. A record is its owner's, else its
    maker's."""

    services: ModuleType
    search: ModuleType

    @property
    def columns(self) -> dict[str, Column]:
        return self.search.columns()

    def meaning(self, term: Term, call: Any) -> Clause:
        return self.search.meaning(term, user=call.user)

    def own_only(self, call: Any) -> Clause:
        return self.search.own_only(call.user)

    def allowed(self, action: str, item: Any, call: Any) -> bool:
        mine = item.permission_owner is not None and item.permission_owner == call.user.pk
        return call.may(self.resource.rights.level(action, mine=mine))

    def get(self, item_id: int) -> Any | None:
        return self.services.read([item_id]).get(item_id) if item_id < 2**63 else None

    def get_many(self, ids: Sequence[int]) -> dict[int, Any]:
        return self.services.read([i for i in ids if i < 2**63])
