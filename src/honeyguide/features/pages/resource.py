"""Landing pages over REST (contract resource-pages)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from honeyguide.engine.resource import Invalid, Resource, Rights
from honeyguide.engine.resource.content_fields import HtmlPage, Language, Url, speaks
from honeyguide.engine.resource.fields import (
    INVALID,
    Boolean,
    Choice,
    DateTime,
    Field,
    ReadOnly,
    Stamp,
    Structure,
    Text,
    text_of,
)
from honeyguide.engine.resource.references import Category, Reference, nested
from honeyguide.engine.resource.slugs import slug, unique
from honeyguide.engine.resource.store import ModelStore
from honeyguide.engine.sql import Clause
from honeyguide.features.pages.models import Page
from honeyguide.features.themes import storage as themes

RELATIVES = {"variant_parent": "variantParent", "translation_parent": "translationParent"}
ALONE = {"variantParent": None, "variantChildren": [], "translationParent": None, "translationChildren": []}


def parse_template(raw: Any) -> str | None:
    text = text_of(raw).strip()
    if text and not themes.known(text):
        raise ValueError(INVALID)
    return text or None


def redirects_need_address(value: Callable[[str], Any]) -> dict[str, str]:
    return {"redirectUrl": "A value is required."} if value("redirect_type") and not value("redirect_url") else {}


def show_parent(page: Page | None) -> dict[str, Any] | None:
    """A page inside another: without relatives of its own."""
    return nested(page, ()) | {f.name: _shown(page, f) for f in OWN} if page else None


def show_variants(pages: Any) -> list[Any]:
    return [_without(show_parent(page), "variantParent") for page in pages.all()]


def show_translations(pages: Any) -> list[Any]:
    return [_without(show_parent(page), "translationParent") for page in pages.all()]


def _shown(page: Page, declared: Field) -> Any:
    return ALONE[declared.name] if declared.name in ALONE else declared.render(getattr(page, declared.attribute))


def _without(shown: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in shown.items() if key != name}


class PageStore(ModelStore):
    """Aliases are unique; every edit is a revision."""

    children = ("variant_children", "translation_children")

    def create(self, values: dict[str, Any], call: Any) -> tuple[Any, bool]:
        item, created = super().create(values, call)
        item.alias = self._alias(item.alias or item.title, None)
        _start_test(item)
        return item, created

    def update(self, item: Page, values: dict[str, Any], call: Any) -> Page:
        item.revision += 1
        if "alias" in values:
            values["alias"] = self._alias(values["alias"] or values.get("title", item.title), item.pk)
        for name in ("variant_parent", "translation_parent"):
            if values.get(name) and values[name].pk == item.pk:
                raise Invalid({RELATIVES[name]: ["A page cannot be its own relative."]})
        joins = values.get("variant_parent") and not item.variant_parent_id
        item = super().update(item, values, call)
        if joins:
            _start_test(item)
            item.save(update_fields=["variant_start_date"])
        return item

    def _alias(self, wanted: str, besides: int | None) -> str:
        others = Page.objects.exclude(pk=besides)
        return unique(slug(wanted), lambda alias: others.filter(alias=alias).exists())


def _start_test(item: Page) -> None:
    """A test of variants begins when a page becomes one, for it and for its parent."""
    if item.variant_parent:
        item.variant_start_date = timezone.now()
        Page.objects.filter(pk=item.variant_parent.pk).update(variant_start_date=item.variant_start_date)


PAGES = Resource(
    name="pages",
    one="page",
    many="pages",
    label="Landing pages",
    example={"title": "Autumn sale", "customHtml": "<html><body><h1>Sale</h1></body></html>"},
    model=Page,
    rights=Rights("page:pages"),
    fields=[
        ReadOnly("id"),
        Text("title", required="A title is required."),
        Text("alias"),
        Category("page"),
        Language(brief=False),
        DateTime("publishUp", brief=False),
        DateTime("publishDown", brief=False),
        ReadOnly("hits", default=0, brief=False, kind="integer"),
        ReadOnly("uniqueHits", default=0, brief=False, kind="integer"),
        ReadOnly("variantHits", default=0, brief=False, kind="integer"),
        ReadOnly("revision", default=1, brief=False, kind="integer"),
        Text("metaDescription", max_length=None, brief=False),
        Choice("redirectType", ("301", "302"), brief=False),
        Url("redirectUrl", brief=False),
        Boolean("isPreferenceCenter", default=None, reset=None, brief=False),
        Boolean("noIndex", default=None, reset=None, brief=False),
        Structure("variantSettings", default=list, brief=False),
        Stamp("variantStartDate", brief=False),
        Reference("variantParent", "Page", show_parent, brief=False),
        ReadOnly("variantChildren", render=show_variants, default=list, brief=False),
        Reference("translationParent", "Page", show_parent, brief=False),
        ReadOnly("translationChildren", render=show_translations, default=list, brief=False),
        Field(name="template", parse=parse_template, brief=False),
        HtmlPage("customHtml", brief=False),
        HtmlPage("headScript", hidden=True),
        HtmlPage("footerScript", hidden=True),
    ],
    only=Clause("pages.variant_parent_id IS NULL AND pages.translation_parent_id IS NULL"),
    rules=[redirects_need_address],
    store=PageStore,
    order=[("lower(pages.title)", "ASC")],
    search=["title", "alias"],
    commands={
        "lang": speaks("pages"),
        "is:prefcenter": lambda value, call: Clause("pages.is_preference_center"),
    },
)
OWN = [field for field in PAGES.fields if not field.hidden]
