"""Pages of notifications: list, form, figures, who got it, sending one, what to put on a site."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html

from honeyguide.engine.api import standard
from honeyguide.engine.channels import viewing
from honeyguide.engine.delivery.surroundings import site_url
from honeyguide.engine.resource import Denied, NotFound
from honeyguide.engine.ui import messages
from honeyguide.engine.ui.forms import sent
from honeyguide.engine.ui.lists import call_of
from honeyguide.engine.ui.screen import Column, Menu, Page, Pages, Screen, Section
from honeyguide.engine.ui.tags import number, when
from honeyguide.features.contacts.screens import find as find_contact
from honeyguide.features.notifications import services
from honeyguide.features.notifications.channel import OFF
from honeyguide.features.notifications.models import Notification
from honeyguide.features.notifications.resource import NOTIFICATIONS
from honeyguide.features.notifications.subscribing import CHANNEL

BASE = "/s/notifications"
UTM = (("utmSource", "Source"), ("utmMedium", "Medium"), ("utmCampaign", "Campaign"), ("utmContent", "Content"))
NO_CONTACT = "Please give the number of a contact that you may see: the ID on its page."


def show_name(notification: Notification) -> str:
    kind = format_html('<div class="text-secondary small">for phones</div>') if notification.mobile else ""
    return format_html('<a href="{}/view/{}">{}</a>{}', BASE, notification.pk, notification.name, kind)


def show_sent(notification: Notification) -> str:
    link = f"{BASE}/view/{notification.pk}/recipients?show=sent"
    return format_html('<a href="{}">{}</a>', link, number(notification.sent_count))


def find(request: HttpRequest, notification_id: int, action: str) -> Notification:
    """The notification, if the user may do this to it."""
    call = call_of(request, NOTIFICATIONS)
    notification = standard.find(NOTIFICATIONS, notification_id, call)
    standard.check(NOTIFICATIONS, call, action, notification)
    return notification


def figures(request: HttpRequest, notification: Notification) -> dict[str, Any]:
    enabled = services.is_enabled()
    may_send = call_of(request, NOTIFICATIONS).may_touch(NOTIFICATIONS, "publish", notification)
    found = viewing.figures(CHANNEL, notification.pk, enabled=enabled, off=OFF)
    return {**found, "base": BASE, "enabled": enabled, "off": OFF, "may_send": may_send}


def detail(request: HttpRequest, notification: Notification) -> dict[str, Any]:
    browsers, contacts = services.browsers()
    return {**figures(request, notification), "browsers": browsers, "contacts": contacts, "site": site_url()}


def figures_view(request: HttpRequest, notification_id: int) -> HttpResponse:
    notification = find(request, notification_id, "view")
    return render(request, "channels/figures.html", {"item": notification, **figures(request, notification)})


def recipients_view(request: HttpRequest, notification_id: int) -> HttpResponse:
    item = find(request, notification_id, "view")
    context = {"title": f"Recipients of {item.name}", "item": item, "base": BASE, "many": SCREEN.many}
    return render(request, "channels/recipients.html", context | viewing.recipients(request, CHANNEL, item.pk))


def send_view(request: HttpRequest, notification_id: int) -> HttpResponse:
    """The dialog that sends it to one contact."""
    item = find(request, notification_id, "publish")
    context: dict[str, Any] = {"item": item, "contact": request.POST.get("contact", "")}
    if request.method != "POST":
        return render(request, "notifications/send.html", context)
    contact = _contact_of(request, context["contact"].strip())
    if contact is None:
        return render(request, "notifications/send.html", context | {"error": NO_CONTACT}, status=422)
    done = services.send_to_contact(item, contact, by=request.user)
    if done.sent:
        messages.success(request, "The contact's browser is told.")
    else:
        messages.warning(request, f"It was not sent. {done.reason}")
    return HttpResponse(status=204, headers={"HX-Redirect": f"{BASE}/view/{item.pk}"})


def _contact_of(request: HttpRequest, given: str) -> int | None:
    """The contact of that number, if the user may write to it."""
    if not given.isdecimal() or len(given) > 18:
        return None
    try:
        return find_contact(request, int(given), "edit").id
    except (Denied, NotFound):
        return None


def withdraw_view(request: HttpRequest, notification_id: int) -> HttpResponse:
    item = find(request, notification_id, "publish")
    count = services.withdraw(item, by=request.user)
    messages.success(request, f"{number(count)} notifications that waited are cancelled.")
    return redirect(f"{BASE}/view/{item.pk}")


# --- form -----------------------------------------------------------------------------------------------------------


def prepare_form(request: HttpRequest, notification: Notification | None) -> dict[str, Any]:
    post = request.POST if request.method == "POST" else None
    stored = notification.utm_tags if notification and isinstance(notification.utm_tags, dict) else {}
    utm = post if post is not None else stored
    text = post.get("message", "") if post is not None else notification.message if notification else ""
    return {"message": text, "utm": [(name, label, utm.get(name) or "") for name, label in UTM]}


def collect_form(request: HttpRequest, notification: Notification | None) -> dict[str, Any]:
    given = {name: request.POST.get(name, "").replace("\x00", "").strip() for name, _ in UTM}
    utm = {name: value for name, value in given.items() if value}
    return sent(request, SCREEN) | {"message": request.POST.get("message", "").replace("\x00", ""), "utmTags": utm}


MENU = Menu(label="Notifications", path=BASE, icon="bell", order=42, right="notification:notifications:viewown")
SCREEN = Screen(
    resource=NOTIFICATIONS,
    slug="notifications",
    icon="bell",
    one="notification",
    many="Notifications",
    title=lambda notification: notification.name,
    columns=[
        Column(label="Name", show=show_name, sort="name"),
        Column(label="Heading", show=lambda n: format_html('<span class="text-secondary">{}</span>', n.heading[:90])),
        Column(label="Sent", show=show_sent, sort="sentCount", css="hg-num"),
        Column(label="Clicked", show=lambda n: number(n.read_count), sort="readCount", css="hg-num"),
        Column(label="Modified", show=lambda n: when(n.date_modified or n.date_added, "ago"), sort="dateModified"),
        Column(label="ID", show=lambda n: n.pk, sort="id", css="hg-num"),
    ],
    sections=[
        Section(title="Notification", fields=["name", "heading"], template="notifications/text.html"),
        Section(title="Link", fields=["url", "button"], template="notifications/link.html"),
        Section(title="Publishing", fields=["isPublished", "publishUp", "publishDown"], aside=True),
        Section(title="Kind", fields=["category", "language"], aside=True),
    ],
    labels={
        "name": "Internal name",
        "url": "Where a click leads",
        "button": "Text of its button",
        "isPublished": "Published",
        "publishUp": "From",
        "publishDown": "Until",
    },
    help={
        "heading": "May hold tokens, such as {contactfield=firstname|there}.",
        "button": "Not every browser shows buttons; a click on the notification leads there too.",
    },
    initial={"isPublished": True, "language": "en"},
    tip="A notification is shown by browsers whose people allowed it, also while they do not look at your site.",
    search_help=[("lang:de", "in this language")],
    detail=detail,
    detail_template="notifications/detail.html",
    prepare_form=prepare_form,
    collect_form=collect_form,
)
VIEW, PUBLISH = "notification:notifications:viewown", "notification:notifications:publishown"
PAGES = Pages(
    Page(path="notifications/figures/<int:notification_id>", view=figures_view, right=VIEW),
    Page(path="notifications/view/<int:notification_id>/recipients", view=recipients_view, right=VIEW),
    Page(path="notifications/send/<int:notification_id>", view=send_view, right=PUBLISH, methods=("GET", "POST")),
    Page(path="notifications/withdraw/<int:notification_id>", view=withdraw_view, right=PUBLISH, methods=("POST",)),
)
