"""Contacts for the REST convention: reads by hand-written SQL as ready bytes, writes by the services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from honeyguide.engine.resource import Denied
from honeyguide.engine.sql import Clause
from honeyguide.features.contacts import paging, render, search, services
from honeyguide.features.contacts.rows import Row
from honeyguide.features.fields.record_store import RecordStore


class ContactStore(RecordStore):
    services, search = services, search

    def get(self, item_id: int) -> Row | None:
        """The contact, or the one it was merged into."""
        found = super().get(item_id)
        if found is None and item_id < 2**63 and (living := services.resolve(item_id)):
            return super().get(living)
        return found

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
