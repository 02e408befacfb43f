"""Addresses of landing pages: `/{language}/{category}/{alias}`, the first two only where they are needed."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.db.models import Q

from honeyguide.engine import config
from honeyguide.engine.delivery.surroundings import site_url
from honeyguide.engine.places import is_locale
from honeyguide.features.assets.addresses import path_of as path_of_asset
from honeyguide.features.assets.models import Asset
from honeyguide.features.categories import Category
from honeyguide.features.pages.models import Page

NAMED_BY_ID = re.compile(r"([1-9]\d{0,17}):(.*)", re.DOTALL)
LINK = re.compile(r"(?:\{|%7B)(page|asset)link(?:=|%3D)([1-9]\d{0,17})(?:\}|%7D)", re.IGNORECASE)
NO_CATEGORY = "uncategorized"
MOST_PARTS = 3
LONGEST = 191  # characters of an alias


def path_of(page: Page) -> str:
    """The one address of a page, without the server: a translation begins with its language."""
    parts = [page.alias]
    if config.get("cat_in_page_url"):
        parts.insert(0, page.category.alias if page.category else NO_CATEGORY)
    if page.translation_parent_id:
        parts.insert(0, page.language)
    return "/" + "/".join(parts)


def url_of(page: Page) -> str:
    """On the host that is kept for landing pages, where there is one."""
    own, host = site_url(), config.get("pages_host")
    return (f"{urlsplit(own).scheme}://{host}" if host else own) + path_of(page)


def with_addresses(text: str) -> str:
    """A text in which `{pagelink=1}` and `{assetlink=2}` are the addresses of those; what there is not stays as written."""
    if not LINK.search(text):
        return text
    named = {(found[1].lower(), int(found[2])) for found in LINK.finditer(text)}
    pages = Page.objects.select_related("category").in_bulk([number for kind, number in named if kind == "page"])
    assets = Asset.objects.in_bulk([number for kind, number in named if kind == "asset"])
    known = {("page", number): url_of(page) for number, page in pages.items()}
    known |= {("asset", number): site_url() + path_of_asset(asset) for number, asset in assets.items()}
    return LINK.sub(lambda found: known.get((found[1].lower(), int(found[2])), found[0]), text)


def find(address: str) -> Page | None:
    """The page that an address names, in any of its forms: also `id:alias`, and with a language or category too many."""
    *before, last = address.strip("/").split("/")
    if len(before) >= MOST_PARTS or len(last) > LONGEST + 20 or "\0" in address:
        return None
    if not all(_may_stand_before(part) for part in before):
        return None
    numbered = NAMED_BY_ID.fullmatch(last)
    which = Q(pk=int(numbered[1])) if numbered else Q(alias=last)
    return Page.objects.select_related("category").filter(which).first()


def names_language(address: str) -> bool:
    """Whether who asks chose a language by the address itself."""
    return any(is_locale(part) for part in address.strip("/").split("/")[:-1])


def _may_stand_before(part: str) -> bool:
    if is_locale(part) or part == NO_CATEGORY:
        return True
    return Category.objects.filter(alias=part, bundle__in=("page", "global")).exists()
