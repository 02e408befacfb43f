"""Categories: a title and a colour by which things of one bundle are sorted (contract resource-categories)."""

from __future__ import annotations

from typing import Any

from django.db import models

from honeyguide.engine.access.permissions import known
from honeyguide.engine.resource import Resource, Rights
from honeyguide.engine.resource.fields import Choice, ReadOnly, Text
from honeyguide.engine.resource.models import Stamped
from honeyguide.engine.resource.slugs import slug, unique
from honeyguide.engine.resource.store import ModelStore
from honeyguide.engine.ui.screen import Column, Menu, Screen, Section
from honeyguide.engine.ui.tags import edit_link, swatch, words

BUNDLES = (
    "global", "asset", "campaign", "messages", "email", "form", "segment", "page", "point", "stage", "plugin:focus",
    "plugin:mauticSocial",
)  # fmt: skip


class Category(Stamped):
    title = models.CharField(max_length=191)
    description = models.TextField(null=True)
    alias = models.CharField(max_length=191)
    color = models.CharField(max_length=7, null=True)
    bundle = models.CharField(max_length=50)

    class Meta:
        app_label = "honeyguide"
        db_table = "categories"
        indexes = [models.Index(fields=["alias"], name="category_alias")]


class CategoryStore(ModelStore):
    """Aliases are made from titles; the bundle is fixed at creation and decides whose permission counts."""

    def create(self, values: dict[str, Any], call: Any) -> tuple[Category, bool]:
        item, created = super().create(values, call)
        item.alias = self._alias(item)
        return item, created

    def update(self, item: Category, values: dict[str, Any], call: Any) -> Category:
        if "alias" in values:
            title = values.get("title", item.title)
            values["alias"] = self._alias(Category(alias=values["alias"], title=title, bundle=item.bundle, id=item.pk))
        return super().update(item, values, call)

    def _alias(self, item: Category) -> str:
        wanted = slug(item.alias or item.title)
        others = Category.objects.filter(bundle=item.bundle).exclude(pk=item.pk)
        return unique(wanted, lambda alias: others.filter(alias=alias).exists())

    def right_to_list(self, call: Any) -> str:
        """A call that names a bundle, as pickers do, needs that one's permission."""
        return _permission(str(call.parameter("bundle", "")), "view")

    def allowed(self, action: str, item: Category, call: Any) -> bool:
        return call.may(_permission(item.bundle, action))


def _permission(bundle: str, action: str) -> str:
    own = f"{bundle}:categories:{action}"
    return own if known(own) else f"category:categories:{action}"


CATEGORIES = Resource(
    name="categories",
    one="category",
    many="categories",
    label="Categories",
    example={"title": "News", "bundle": "email", "color": "4e5d9d"},
    model=Category,
    rights=Rights("category:categories", own=False),
    stamps=False,
    fields=[
        ReadOnly("id"),
        Text("title", required="A title is required."),
        Text("alias", blank=""),
        Text("description", html=True),
        Text("color", max_length=7),
        Choice("bundle", BUNDLES, required="A value is required.", create_only=True),
    ],
    checked_first=["bundle"],
    store=CategoryStore,
    order=[("categories.title", "ASC")],
    search=["title", "description"],
)

MENU = Menu(
    label="Categories", path="/s/categories", icon="folders", order=10, right="category:categories:view", admin=True
)
SCREEN = Screen(
    resource=CATEGORIES,
    slug="categories",
    icon="folders",
    one="category",
    many="Categories",
    title=lambda category: category.title,
    columns=[
        Column(label="Colour", show=lambda category: swatch(category.color)),
        Column(label="Title", show=lambda category: edit_link("categories", category.pk, category.title), sort="title"),
        Column(label="Of", show=lambda category: words(category.bundle.removeprefix("plugin:")), sort="bundle"),
        Column(label="Alias", show=lambda category: category.alias, sort="alias"),
        Column(label="ID", show=lambda category: category.pk, sort="id", css="hg-num"),
    ],
    sections=[
        Section(title="Category", fields=["title", "description"]),
        Section(title="Kind", fields=["bundle", "color"], aside=True),
        Section(title="Names", fields=["alias"], aside=True),
    ],
    labels={"bundle": "Of", "color": "Colour"},
    help={"alias": "Made from the title when empty.", "bundle": "What it sorts. It stays as chosen here."},
    initial={"bundle": "global", "color": "#4e73df"},
    tip="Categories sort segments, e-mails, stages and the rest by whatever you like.",
    standard=("list", "new", "edit", "delete"),
)
