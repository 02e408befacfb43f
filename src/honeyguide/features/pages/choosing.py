"""Which page of a family somebody gets: the translation they read, then one of the variants that are tested."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import Any

from honeyguide.engine.resource.models import is_live
from honeyguide.features.pages.models import Page

ALL = 100  # per cent


def translations(page: Page) -> list[Page]:
    """The live pages that say the same in some language, the original first; the page alone when there are no others."""
    root = page.translation_parent or page
    children = root.translation_children.select_related("category", "translation_parent").order_by("pk")
    return [one for one in (root, *children) if is_live(one) or one.pk == page.pk]


def translation(pages: Sequence[Page], wanted: Iterable[str]) -> Page | None:
    """The first wanted language that there is; `de_AT` is also served by `de`, and `de` by any `de_…`."""
    by_language = {_normal(page.language): page for page in reversed(pages)}
    for language in map(_normal, wanted):
        start = language.partition("_")[0]
        alike = (name for name in by_language if name.partition("_")[0] == start)
        found = next((name for name in (language, start, *alike) if name in by_language), None)
        if found is not None:
            return by_language[found]
    return None


def accepted(header: str) -> list[str]:
    """The languages of an Accept-Language header, the most wanted first."""
    weighed = []
    for place, part in enumerate(header[:1000].split(",")):
        name, _, quality = part.partition(";q=")
        if name.strip() not in ("", "*"):
            weighed.append((-_number(quality), place, name.strip()))
    return [name for *_, name in sorted(weighed)]


def variants(page: Page) -> list[tuple[Page, int]]:
    """A page and the live pages tested against it, each with its share in per cent; the page itself has what is left."""
    children = [child for child in page.variant_children.select_related("category").order_by("pk") if is_live(child)]
    shares = [(child, min(max(_share(child.variant_settings), 0), ALL)) for child in children]
    return [(page, max(ALL - sum(share for _, share in shares), 0)), *shares]


def variant(shares: Sequence[tuple[Page, int]], earlier: str) -> Page:
    """The one that a visitor saw before, as their cookie says, while it is still tested; else one by chance."""
    kept = next((page for page, share in shares if str(page.pk) == earlier and share), None)
    if kept is not None:
        return kept
    pages, weights = zip(*shares, strict=True)
    return random.choices(pages, weights)[0] if any(weights) else pages[0]  # noqa: S311 - nothing depends on a guess


def _share(settings: Any) -> int:
    try:
        return int(settings.get("weight") or 0) if isinstance(settings, dict) else 0
    except (TypeError, ValueError, OverflowError):
        return 0


def _number(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


def _normal(language: str) -> str:
    return language.replace("-", "_").lower()
