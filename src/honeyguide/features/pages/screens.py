"""Pages of landing pages: list, editor with preview, figures, tests of variants, translations."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html

from honeyguide.engine.api import standard
from honeyguide.engine.documents import versions
from honeyguide.engine.resource import Invalid, Refused
from honeyguide.engine.ui import messages
from honeyguide.engine.ui.forms import sent
from honeyguide.engine.ui.frames import framed
from honeyguide.engine.ui.lists import call_of
from honeyguide.engine.ui.screen import Column, Menu, Pages, Screen, Section
from honeyguide.engine.ui.screen import Page as AdminPage
from honeyguide.engine.ui.tags import number, when
from honeyguide.features.emails.services import reader
from honeyguide.features.fields.definitions import definitions
from honeyguide.features.pages import choosing, rendering, services, viewing
from honeyguide.features.pages.addresses import path_of, url_of
from honeyguide.features.pages.models import Page, PageVersion
from honeyguide.features.pages.resource import PAGES as RESOURCE

TOKENS = (
    ("{pagetitle}", "Title"), ("{pagemetadescription}", "Description"), ("{langbar}", "Links to the translations"),
    ("{sharebuttons}", "Buttons to share the page"), ("{pagelink=1}", "Address of a page, by its number"),
    ("{assetlink=1}", "Address of a file, by its number"), ("{form=1}", "A form, by its number"),
    ("{focus=1}", "A focus item, by its number"), ("{dwc=name}", "Dynamic content, by its slot"),
)  # fmt: skip
MAX_HTML = 2 * 1024 * 1024
EMPTY = "<p style='font-family:sans-serif;color:#666;padding:2rem'>Nothing written yet.</p>"


def show_title(page: Page) -> str:
    return format_html(
        '<a href="/s/pages/view/{}">{}</a><div class="text-secondary small text-break">{}</div>',
        page.pk, page.title, path_of(page),
    )  # fmt: skip


def find(request: HttpRequest, page_id: int, action: str) -> Page:
    """The page, if the user may do this to it."""
    call = call_of(request, RESOURCE)
    page = standard.find(RESOURCE, page_id, call)
    standard.check(RESOURCE, call, action, page)
    return page


def detail(request: HttpRequest, page: Page) -> dict[str, Any]:
    root = page.variant_parent or page
    family = [root, *root.variant_children.order_by("pk")]
    behaviour = viewing.behaviour([one.pk for one in family])
    shares = {one.pk: share for one, share in choosing.variants(root)}
    figures = behaviour.get(page.pk, viewing.Behaviour())
    original = page.translation_parent or page
    return {
        "figures": figures,
        "chart": viewing.chart([page.pk]),
        "address": url_of(page),
        "variants": [(one, shares.get(one.pk, 0), behaviour.get(one.pk, viewing.Behaviour())) for one in family]
        if len(family) > 1
        else [],
        "translations": [original, *original.translation_children.order_by("pk")],
        "may_publish": call_of(request, RESOURCE).may_touch(RESOURCE, "publish", page),
    }


def _contact(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else None


def _previewed(page: Page, contact: int | None) -> HttpResponse:
    family = choosing.translations(page) if page.pk else []
    html = rendering.rendered(page, reader(contact), labels=contact is None, family=family)
    return framed(html or EMPTY)


def frame_view(request: HttpRequest, page_id: int) -> HttpResponse:
    return _previewed(find(request, page_id, "view"), _contact(request.GET.get("contact")))


def draft_view(request: HttpRequest) -> HttpResponse:
    """The page as the editor's form has it, not stored."""
    post = request.POST
    text = {
        name: post.get(name, "").replace("\x00", "")[:MAX_HTML] for name in ("title", "customHtml", "metaDescription")
    }
    draft = Page(
        title=text["title"], custom_html=text["customHtml"], meta_description=text["metaDescription"], alias=""
    )
    return _previewed(draft, _contact(post.get("contact")))


def winner_view(request: HttpRequest, page_id: int) -> HttpResponse:
    page = find(request, page_id, "publish")
    services.declare_winner(page, by=request.user)
    messages.success(request, f"“{page.title}” has won; the others are unpublished.")
    return redirect(f"/s/pages/view/{page.pk}")


# --- form -----------------------------------------------------------------------------------------------------------


def prepare_form(request: HttpRequest, page: Page | None) -> dict[str, Any]:
    settings = page.variant_settings if page and isinstance(page.variant_settings, dict) else {}
    return {
        "built": versions.built(versions.newest(PageVersion, page.pk), page.custom_html) if page else "",
        "tokens": TOKENS,
        "fields": [(f"{{contactfield={d.alias}}}", d.label) for d in definitions("lead").values()],
        "weight": request.POST.get("weight", settings.get("weight", "")),
    }


def collect_form(request: HttpRequest, page: Page | None) -> dict[str, Any]:
    params = sent(request, SCREEN)
    for name in ("variantParent", "translationParent"):
        params[name] = params.get(name) or None
    settings = page.variant_settings if page and isinstance(page.variant_settings, dict) else {}
    weight = request.POST.get("weight", "").strip()
    return {**params, "variantSettings": {**settings, "weight": weight} if weight else settings}


def save(request: HttpRequest, page: Page | None, params: dict[str, Any]) -> Page:
    weight = params["variantSettings"].get("weight", 0)
    if not (str(weight).isascii() and str(weight).isdecimal() and int(str(weight)[:6]) <= choosing.ALL):
        raise Invalid({"weight": ["The share must be a whole number from 0 to 100."]})
    try:
        if page is None:
            call = call_of(request, RESOURCE, method="POST", params=params)
            return standard.create(RESOURCE, params, call)[0]
        return standard.update(RESOURCE, page, params, call_of(request, RESOURCE, method="PATCH", params=params))
    except Refused as error:
        raise Invalid({"": [error.message]}) from None


def keep_blocks(request: HttpRequest, source: Page, copy: Page) -> None:
    """What the original is built of, so is its clone."""
    versions.copy(PageVersion, source.pk, copy.pk, by=request.user)


MENU = Menu(label="Landing pages", path="/s/pages", icon="world-www", order=43, right="page:pages:viewown")
SCREEN = Screen(
    resource=RESOURCE,
    slug="pages",
    icon="world-www",
    one="landing page",
    many="Landing pages",
    title=lambda page: page.title,
    columns=[
        Column(label="Title", show=show_title, sort="title"),
        Column(label="Language", show=lambda p: p.language),
        Column(label="Visits", show=lambda p: number(p.hits), sort="hits", css="hg-num"),
        Column(label="Visitors", show=lambda p: number(p.unique_hits), sort="uniqueHits", css="hg-num"),
        Column(label="Modified", show=lambda p: when(p.date_modified or p.date_added, "ago"), sort="dateModified"),
        Column(label="ID", show=lambda p: p.pk, sort="id", css="hg-num"),
    ],
    sections=[
        Section(title="Page", fields=["title", "alias", "metaDescription"]),
        Section(title="Content", fields=["customHtml", "headScript", "footerScript"], template="pages/editor.html"),
        Section(title="Publishing", fields=["isPublished", "publishUp", "publishDown"], aside=True),
        Section(title="While it is not published", fields=["redirectType", "redirectUrl"], aside=True),
        Section(title="Kind", fields=["template", "category", "language", "noIndex", "isPreferenceCenter"], aside=True),
        Section(
            title="Family", fields=["translationParent", "variantParent"], aside=True, template="pages/family.html"
        ),
    ],
    labels={
        "alias": "Address",
        "metaDescription": "Description for search engines",
        "isPublished": "Published",
        "publishUp": "From",
        "publishDown": "Until",
        "redirectType": "Answer with",
        "redirectUrl": "Lead to",
        "template": "Theme",
        "noIndex": "Keep search engines out",
        "isPreferenceCenter": "Preference centre",
        "translationParent": "Translation of",
        "variantParent": "Tested against",
    },
    help={
        "alias": "The last part of the page's address; made from the title when empty.",
        "template": "Its HTML is shown while the page has none of its own: blank, for example.",
        "isPreferenceCenter": "Shown to recipients who change what they get; it has no address of its own.",
    },
    initial={"isPublished": True, "language": "en"},
    tip="A landing page is a page of this server that you write: for a campaign, a download, a form.",
    search_help=[("lang:de", "in this language"), ("is:prefcenter", "preference centres")],
    detail=detail,
    detail_template="pages/detail.html",
    form_template="pages/form.html",
    prepare_form=prepare_form,
    collect_form=collect_form,
    save=save,
    after_clone=keep_blocks,
)
VIEW = "page:pages:viewown"
PAGES = Pages(
    AdminPage(path="pages/preview", view=draft_view, right=VIEW, methods=("POST",)),
    AdminPage(path="pages/frame/<int:page_id>", view=frame_view, right=VIEW),
    AdminPage(path="pages/winner/<int:page_id>", view=winner_view, right="page:pages:publishown", methods=("POST",)),
)
