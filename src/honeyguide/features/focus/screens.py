"""Pages of focus items: list, form with a live preview, figures, what to put on your site."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html

from honeyguide.engine.api import standard
from honeyguide.engine.delivery.surroundings import site_url
from honeyguide.engine.resource import Invalid
from honeyguide.engine.ui.forms import sent
from honeyguide.engine.ui.frames import framed
from honeyguide.engine.ui.lists import call_of
from honeyguide.engine.ui.screen import Column, Menu, Page, Pages, Screen, Section
from honeyguide.engine.ui.tags import when
from honeyguide.features.focus import viewing
from honeyguide.features.focus.models import FocusItem
from honeyguide.features.focus.parameters import blocks, read_properties
from honeyguide.features.focus.resource import FOCUS
from honeyguide.features.focus.showing import settings
from honeyguide.features.forms.models import Form

BASE = "/s/focus"
TYPES = (("link", "Show a link"), ("form", "Ask by a form"), ("notice", "Tell something"))
STYLES = (("bar", "A bar"), ("modal", "A window"), ("notification", "A notification"), ("page", "The whole page"))
UTM = (("utmSource", "Source"), ("utmMedium", "Medium"), ("utmCampaign", "Campaign"), ("utmContent", "Content"))
LONGEST_HTML = 200_000  # characters
LABELS = dict(TYPES), dict(STYLES)


def detail(request: HttpRequest, item: FocusItem) -> dict[str, Any]:
    form = Form.objects.filter(pk=item.form_id).first() if item.type == "form" and item.form_id else None
    return {
        "figures": viewing.figures(item),
        "chart": viewing.chart(item),
        "site": site_url(),
        "form": form,
        "rows": [("Type", LABELS[0].get(item.type)), ("Style", LABELS[1].get(item.style)), ("Website", item.website)],
    }


def prepare_form(request: HttpRequest, item: FocusItem | None) -> dict[str, Any]:
    post = request.POST if request.method == "POST" else None
    stored = item.utm_tags if item and isinstance(item.utm_tags, dict) else {}
    given = post if post is not None else {}
    chosen_form = given.get("form", item.form_id if item else None) or ""
    return {
        "types": TYPES,
        "styles": STYLES,
        "kind": given.get("type", item.type if item else "link"),
        "style": given.get("style", item.style if item else "bar"),
        "mode": given.get("html_mode", (item.html_mode if item else "") or ("html" if item and item.html else "basic")),
        "html": given.get("html", item.html if item else "") or "",
        "form_choices": [(str(form.pk), form.name) for form in Form.objects.order_by("name")[:1000]],
        "chosen_form": str(chosen_form),
        "properties": blocks(post, item.properties if item else {}),
        "utm": [(name, label, (post if post is not None else stored).get(name) or "") for name, label in UTM],
    }


def collect_form(request: HttpRequest, item: FocusItem | None) -> dict[str, Any]:
    """An item made of texts keeps no HTML, for what it has is shown instead of them."""
    post = request.POST
    mode = "html" if post.get("html_mode") == "html" else "basic"
    properties, wrong = read_properties(post)
    utm = {name: value for name, _ in UTM if (value := post.get(name, "").replace("\x00", "").strip())}
    html = post.get("html", "").replace("\x00", "") if mode == "html" else ""
    return sent(request, SCREEN) | {
        "type": post.get("type", ""),
        "style": post.get("style", ""),
        "form": post.get("form", "") if post.get("type") == "form" else "",
        "html_mode": mode,
        "html": html,
        "properties": properties,
        "utmTags": utm,
        "wrong": wrong,
    }


def save(request: HttpRequest, item: FocusItem | None, params: dict[str, Any]) -> FocusItem:
    given = dict(params)
    if wrong := given.pop("wrong"):
        raise Invalid({"properties": wrong})
    if given["html_mode"] == "html" and not given["html"].strip():
        raise Invalid({"html": ["Please write some HTML, or choose texts."]})
    if item is None:
        return standard.create(FOCUS, given, call_of(request, FOCUS, method="POST", params=given))[0]
    return standard.update(FOCUS, item, given, call_of(request, FOCUS, method="PATCH", params=given))


def preview_view(request: HttpRequest) -> HttpResponse:
    """The item as the form has it, on a page of nothing, in a frame that runs nothing."""
    post = request.POST
    style, kind = post.get("style"), post.get("type")
    drawn = FocusItem(
        type=kind if kind in LABELS[0] else "notice",
        style=style if style in LABELS[1] else "bar",
        properties=read_properties(post)[0],
        html=post.get("html", "")[:LONGEST_HTML].replace("\x00", "") if post.get("html_mode") == "html" else "",
        form_id=int(chosen) if (chosen := post.get("form", "")).isdecimal() and len(chosen) < 19 else None,
    )
    return framed(render(request, "focus/preview.html", {"told": settings(drawn)}).content.decode())


MENU = Menu(label="Focus items", path=BASE, icon="sparkles", order=46, right="focus:items:viewown")
SCREEN = Screen(
    resource=FOCUS,
    slug="focus",
    icon="sparkles",
    one="focus item",
    many="Focus items",
    title=lambda item: item.name,
    columns=[
        Column(
            label="Name", show=lambda i: format_html('<a href="{}/view/{}">{}</a>', BASE, i.pk, i.name), sort="name"
        ),
        Column(label="Category", show=lambda i: i.category.title if i.category else ""),
        Column(label="Type", show=lambda i: LABELS[0].get(i.type, i.type), sort="type"),
        Column(label="Style", show=lambda i: LABELS[1].get(i.style, i.style), sort="style"),
        Column(label="Modified", show=lambda i: when(i.date_modified or i.date_added, "ago"), sort="dateModified"),
        Column(label="ID", show=lambda i: i.pk, sort="id", css="hg-num"),
    ],
    sections=[
        Section(title="Focus item", fields=["name", "website", "description"]),
        Section(title="What it is", template="focus/kind.html"),
        Section(title="What it says", template="focus/content.html"),
        Section(title="Preview", template="focus/preview_frame.html"),
        Section(title="Publishing", fields=["isPublished", "publishUp", "publishDown"], aside=True),
        Section(title="When it is shown", template="focus/behaviour.html", aside=True),
        Section(title="Colours", template="focus/colors.html", aside=True),
        Section(title="Order", fields=["category"], template="focus/order.html", aside=True),
    ],
    labels={
        "website": "On which site",
        "isPublished": "Published",
        "publishUp": "From",
        "publishDown": "Until",
    },
    help={"website": "For you to remember; the script works wherever it is put."},
    initial={"isPublished": True},
    tip="A focus item catches the eye on your site: a bar, a window, a notification that shows a link, a form or a text.",
    detail=detail,
    detail_template="focus/detail.html",
    form_template="focus/form.html",
    prepare_form=prepare_form,
    collect_form=collect_form,
    save=save,
)
PAGES = Pages(Page(path="focus/preview", view=preview_view, right="focus:items:viewown", methods=("POST",)))
