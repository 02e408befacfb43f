"""What a resource is: one declaration from which REST routes, search, permissions, pages and documents are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Model

from honeyguide.engine.resource.columns import Column
from honeyguide.engine.resource.fields import Boolean, Field, ReadOnly, Stamp
from honeyguide.engine.resource.given import Given
from honeyguide.engine.resource.store import ModelStore
from honeyguide.engine.sql import ALL, Clause


@dataclass(frozen=True)
class Rights:
    """The permission set that guards a resource: `own` = own/other levels, `publish` = has a publish level.

    `owner` is the attribute that says whose an item is; `levels` names the permission of an action that has another one.
    """

    base: str
    own: bool = True
    publish: bool = True
    owner: str = "created_by"
    levels: Mapping[str, str] = field(default_factory=dict)

    def level(self, action: str, mine: bool = True) -> str:
        """The name to ask for: `stage:stages:edit`, `email:emails:editother`."""
        if action in self.levels:
            return self.levels[action]
        if action == "create" or not self.own:
            return f"{self.base}:{action}"
        return f"{self.base}:{action}{'own' if mine else 'other'}"


@dataclass(frozen=True)
class Action:
    """A route beyond the ten standard ones. `handle(call)` returns the JSON-able answer or an `Answer`.

    `path` follows the resource's: `{id}/contact/{contact_id}/add`. `takes` are its parameters beside ids in the path, `gives` is
    the JSON Schema of the answer, `status` its usual one. `file` names the part of a form that carries an upload.
    """

    method: str
    path: str
    handle: Callable[..., Any]
    summary: str = ""
    takes: Sequence[Given] = ()
    gives: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    media: str = "application/json"
    file: str = ""


# A search command: (value, call context) -> condition.
Command = Callable[[str, Any], Clause]
# A rule about more than one field: given a function from attribute to value, the messages by wire name.
Rule = Callable[[Callable[[str], Any]], Mapping[str, str]]


@dataclass(frozen=True)
class Resource:
    """Declared in a feature's `resource.py`. See docs/contributing/add-a-resource.md.

    `fields` are in the order of the answer. `keyed`: lists are objects by id. `total_as_text`: `total` is a string.
    `store` is a class, made with the resource; `checked_first` names fields whose errors come before the others', `rules`
    find errors in how fields go together.
    `search` are the columns of plain words; `commands` add to the standard ones
    (`ids:` always; `is:published`, `is:mine`, `category:` and so on unless `standard_commands` is off).
    `example` is the body of a new item, which works as it is where what it refers to exists; `takes` are properties of bodies
    that are no fields. `refuses` are statuses of refusals that only this resource has, with their meaning.
    """

    name: str
    one: str
    many: str
    model: type[Model] | None
    rights: Rights
    fields: Sequence[Field]
    label: str = ""
    keyed: bool = False
    total_as_text: bool = False
    empty_as_object: bool = False
    stamps: bool = True
    order: Sequence[tuple[str, str]] = ()
    search: Sequence[str] = ()
    commands: Mapping[str, Command] = field(default_factory=dict)
    standard_commands: bool = True
    only: Clause = ALL
    actions: Sequence[Action] = ()
    standard: Sequence[str] = ("list", "get", "new", "edit", "delete", "batch")
    store: Any = ModelStore
    path_parameters: Sequence[str] = ()
    checked_first: Sequence[str] = ()
    rules: Sequence[Rule] = ()
    example: Mapping[str, Any] = field(default_factory=dict)
    takes: Sequence[Given] = ()
    refuses: Mapping[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "store", self.store(self))

    @cached_property
    def all_fields(self) -> tuple[Field, ...]:
        """Publish details first, then the resource's own."""
        return (*STAMPS, *self.fields) if self.stamps else tuple(self.fields)

    @property
    def audited_as(self) -> tuple[str, str]:
        """Bundle and object of its items in the audit log."""
        return self.rights.base.partition(":")[0], AUDITED_AS.get(self.one, self.one)

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {f.name: f for f in (*STAMPS, *self.fields)}

    @cached_property
    def writable(self) -> tuple[Field, ...]:
        own = sorted((f for f in self.fields if not f.readonly), key=lambda f: f.name not in self.checked_first)
        published = [] if any(f.name == "isPublished" for f in self.fields) else [IS_PUBLISHED]
        return (*published, *own) if self.model is None or hasattr(self.model, "is_published") else tuple(own)

    @cached_property
    def columns(self) -> dict[str, Column]:
        """The names `where`, `order` and `orderBy` know, each with its SQL expression."""
        table = self.model._meta.db_table
        in_table = {f.column for f in self.model._meta.concrete_fields}
        known = {"id": Column(f"{table}.id", "integer")}
        for declared in (*STAMPS, *self.fields):
            column = f"{declared.attribute}_id" if declared.relation else declared.column
            if column in in_table:
                known[declared.name] = Column(f"{table}.{column}", "integer" if declared.relation else declared.kind)
        return known


AUDITED_AS = {"list": "segment", "contact": "lead"}
IS_PUBLISHED = Boolean("isPublished", default=True)
STAMPS: tuple[Field, ...] = (
    ReadOnly("isPublished", default=True, kind="boolean"),
    Stamp("dateAdded"),
    Stamp("dateModified"),
    ReadOnly("createdBy", kind="integer"),
    ReadOnly("createdByUser"),
    ReadOnly("modifiedBy", kind="integer"),
    ReadOnly("modifiedByUser"),
)
