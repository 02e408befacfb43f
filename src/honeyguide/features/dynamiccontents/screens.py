"""Pages of dynamic content: list, editor with preview and filters, figures, what to put on your site."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from honeyguide.engine.api import standard
from honeyguide.engine.delivery.surroundings import site_url
from honeyguide.engine.ui.forms import sent
from honeyguide.engine.ui.frames import framed
from honeyguide.engine.ui.lists import call_of
from honeyguide.engine.ui.screen import Column, Menu, Page, Pages, Screen, Section
from honeyguide.engine.ui.tags import number, when
from honeyguide.features.dynamiccontents import services, viewing
from honeyguide.features.dynamiccontents.models import DynamicContent
from honeyguide.features.dynamiccontents.resource import DYNAMIC_CONTENTS
from honeyguide.features.fields.definitions import definitions
from honeyguide.features.segments.filter_editing import in_words, read_filters

BASE = "/s/dwc"
VIEW = "dynamiccontent:dynamiccontents:viewown"
LONGEST_CONTENT = 200_000  # characters that are previewed
EMPTY = "<p style='font-family:sans-serif;color:#666;padding:2rem'>Nothing written yet.</p>"


def show_name(item: DynamicContent) -> str:
    return format_html('<a href="{}/view/{}">{}</a>', BASE, item.pk, item.name)


def show_slot(item: DynamicContent) -> str:
    return "by campaigns" if item.is_campaign_based else item.slot_name or ""


def detail(request: HttpRequest, item: DynamicContent) -> dict[str, Any]:
    original = item.translation_parent or item
    return {
        "chart": viewing.chart(item),
        "site": site_url(),
        "filters": [] if item.is_campaign_based else in_words(item.filters),
        "campaigns": viewing.campaigns(item),
        "links": viewing.links(item),
        "translations": [original, *original.translation_children.order_by("pk")],
        "rows": [("Language", item.language), ("Description", item.description)],
    }


def frame_view(request: HttpRequest, item_id: int) -> HttpResponse:
    call = call_of(request, DYNAMIC_CONTENTS)
    item = standard.find(DYNAMIC_CONTENTS, item_id, call)
    standard.check(DYNAMIC_CONTENTS, call, "view", item)
    return framed(services.previewed(item.content) or EMPTY)


def draft_view(request: HttpRequest) -> HttpResponse:
    """The content as the editor has it, for nobody in particular."""
    content = request.POST.get("content", "").replace("\x00", "")[:LONGEST_CONTENT]
    return framed(services.previewed(content) or EMPTY)


def prepare_form(request: HttpRequest, item: DynamicContent | None) -> dict[str, Any]:
    given = request.POST.get("filters")
    stored = orjson.dumps(item.filters or []).decode() if item else "[]"
    return {
        "catalogue": services.filters_offered(),
        "filters": given if given is not None else stored,
        "fields": [(f"{{contactfield={d.alias}}}", d.label) for d in definitions("lead").values()],
        "by_campaign": "1" if _is_by_campaign(request, item) else "0",
    }


def _is_by_campaign(request: HttpRequest, item: DynamicContent | None) -> bool:
    if request.method == "POST":
        return request.POST.get("by_campaign") == "1"
    return item is None or item.is_campaign_based


def collect_form(request: HttpRequest, item: DynamicContent | None) -> dict[str, Any]:
    params = sent(request, SCREEN)
    params["translationParent"] = params.get("translationParent") or None
    params["isCampaignBased"] = _is_by_campaign(request, item)
    if not params["isCampaignBased"]:
        params["filters"] = read_filters(request.POST)
    return params


MENU = Menu(label="Dynamic content", path=BASE, icon="switch-horizontal", order=44, right=VIEW)
SCREEN = Screen(
    resource=DYNAMIC_CONTENTS,
    slug="dwc",
    icon="switch-horizontal",
    one="dynamic content",
    many="Dynamic content",
    title=lambda item: item.name,
    columns=[
        Column(label="Name", show=show_name, sort="name"),
        Column(label="Slot", show=show_slot, sort="slotName"),
        Column(label="Language", show=lambda i: i.language),
        Column(label="Shown", show=lambda i: number(i.sent_count), sort="sentCount", css="hg-num"),
        Column(label="Modified", show=lambda i: when(i.date_modified or i.date_added, "ago"), sort="dateModified"),
        Column(label="ID", show=lambda i: i.pk, sort="id", css="hg-num"),
    ],
    sections=[
        Section(title="Dynamic content", fields=["name", "description"]),
        Section(title="Content", fields=["content"], template="dynamiccontents/editor.html"),
        Section(title="For whom", fields=["slotName"], template="dynamiccontents/whom.html"),
        Section(title="Publishing", fields=["isPublished", "publishUp", "publishDown"], aside=True),
        Section(title="Kind", fields=["category", "language", "translationParent"], aside=True),
    ],
    labels={
        "slotName": "Name of the slot",
        "isPublished": "Published",
        "publishUp": "From",
        "publishDown": "Until",
        "translationParent": "Translation of",
    },
    help={"slotName": "As the page calls it. Of several items the first whose filters fit is shown."},
    initial={"isPublished": True, "language": "en"},
    tip="Dynamic content fills a slot of a web page: with what a campaign puts there, or with the first item that fits.",
    search_help=[("lang:de", "in this language")],
    detail=detail,
    detail_template="dynamiccontents/detail.html",
    form_template="dynamiccontents/form.html",
    prepare_form=prepare_form,
    collect_form=collect_form,
)
PAGES = Pages(
    Page(path="dwc/preview", view=draft_view, right=VIEW, methods=("POST",)),
    Page(path="dwc/frame/<int:item_id>", view=frame_view, right=VIEW),
)
