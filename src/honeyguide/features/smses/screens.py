"""Pages of text messages: list, form with a counter, figures, who got it, sending and testing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html

from honeyguide.engine.api import standard
from honeyguide.engine.channels import viewing
from honeyguide.engine.resource import Invalid
from honeyguide.engine.resource.models import is_live
from honeyguide.engine.ui import messages
from honeyguide.engine.ui.forms import sent
from honeyguide.engine.ui.lists import call_of
from honeyguide.engine.ui.screen import Column, Menu, Page, Pages, Screen, Section
from honeyguide.engine.ui.tags import icon, number, when
from honeyguide.features.segments.models import Segment
from honeyguide.features.smses import services
from honeyguide.features.smses.channel import OFF
from honeyguide.features.smses.models import Sms
from honeyguide.features.smses.resource import SMSES
from honeyguide.features.smses.writing import CHANNEL

BASE = "/s/sms"


def show_name(sms: Sms) -> str:
    kind = "segment message" if sms.sms_type == "list" else "template message"
    return format_html(
        '<a href="{}/view/{}">{}</a><div class="text-secondary small">{} {}</div>',
        BASE, sms.pk, sms.name, icon("users" if sms.sms_type == "list" else "template", "icon-sm"), kind,
    )  # fmt: skip


def show_sent(sms: Sms) -> str:
    return format_html('<a href="{}/view/{}/recipients?show=sent">{}</a>', BASE, sms.pk, number(sms.sent_count))


def find(request: HttpRequest, sms_id: int, action: str) -> Sms:
    """The text message, if the user may do this to it."""
    call = call_of(request, SMSES)
    sms = standard.find(SMSES, sms_id, call)
    standard.check(SMSES, call, action, sms)
    return sms


def figures(request: HttpRequest, sms: Sms) -> dict[str, Any]:
    enabled = services.is_enabled()
    may_send = call_of(request, SMSES).may_touch(SMSES, "publish", sms)
    found = viewing.figures(CHANNEL, sms.pk, enabled=enabled, off=OFF)
    return {**found, "base": BASE, "enabled": enabled, "off": OFF, "may_send": may_send}


def detail(request: HttpRequest, sms: Sms) -> dict[str, Any]:
    return {**figures(request, sms), "lists": sms.lists.all()}


def figures_view(request: HttpRequest, sms_id: int) -> HttpResponse:
    sms = find(request, sms_id, "view")
    return render(request, "channels/figures.html", {"item": sms, **figures(request, sms)})


def recipients_view(request: HttpRequest, sms_id: int) -> HttpResponse:
    sms = find(request, sms_id, "view")
    may_send = call_of(request, SMSES).may_touch(SMSES, "publish", sms)
    context = {
        "title": f"Recipients of {sms.name}",
        "item": sms,
        "base": BASE,
        "many": SCREEN.many,
        "may_send": may_send,
    }
    return render(request, "channels/recipients.html", context | viewing.recipients(request, CHANNEL, sms.pk))


def send_view(request: HttpRequest, sms_id: int) -> HttpResponse:
    """The dialog that tells what is about to happen, and does it."""
    sms = find(request, sms_id, "publish")
    if request.method != "POST":
        context = {
            "item": sms,
            "lists": sms.lists.all(),
            "pending": services.pending_count(sms),
            "warnings": warnings(sms),
        }
        return render(request, "smses/send.html", context)
    if not sms.is_published:
        standard.update(SMSES, sms, {"isPublished": True}, call_of(request, SMSES, method="PATCH", params={}))
    queued = services.send_to_segments(sms, by=request.user)
    if queued:
        messages.success(request, f"{number(queued)} text messages are on their way.")
    else:
        messages.warning(request, "Nobody is left to send to: all who may get it have it already.")
    return redirect(f"{BASE}/view/{sms.pk}")


def warnings(sms: Sms) -> list[str]:
    found = [] if services.is_enabled() else [f"{OFF} Messages wait until they are switched on."]
    if not (sms.message or "").strip():
        found.append("The text message is empty.")
    if sms.is_published and not is_live(sms):
        found.append("Its dates of publishing are not now.")
    return found


def example_view(request: HttpRequest, sms_id: int) -> HttpResponse:
    """The dialog that sends a test to a number."""
    sms = find(request, sms_id, "publish")
    context: dict[str, Any] = {"item": sms, "number": request.POST.get("number", "")}
    if request.method == "POST":
        try:
            done = services.send_example(sms, context["number"], by=request.user)
        except Invalid as error:
            return render(request, "smses/example.html", context | {"errors": error.errors}, status=422)
        if done.sent:
            messages.success(request, "The provider has taken the test message.")
        else:
            messages.warning(request, f"The test message was not sent. {done.reason}")
        return HttpResponse(status=204, headers={"HX-Redirect": f"{BASE}/view/{sms.pk}"})
    return render(request, "smses/example.html", context)


def withdraw_view(request: HttpRequest, sms_id: int) -> HttpResponse:
    sms = find(request, sms_id, "publish")
    messages.success(request, f"{number(services.withdraw(sms, by=request.user))} messages that waited are cancelled.")
    return redirect(f"{BASE}/view/{sms.pk}")


def settle_unknown_view(request: HttpRequest, sms_id: int) -> HttpResponse:
    sms = find(request, sms_id, "publish")
    resend = request.GET.get("what") == "resend"
    count = services.settle_unknown(sms, resend=resend, by=request.user)
    messages.success(request, f"{number(count)} messages {'are sent again' if resend else 'count as sent'}.")
    return redirect(f"{BASE}/view/{sms.pk}")


# --- form -----------------------------------------------------------------------------------------------------------


def prepare_form(request: HttpRequest, sms: Sms | None) -> dict[str, Any]:
    post = request.POST if request.method == "POST" else None
    chosen = sms.lists.values_list("pk", flat=True) if sms else []
    if post is not None:
        chosen = [int(one) for one in post.getlist("lists") if one.isdecimal()]
    return {
        "kind": post.get("smsType") if post is not None else sms.sms_type if sms else "template",
        "message": post.get("message", "") if post is not None else (sms.message or "") if sms else "",
        "chosen": set(chosen),
        "all_segments": Segment.objects.filter(is_published=True).order_by("name")[:1000],
    }


def collect_form(request: HttpRequest, sms: Sms | None) -> dict[str, Any]:
    is_list = request.POST.get("smsType") == "list"
    return sent(request, SCREEN) | {
        "message": request.POST.get("message", "").replace("\x00", ""),
        "smsType": "list" if is_list else "template",
        "lists": request.POST.getlist("lists") if is_list else [],
    }


MENU = Menu(label="Text messages", path=BASE, icon="device-mobile", order=41, right="sms:smses:viewown")
SCREEN = Screen(
    resource=SMSES,
    slug="sms",
    icon="device-mobile",
    one="text message",
    many="Text messages",
    title=lambda sms: sms.name,
    columns=[
        Column(label="Name", show=show_name, sort="name"),
        Column(label="Sent", show=show_sent, sort="sentCount", css="hg-num"),
        Column(label="Modified", show=lambda s: when(s.date_modified or s.date_added, "ago"), sort="dateModified"),
        Column(label="Created by", show=lambda s: s.created_by_user),
        Column(label="ID", show=lambda s: s.pk, sort="id", css="hg-num"),
    ],
    sections=[
        Section(title="Message", fields=["name"], template="smses/text.html"),
        Section(title="To whom", template="smses/audience.html", aside=True),
        Section(title="Publishing", fields=["isPublished", "publishUp", "publishDown"], aside=True),
        Section(title="Kind", fields=["category", "language"], aside=True),
    ],
    labels={
        "name": "Internal name",
        "isPublished": "Published",
        "publishUp": "Send from",
        "publishDown": "Send until",
    },
    help={"publishUp": "When given, a published segment message is sent by itself from then on, also to new members."},
    initial={"isPublished": True, "language": "en"},
    tip="A segment message goes once to everyone in its segments; a template message to one contact at a time.",
    search_help=[("lang:de", "in this language")],
    detail=detail,
    detail_template="smses/detail.html",
    form_template="smses/form.html",
    prepare_form=prepare_form,
    collect_form=collect_form,
)
VIEW, PUBLISH = "sms:smses:viewown", "sms:smses:publishown"
BOTH = ("GET", "POST")
PAGES = Pages(
    Page(path="sms/figures/<int:sms_id>", view=figures_view, right=VIEW),
    Page(path="sms/view/<int:sms_id>/recipients", view=recipients_view, right=VIEW),
    Page(path="sms/send/<int:sms_id>", view=send_view, right=PUBLISH, methods=BOTH),
    Page(path="sms/example/<int:sms_id>", view=example_view, right=PUBLISH, methods=BOTH),
    Page(path="sms/unknown/<int:sms_id>", view=settle_unknown_view, right=PUBLISH, methods=("POST",)),
    Page(path="sms/withdraw/<int:sms_id>", view=withdraw_view, right=PUBLISH, methods=("POST",)),
)
