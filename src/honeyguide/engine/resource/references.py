"""Fields that point to another thing: a category, a role, segments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.apps import apps

from honeyguide.engine.resource.fields import INVALID, Field, text_of


def nested(item: Any, names: Sequence[tuple[str, Any]], *, authors: bool = True) -> dict[str, Any] | None:
    """An item inside another: of the publish details only the authors' names stay (contract conventions 5).

    `names` are (wire name, attribute or function of the item).
    """
    if item is None:
        return None
    shown = {"createdByUser": item.created_by_user, "modifiedByUser": item.modified_by_user} if authors else {}
    for name, source in names:
        shown[name] = source(item) if callable(source) else getattr(item, source)
    return shown


CATEGORY_SHAPE = (
    ("id", "id"), ("title", "title"), ("alias", "alias"), ("description", "description"), ("color", "color"),
    ("bundle", "bundle"),
)  # fmt: skip


def show_category(category: Any) -> dict[str, Any] | None:
    return nested(category, CATEGORY_SHAPE)


KEEP: Any = object()  # a parsed value that means: leave the field as it is


def Category(bundle: str, **options: Any) -> Field:
    """The category of `bundle`, by id. Blank leaves it; an unknown id is refused."""

    def parse(raw: Any) -> Any:
        text = text_of(raw).strip()
        if text in ("", "0"):
            return KEEP
        found = None
        if text.isdecimal() and len(text) < 19:
            found = apps.get_model("honeyguide", "Category").objects.filter(pk=int(text)).first()
        if found is None:
            raise ValueError(f"Category {text[:100]} does not exist")
        return found

    return Field(
        name="category",
        parse=parse,
        render=show_category,
        relation=True,
        kind=f"category:{bundle}",
        **options,
    )


def Reference(name: str, model: str, show: Callable[[Any], Any], *, unknown: str = INVALID, **options: Any) -> Field:
    """One item of `model`, by id; blank is none."""

    def parse(raw: Any) -> Any:
        text = text_of(raw).strip()
        if not text:
            return None
        found = None
        if text.isdecimal() and len(text) < 19:
            found = apps.get_model("honeyguide", model).objects.filter(pk=int(text)).first()
        if found is None:
            raise ValueError(unknown)
        return found

    return Field(name=name, parse=parse, render=show, relation=True, kind=f"reference:{model}", **options)


def References(name: str, model: str, show: Callable[[Any], Any], *, unknown: str = INVALID, **options: Any) -> Field:
    """Several items of `model`, by a list of ids; `show` renders one of them."""

    def parse(raw: Any) -> list[Any]:
        listed = list(raw.values()) if isinstance(raw, dict) else raw if isinstance(raw, list) else [raw]
        texts = [text_of(entry).strip() for entry in listed]
        wanted = dict.fromkeys(int(text) for text in texts if text.isdecimal() and len(text) < 19)
        found = apps.get_model("honeyguide", model).objects.in_bulk(list(wanted))
        if len(found) != len({text for text in texts if text}):
            raise ValueError(unknown)
        return [found[number] for number in wanted]

    def render(related: Any) -> list[Any]:
        return [show(item) for item in related.all()]

    return Field(name=name, parse=parse, render=render, default=list, reset=list, kind=f"references:{model}", **options)
