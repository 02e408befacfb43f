"""What admin pages are made of: declarations that features write in their `screens.py`.

A `Screen` is data from which list, detail and form pages of a resource are made. A `Page` is anything else under `/s/`.
Both name the right that is needed to see them; without it the menu hides them and the server answers 403.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse

from honeyguide.engine.resource import Resource

# Rights beside the permission names of engine.access.permissions.
PUBLIC = "public"
SIGNED_IN = "signed in"
ADMIN = "admin"


@dataclass(frozen=True, kw_only=True)
class Page:
    """One URL below `/s/`. `view(request, **path values)` is only called for whom `right` allows."""

    path: str
    view: Callable[..., HttpResponse]
    right: str
    methods: Sequence[str] = ("GET",)


class Pages(tuple[Page, ...]):
    """The pages of a feature, as one module-level value that the loader finds."""

    def __new__(cls, *pages: Page) -> Pages:
        return super().__new__(cls, pages)


@dataclass(frozen=True, kw_only=True)
class Menu:
    """An entry of the menu. Lower `order` is higher up; `admin` puts it below the line. `when` may hide it."""

    label: str
    path: str
    icon: str
    order: int
    right: str
    admin: bool = False
    shortcut: str = ""
    when: Callable[[], bool] = lambda: True


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a list. `show(item)` gives text or safe HTML; `sort` is a name the resource can order by."""

    label: str
    show: Callable[[Any], Any]
    sort: str = ""
    css: str = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """A block of a form: wire names of the resource's fields, in order. `aside` puts it into the right column.

    `template` renders the block instead of the fields' own widgets.
    """

    title: str
    fields: Sequence[str] = ()
    aside: bool = False
    template: str = ""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Something to do with the checked rows. A `dialog` page asks for more; else `path` takes the ids by POST.
    Also a button above a list; `key` is its shortcut."""

    label: str
    path: str
    icon: str
    right: str
    confirm: str = ""
    dialog: bool = False
    key: str = ""


@dataclass(frozen=True)
class Slice:
    """The rows of one list page. `total` None means: too many to count for a page; ask `count_url`."""

    items: Sequence[Any]
    total: int | None = None
    has_next: bool = False


@dataclass(frozen=True, kw_only=True)
class Screen:
    """List, detail and form pages of a resource under `/s/<slug>`.

    `labels` are names of fields in forms, `help` sentences below them. `detail(request, item)` gives the context of
    `detail_template`; `prepare_form(request, item)` more context for the form. `read` replaces how a list page's rows are
    found: (listing, call) -> Slice. `collect_form(request, item)` reads what the form sent, `save(request, item, params)` stores
    it; without them both follow from the resource. `after_create(request, item)` answers instead of a redirect to the new item;
    `after_clone(request, source, item)` brings along what no form shows.
    """

    resource: Resource
    slug: str
    icon: str
    one: str
    many: str
    columns: Sequence[Column] | Callable[[], Sequence[Column]]
    sections: Sequence[Section] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    help: Mapping[str, str] = field(default_factory=dict)
    tip: str = ""
    search_help: Sequence[tuple[str, str]] = ()
    batch: Sequence[Batch] = ()
    buttons: Callable[[HttpRequest], Sequence[Batch]] | None = None
    title: Callable[[Any], str] = str
    read: Callable[[Any, Any], Slice] | None = None
    detail: Callable[[HttpRequest, Any], dict[str, Any]] | None = None
    detail_template: str = "ui/detail.html"
    form_template: str = "ui/form.html"
    list_template: str = "ui/list.html"
    prepare_form: Callable[[HttpRequest, Any], dict[str, Any]] | None = None
    collect_form: Callable[[HttpRequest, Any], dict[str, Any]] | None = None
    save: Callable[[HttpRequest, Any, dict[str, Any]], Any] | None = None
    after_create: Callable[[HttpRequest, Any], HttpResponse] | None = None
    after_clone: Callable[[HttpRequest, Any, Any], None] | None = None
    standard: Sequence[str] = ("list", "new", "view", "edit", "clone", "delete")
    publish_switch: bool = True
    initial: Mapping[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"/s/{self.slug}"

    @property
    def shown_columns(self) -> Sequence[Column]:
        """The columns, or what they are now when configuration decides."""
        return self.columns() if callable(self.columns) else self.columns
