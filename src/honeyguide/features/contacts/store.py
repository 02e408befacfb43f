"""Contacts for the REST convention: reads by hand-written SQL as ready bytes, writes by the services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from honeyguide.engine.resource import Denied
from honeyguide.engine.resource.columns import Column
from honeyguide.engine.resource.search import Term
from honeyguide.engine.resource.store import ModelStore
from honeyguide.engine.sql import Clause
from honeyguide.features.contacts import paging, render, search, services
from honeyguide.features.contacts.rows import Row


class ContactStore(ModelStore):
    @property
    def columns(self) -> dict[str, Column]:
        return search.columns()

    def meaning(self, term: Term, call: Any) -> Clause:
        return search.meaning(term, user=call.user)

    def own_only(self, call: Any) -> Clause:
        return search.own_only(call.user)

    def allowed(self, action: str, item: Row, call: Any) -> bool:
        mine = item.permission_owner is not None and item.permission_owner == call.user.pk
        return call.may(self.resource.rights.level(action, mine=mine))

    def get(self, item_id: int) -> Row | None:
        """The contact, or the one it was merged into."""
        if item_id >= 2**63:
            return None
        found = services.read([item_id]).get(item_id)
        if found is None and (living := services.resolve(item_id)):
            found = services.read([living]).get(living)
        return found

    def get_many(self, ids: Sequence[int]) -> dict[int, Row]:
        return services.read([i for i in ids if i < 2**63])

    def page(self, where: Clause, order: Sequence[str], start: int, limit: int) -> tuple[int, list[Row]]:
        ordering = f"{', '.join(order)}, contacts.id" if order else search.DEFAULT_ORDER
        return search.total(where), paging.page(where, ordering, start, limit or None)

    def list_answer(self, total: int, items: Sequence[Row], listing: Any, call: Any) -> bytes:
        shown = render.listed(items, minimal=listing.minimal, select=listing.select)
        return b'{"total":"%d","contacts":%s}' % (total, shown)

    def render(self, item: Row | services.Saved, call: Any, **_: Any) -> orjson.Fragment:
        return orjson.Fragment(render.one(item) if isinstance(item, Row) else render.saved(item))

    def render_deleted(self, item: Row, call: Any, shown: Any) -> orjson.Fragment:
        return orjson.Fragment(render.deleted(item))

    def create_from(self, params: Any, call: Any) -> tuple[services.Saved, bool]:
        source = services.API_BATCH if call.batch else services.API
        saved = services.create_contact(params, by=call.user, source=source, check=_may_edit(call))
        return saved, saved.created

    def create_many(self, entries: Sequence[Any], call: Any) -> list[Any]:
        """One outcome per entry: what to show and whether it is new, or the error."""
        records = [entry if isinstance(entry, dict) else {} for entry in entries]
        source = services.API_BATCH
        outcomes = services.create_contacts(records, by=call.user, source=source, check=_may_edit(call))
        return [o if isinstance(o, Exception) else (self.render(o, call), o.created) for o in outcomes]

    def update_from(self, item: Row, params: Any, call: Any) -> services.Saved:
        source = services.API_BATCH if call.batch else services.API
        return services.update_contact(item.id, params, by=call.user, source=source, clear_missing=call.method == "PUT")

    def delete(self, item: Row, call: Any) -> None:
        services.delete_contacts([item.id], by=call.user)


def _may_edit(call: Any) -> Any:
    """In a batch, a record that leads to an existing contact needs the right to edit that one."""
    if not call.batch:
        return None

    def check(row: Row) -> None:
        if not call.resource.store.allowed("edit", row, call):
            raise Denied()

    return check
