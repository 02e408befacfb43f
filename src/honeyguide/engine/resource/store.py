"""Reads and writes the items of a resource that is an ordinary table. Features with rules of their own bring their own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import ManyToManyField
from django.utils import timezone

from honeyguide.engine.audit import differences, record
from honeyguide.engine.resource.binding import bind
from honeyguide.engine.resource.children import replace_children
from honeyguide.engine.resource.columns import Column
from honeyguide.engine.resource.rendering import envelope, render
from honeyguide.engine.resource.search import Term, meaning
from honeyguide.engine.sql import Clause, rows, scalar

if TYPE_CHECKING:
    from honeyguide.engine.resource.resource import Resource

MAX_LIMIT = 2**31 - 1


class ModelStore:
    """The default store. A feature may replace any method with functions of its services.

    `children` names reverse relations whose items are written with their parent, as lists of attributes.
    """

    children: tuple[str, ...] = ()

    def __init__(self, resource: Resource):
        self.resource = resource

    @property
    def _items(self):
        model = self.resource.model
        related = [f.name for f in model._meta.fields if f.is_relation]
        several = [f.name for f in model._meta.many_to_many]
        return model._default_manager.select_related(*related).prefetch_related(*several, *self.children)

    @property
    def _several(self) -> set[str]:
        """Attributes that are collections of rows of their own."""
        return {f.name for f in self.resource.model._meta.many_to_many} | set(self.children)

    def get(self, item_id: int) -> Any | None:
        if item_id >= 2**63:
            return None
        return self._items.filter(pk=item_id).first()

    def get_many(self, ids: Sequence[int]) -> dict[int, Any]:
        return self._items.in_bulk([i for i in ids if i < 2**63])

    def page(self, where: Clause, order: Sequence[str], start: int, limit: int) -> tuple[int, list[Any]]:
        """The total, and the items from `start`. `order` are SQL terms; `limit` 0 is all."""
        table = self.resource.model._meta.db_table
        total = scalar(f"SELECT count(*) FROM {table} WHERE {where.text}", where.params)
        ordering = ", ".join([*order, f"{table}.id"])
        ids = [
            row[0]
            for row in rows(
                f"SELECT {table}.id FROM {table} WHERE {where.text} ORDER BY {ordering} LIMIT %s OFFSET %s",
                (*where.params, min(limit, MAX_LIMIT) or None, min(start, MAX_LIMIT)),
            )
        ]
        found = self.get_many(ids)
        return total, [found[i] for i in ids if i in found]

    # --- what a store of its own may answer differently -------------------------------------------------------------

    @property
    def columns(self) -> dict[str, Column]:
        """The names that `where` and `order` know."""
        return self.resource.columns

    def meaning(self, term: Term, call: Any) -> Clause:
        """The condition of one search term."""
        return meaning(term, self.resource, call)

    def own_only(self, call: Any) -> Clause:
        """The caller's own items."""
        return Clause(f"{self.resource.model._meta.db_table}.{self.resource.rights.owner} = %s", (call.user.pk,))

    def right_to_list(self, call: Any) -> str:
        """The permission that a list call needs; which of the items it shows may depend on more."""
        return self.resource.rights.level("view", mine=True)

    def allowed(self, action: str, item: Any, call: Any) -> bool:
        """Whether the caller may view, edit or delete this item."""
        return call.may_touch(self.resource, action, item)

    def render(self, item: Any, call: Any, *, created: bool = False, **selected: Any) -> Any:
        """The item as JSON-able data. `selected` are `select` and `minimal`."""
        return render(self.resource, item, **selected)

    def list_answer(self, total: int, items: Sequence[Any], listing: Any, call: Any) -> Any:
        """The whole answer to a list call, JSON-able or as ready bytes. `listing` says how items are shown."""
        rendered = [self.render(item, call, select=listing.select, minimal=listing.minimal) for item in items]
        return envelope(self.resource, total, rendered, [item.pk for item in items])

    def render_deleted(self, item: Any, call: Any, shown: Any) -> Any:
        """The item as it was shown before it was deleted; neither it nor its children have an identity any more."""
        gone = {"id": None}
        for declared in self.resource.fields:
            if declared.kind == "children" and declared.name in shown:
                gone[declared.name] = [child | {"id": None} for child in shown[declared.name]]
        return shown | gone

    def create_from(self, params: Any, call: Any) -> tuple[Any, bool]:
        """Stores a new item from the parameters of a call; returns it and whether it is new."""
        return self.save_new(bind(self.resource, params, call, method="POST", item=None), call)

    def update_from(self, item: Any, params: Any, call: Any) -> Any:
        return self.update(item, bind(self.resource, params, call, method=call.method, item=item), call)

    # --- writing ----------------------------------------------------------------------------------------------------

    def create(self, values: dict[str, Any], call: Any) -> tuple[Any, bool]:
        """Stores a new item; returns it and whether it is new (a match of an existing one is not)."""
        item = self.resource.model()
        for attribute, value in values.items():
            if attribute not in self._several:
                setattr(item, attribute, value)
        stamp_created(item, call.user)
        return item, True

    @transaction.atomic
    def save_new(self, values: dict[str, Any], call: Any) -> tuple[Any, bool]:
        item, created = self.create(values, call)
        self._save(item, values)
        self._note(item, "create", differences({}, self._named(values)), call)
        return item, created

    @transaction.atomic
    def update(self, item: Any, values: dict[str, Any], call: Any) -> Any:
        before = {name: getattr(item, name, None) for name in values if name not in self._several}
        changed = self.assign(item, values) | (values.keys() & set(self.children))
        stamp_modified(item, call.user, touched=bool(changed))
        self._save(item, values)
        after = {name: getattr(item, name) for name in before}
        if changes := differences(self._named(before), self._named(after)) | self._replaced(values):
            self._note(item, "update", changes, call)
        return item

    @transaction.atomic
    def delete(self, item: Any, call: Any) -> None:
        self._note(item, "delete", {"name": self.name_of(item)}, call)
        item.delete()

    def name_of(self, item: Any) -> str:
        """What people call the item."""
        return str(getattr(item, "name", None) or getattr(item, "title", None) or "")

    def _note(self, item: Any, action: str, details: dict[str, Any], call: Any) -> None:
        record(*self.resource.audited_as, item.pk, action, details, by=call.user)

    def _named(self, values: dict[str, Any]) -> dict[str, Any]:
        """The values under the names that clients know."""
        return {self._wire_names.get(attribute, attribute): value for attribute, value in values.items()}

    def _replaced(self, values: dict[str, Any]) -> dict[str, Any]:
        """Collections are named, not compared: their old items are gone by now, and reading them would cost a query."""
        return {self._wire_names.get(name, name): "replaced" for name in values if name in self._several}

    @cached_property
    def _wire_names(self) -> dict[str, str]:
        return {f.attribute: f.name for f in self.resource.writable}

    def assign(self, item: Any, values: dict[str, Any]) -> set[str]:
        """Sets the values; returns the tracked attributes that really changed."""
        tracked = {f.attribute: f.tracked for f in self.resource.writable}
        changed = set()
        for attribute, value in values.items():
            if attribute in self._several:
                continue
            if getattr(item, attribute, None) != value:
                setattr(item, attribute, value)
                if tracked.get(attribute, True):
                    changed.add(attribute)
        return changed

    def _save(self, item: Any, values: dict[str, Any]) -> None:
        item.save()
        for relation in item._meta.many_to_many:
            if isinstance(relation, ManyToManyField) and relation.name in values:
                getattr(item, relation.name).set(values[relation.name])
        for relation in self.children:
            if relation in values:
                replace_children(item, relation, values[relation])
        if self._several:
            item._prefetched_objects_cache = {}


def stamp_created(item: Any, user: Any) -> None:
    if hasattr(item, "date_added"):
        item.date_added = timezone.now()
    if hasattr(item, "created_by_user"):
        item.created_by, item.created_by_user = user.pk, user.name


def stamp_modified(item: Any, user: Any, *, touched: bool = True) -> None:
    """Notes who saved; the date moves only when something changed."""
    if hasattr(item, "modified_by_user"):
        item.modified_by, item.modified_by_user = user.pk, user.name
        if touched:
            item.date_modified = timezone.now()
