"""Campaigns: list, page with the figures of each step, form, and the contacts behind every number."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html

from honeyguide.engine.api import standard
from honeyguide.engine.ui import messages
from honeyguide.engine.ui.forms import sent
from honeyguide.engine.ui.guard import may
from honeyguide.engine.ui.lists import call_of
from honeyguide.engine.ui.screen import Batch, Column, Menu, Page, Pages, Screen, Section, Slice
from honeyguide.engine.ui.tags import badge, number, when
from honeyguide.features.campaigns import page_queries
from honeyguide.features.campaigns.drafting import DRAFTS
from honeyguide.features.campaigns.models import Campaign
from honeyguide.features.campaigns.pages.audit import audit_view, campaigns_view, membership_view, planned_view
from honeyguide.features.campaigns.pages.builder import builder_view, draft_view, rehearse_view, save_view
from honeyguide.features.campaigns.pages.detail import detail, state_of
from honeyguide.features.campaigns.pages.files import export_view, import_view
from honeyguide.features.campaigns.pages.people import people_view
from honeyguide.features.campaigns.pages.publishing import publishing_view, rehearsal_view
from honeyguide.features.campaigns.resource import CAMPAIGNS, SOURCES

MAX_CHOICES = 1000


# --- list -----------------------------------------------------------------------------------------------------------


def read(listing: Any, call: Any) -> Slice:
    """The campaigns of a list page, each with its counts."""
    total, items = CAMPAIGNS.store.page(listing.where, listing.order, listing.start, listing.limit)
    counts = page_queries.in_short([item.pk for item in items])
    for item in items:
        item.counts = counts.get(item.pk, page_queries.NOBODY)
    return Slice(items, total)


def show_name(campaign: Campaign) -> str:
    category = campaign.category
    return format_html(
        '<a href="/s/campaigns/view/{}">{}</a> {}<div class="text-secondary small">{}</div>',
        campaign.pk, campaign.name, badge(*state_of(campaign)), category.title if category else "",
    )  # fmt: skip


def show_contacts(campaign: Campaign) -> str:
    return format_html('<a href="/s/campaigns/view/{}/contacts">{}</a>', campaign.pk, number(campaign.counts[0]))


def show_failed(campaign: Campaign) -> str:
    failed = campaign.counts[2]
    if not failed:
        return ""
    path = f"/s/campaigns/view/{campaign.pk}/contacts?show=failed"
    return format_html('<a class="badge bg-red-lt" href="{}">{}</a>', path, number(failed))


# --- form -----------------------------------------------------------------------------------------------------------


def prepare_form(request: HttpRequest, campaign: Campaign | None) -> dict[str, Any]:
    sources = []
    for name, model in SOURCES.items():
        given = request.POST.getlist(name) if request.method == "POST" else []
        kept = [str(one.pk) for one in getattr(campaign, name).all()] if campaign and request.method == "GET" else []
        choices = model.objects.filter(form_type="campaign") if name == "forms" else model.objects
        sources.append(
            {
                "name": name,
                "label": "Segments" if name == "lists" else "Campaign forms",
                "help": "Who is in one of them comes in."
                if name == "lists"
                else "Who sends one of them comes in; only forms of the kind “campaign” can be chosen.",
                "choices": list(choices.order_by("name")[:MAX_CHOICES]),
                "chosen": given or kept,
            }
        )
    return {"sources": sources}


def collect_form(request: HttpRequest, campaign: Campaign | None) -> dict[str, Any]:
    return sent(request, SCREEN) | {name: request.POST.getlist(name) for name in SOURCES}


def save(request: HttpRequest, campaign: Campaign | None, params: dict[str, Any]) -> Campaign:
    if campaign is None:
        params = _of_the_original(request) | params
        created, _ = standard.create(DRAFTS, params, call_of(request, DRAFTS, method="POST", params=params))
        return created
    return standard.update(DRAFTS, campaign, params, call_of(request, DRAFTS, method="PATCH", params=params))


def _of_the_original(request: HttpRequest) -> dict[str, Any]:
    """A clone takes over the steps and how they are drawn."""
    *_, action, last = request.path.split("/")
    if action != "clone":
        return {"isPublished": False}
    call = call_of(request, CAMPAIGNS)
    original = standard.find(CAMPAIGNS, int(last), call)
    standard.check(CAMPAIGNS, call, "view", original)
    shown = CAMPAIGNS.store.render(original, call)
    steps = [step | {"parent": (step["parent"] or {}).get("id", ""), "children": []} for step in shown["events"]]
    return {"isPublished": False, "events": steps, "canvasSettings": shown["canvasSettings"]}


def after_create(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    messages.success(request, f"“{campaign.name}” has been created. It does nothing until you publish it.")
    return redirect(f"/s/campaigns/builder/{campaign.pk}")


def buttons(request: HttpRequest) -> list[Batch]:
    offered = Batch(label="From a file", path="/s/campaigns/import", icon="file-import", right=CREATE)
    return [offered] if may(request.user, offered.right) else []


CREATE = "campaign:campaigns:create"
MENU = Menu(
    label="Campaigns",
    path="/s/campaigns",
    icon="route",
    order=35,
    right="campaign:campaigns:viewown",
    shortcut="Shift+J",
)
SCREEN = Screen(
    resource=CAMPAIGNS,
    slug="campaigns",
    icon="route",
    one="campaign",
    many="Campaigns",
    title=lambda campaign: campaign.name,
    columns=[
        Column(label="Name", show=show_name, sort="name"),
        Column(label="Contacts", show=show_contacts, css="hg-num"),
        Column(label="Failed", show=show_failed, css="hg-num"),
        Column(label="Modified", show=lambda c: when(c.date_modified or c.date_added, "ago"), sort="dateModified"),
        Column(label="Created by", show=lambda c: c.created_by_user),
        Column(label="ID", show=lambda c: c.pk, sort="id", css="hg-num"),
    ],
    read=read,
    buttons=buttons,
    sections=[
        Section(title="Campaign", fields=["name", "description"]),
        Section(title="Runs", fields=["publishUp", "publishDown", "allowRestart", "category"], aside=True),
    ],
    labels={
        "publishUp": "From",
        "publishDown": "Until",
        "allowRestart": "Contacts may come in again",
    },
    help={"allowRestart": "Who left and comes back, or is put in again, begins anew."},
    tip="A campaign leads contacts through steps: what is done, when, and what depends on what they do.",
    search_help=[
        ("name:word", "name contains"),
        ("is:published", "published ones"),
        ("category:alias", "of a category"),
    ],
    detail=detail,
    detail_template="campaigns/detail.html",
    form_template="campaigns/form.html",
    prepare_form=prepare_form,
    collect_form=collect_form,
    save=save,
    after_create=after_create,
)
VIEW, EDIT, PUBLISH = "campaign:campaigns:viewown", "campaign:campaigns:editown", "campaign:campaigns:publishown"
BOTH = ("GET", "POST")
PAGES = Pages(
    Page(path="campaigns/view/<int:campaign_id>/contacts", view=people_view, right=VIEW),
    Page(path="campaigns/view/<int:campaign_id>/contacts/<int:contact_id>", view=audit_view, right=VIEW),
    Page(
        path="campaigns/member/<int:campaign_id>/<int:contact_id>", view=membership_view, right=VIEW, methods=("POST",)
    ),
    Page(path="campaigns/planned/<int:campaign_id>/<int:contact_id>", view=planned_view, right=VIEW, methods=("POST",)),
    Page(path="campaigns/import", view=import_view, right=VIEW, methods=BOTH),
    Page(path="campaigns/export/<int:campaign_id>", view=export_view, right=VIEW),
    Page(path="campaigns/builder/<int:campaign_id>", view=builder_view, right=VIEW),
    Page(path="campaigns/builder/<int:campaign_id>/save", view=save_view, right=EDIT, methods=("POST",)),
    Page(path="campaigns/builder/<int:campaign_id>/draft", view=draft_view, right=EDIT, methods=("POST",)),
    Page(path="campaigns/builder/<int:campaign_id>/rehearse", view=rehearse_view, right=VIEW, methods=("POST",)),
    Page(path="campaigns/contact/<int:contact_id>", view=campaigns_view, right=VIEW),
    Page(path="campaigns/rehearsal/<int:campaign_id>", view=rehearsal_view, right=VIEW),
    Page(path="campaigns/publishing/<int:campaign_id>", view=publishing_view, right=PUBLISH, methods=BOTH),
)
