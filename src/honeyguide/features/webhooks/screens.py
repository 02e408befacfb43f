"""Webhooks: list with their health, form, and for each the calls that were made and what waits or has failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html

from honeyguide.engine.api import standard
from honeyguide.engine.api.call import Call
from honeyguide.engine.api.listing import Listing
from honeyguide.engine.resource import NotFound
from honeyguide.engine.sql import rows
from honeyguide.engine.ui import messages
from honeyguide.engine.ui.lists import call_of
from honeyguide.engine.ui.screen import Column, Menu, Page, Pages, Screen, Section, Slice
from honeyguide.engine.ui.tags import badge, number, when
from honeyguide.features.webhooks import queries, services
from honeyguide.features.webhooks.event_types import EVENT_TYPES
from honeyguide.features.webhooks.models import Webhook, WebhookLog
from honeyguide.features.webhooks.resource import WEBHOOKS
from honeyguide.features.webhooks.trying import send_test

CALLS_SHOWN = 25
NAMES = ("id", "message_id", "at", "code", "seconds", "note", "events", "request")


@dataclass(frozen=True)
class Health:
    """How it goes with a hook: events that wait and since when, that failed for good, failures in a row, the newest call."""

    waiting: int = 0
    oldest: datetime | None = None
    failed: int = 0
    failures: int = 0
    next_attempt_at: datetime | None = None
    code: str = ""
    called_at: datetime | None = None

    @property
    def state(self) -> tuple[str, str]:
        """A word, and its colour."""
        if self.failures or self.failed:
            return "Failing" if self.failures else "Some failed", "red" if self.failures else "orange"
        return ("Works", "green") if self.called_at else ("Not called yet", "secondary")


def health_of(ids: list[int]) -> dict[int, Health]:
    found = rows(queries.HEALTH, {"hooks": ids})
    return {row[0]: Health(row[1], row[2], row[3], row[4] or 0, row[5], row[6] or "", row[7]) for row in found}


def read(listing: Listing, call: Call) -> Slice:
    """A page of hooks, each with its health."""
    total, found = WEBHOOKS.store.page(listing.where, listing.order, listing.start, listing.limit)
    health = health_of([hook.pk for hook in found])
    for hook in found:
        hook.health = health[hook.pk]
    return Slice(found, total)


def show_health(hook: Webhook) -> str:
    if hook.paused:
        return badge("Paused", "orange")
    return badge(*hook.health.state)


def detail(request: HttpRequest, hook: Webhook) -> dict[str, Any]:
    before = request.GET.get("before", "")
    before_id = int(before) if before.isdecimal() and len(before) < 19 else 2**62
    found = rows(queries.CALLS, {"hook": hook.pk, "before": before_id, "limit": CALLS_SHOWN + 1})
    calls = [dict(zip(NAMES, row, strict=True)) for row in found[:CALLS_SHOWN]]
    for made in calls:
        made["ok"] = made["code"].startswith("2")
        made["shown"] = pretty(made["request"])
    return {
        "health": health_of([hook.pk])[hook.pk],
        "calls": calls,
        "older": calls[-1]["id"] if len(found) > CALLS_SHOWN else None,
        "told": [(name, EVENT_TYPES[name][0] if name in EVENT_TYPES else "not a known type") for name in hook.triggers],
    }


def pretty(text: str) -> str:
    """JSON with line breaks; what was cut stays as it is."""
    try:
        return orjson.dumps(orjson.loads(text), option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError:
        return text


# --- form ------------------------------------------------------------------------------------------------------------


def prepare_form(request: HttpRequest, hook: Webhook | None) -> dict[str, Any]:
    posted = request.method == "POST"
    chosen = request.POST.getlist("triggers") if posted else hook.triggers if hook else []
    unknown = [name for name in chosen if name not in EVENT_TYPES]
    return {
        "types": [(name, label, name in chosen) for name, (label, _) in EVENT_TYPES.items()]
        + [(name, name, True) for name in unknown],
        "standard_signature": "standardSignature" in request.POST if posted else bool(hook and hook.standard_signature),
    }


def collect_form(request: HttpRequest, hook: Webhook | None) -> dict[str, Any]:
    names = ("name", "description", "webhookUrl", "secret", "eventsOrderbyDir", "category")
    params: dict[str, Any] = {name: request.POST.get(name, "") for name in names}
    return params | {"isPublished": "isPublished" in request.POST, "triggers": request.POST.getlist("triggers")}


def save(request: HttpRequest, hook: Webhook | None, params: dict[str, Any]) -> Webhook:
    """As the API: a form holds everything, so a change is a PUT."""
    call = call_of(request, WEBHOOKS, method="PUT" if hook else "POST", params=params)
    saved = standard.update(WEBHOOKS, hook, params, call) if hook else standard.create(WEBHOOKS, params, call)[0]
    saved.standard_signature = "standardSignature" in request.POST
    saved.save(update_fields=["standard_signature"])
    return saved


# --- what can be done with one ---------------------------------------------------------------------------------------


def find(request: HttpRequest, hook_id: int, action: str = "edit") -> Webhook:
    call = call_of(request, WEBHOOKS)
    hook = standard.find(WEBHOOKS, hook_id, call)
    standard.check(WEBHOOKS, call, action, hook)
    return hook


def done(hook: Webhook) -> HttpResponse:
    return redirect(f"/s/webhooks/view/{hook.pk}")


def test_view(request: HttpRequest, hook_id: int) -> HttpResponse:
    hook = find(request, hook_id)
    answer, note = send_test(hook)
    if answer is None:
        messages.error(request, f"The test was not answered. {note}")
    elif answer.is_ok:
        messages.success(request, f"The receiver answered {answer.status} after {round(answer.seconds * 1000)} ms.")
    else:
        messages.error(request, f"The receiver answered {answer.status}. {note or ''}".strip())
    return done(hook)


def pause_view(request: HttpRequest, hook_id: int) -> HttpResponse:
    hook = find(request, hook_id)
    services.pause(hook, by=request.user)
    messages.success(request, "Events are kept, and not sent until you go on." if hook.paused else "It goes on.")
    return done(hook)


def retry_view(request: HttpRequest, hook_id: int) -> HttpResponse:
    hook = find(request, hook_id)
    count = services.retry_failed(hook, by=request.user)
    messages.success(request, f"Failed events are sent again: {number(count)}." if count else "It is tried again now.")
    return done(hook)


def forget_view(request: HttpRequest, hook_id: int) -> HttpResponse:
    hook = find(request, hook_id)
    messages.success(request, f"Failed events were deleted: {number(services.forget_failed(hook, by=request.user))}.")
    return done(hook)


def rotate_view(request: HttpRequest, hook_id: int) -> HttpResponse:
    hook = find(request, hook_id)
    services.rotate_secret(hook, by=request.user)
    messages.success(request, "The secret has been changed.")
    return done(hook)


def again_view(request: HttpRequest, hook_id: int, log_id: int) -> HttpResponse:
    hook = find(request, hook_id)
    log = WebhookLog.objects.filter(pk=log_id, webhook=hook).first()
    if log is None:
        raise NotFound("This call is not remembered any more.")
    try:
        count = services.send_again(hook, log)
    except ValueError:
        messages.error(request, "It was too long to be remembered whole, so it cannot be sent again.")
    else:
        messages.success(request, f"{number(count)} event{'' if count == 1 else 's'} will be sent again.")
    return done(hook)


MENU = Menu(
    label="Webhooks", path="/s/webhooks", icon="webhook", order=43, right="webhook:webhooks:viewown", admin=True
)
WEBHOOKS_SCREEN = Screen(
    resource=WEBHOOKS,
    slug="webhooks",
    icon="webhook",
    one="webhook",
    many="Webhooks",
    title=lambda hook: hook.name,
    read=read,
    columns=[
        Column(
            label="Name",
            show=lambda hook: format_html('<a href="/s/webhooks/view/{}">{}</a>', hook.pk, hook.name),
            sort="name",
        ),
        Column(label="Address", show=lambda hook: hook.webhook_url, css="text-break"),
        Column(label="Health", show=show_health),
        Column(label="Waiting", show=lambda hook: number(hook.health.waiting), css="hg-num"),
        Column(label="Failed", show=lambda hook: number(hook.health.failed), css="hg-num"),
        Column(label="Last call", show=lambda hook: when(hook.health.called_at, "ago") or "never"),
        Column(label="ID", show=lambda hook: hook.pk, sort="id", css="hg-num"),
    ],
    sections=[
        Section(title="Webhook", fields=["name", "webhookUrl", "description"]),
        Section(title="Tell it about", template="webhooks/types.html"),
        Section(title="Signature", fields=["secret"], template="webhooks/signature.html"),
        Section(title="Settings", fields=["isPublished", "eventsOrderbyDir", "category"], aside=True),
    ],
    labels={"webhookUrl": "Address", "eventsOrderbyDir": "Which events go first", "isPublished": "Published"},
    help={
        "webhookUrl": "Where events are sent by POST. Networks that are not public must be allowed in the configuration.",
        "secret": "By which the receiver knows that a call is from here. Blank: one is made.",
    },
    tip="A webhook tells another system over HTTP what happens here, within a second.",
    prepare_form=prepare_form,
    collect_form=collect_form,
    save=save,
    detail=detail,
    detail_template="webhooks/detail.html",
    standard=("list", "new", "view", "edit", "delete"),
)
EDIT = "webhook:webhooks:editown"
PAGES = Pages(
    Page(path="webhooks/test/<int:hook_id>", view=test_view, right=EDIT, methods=("POST",)),
    Page(path="webhooks/pause/<int:hook_id>", view=pause_view, right=EDIT, methods=("POST",)),
    Page(path="webhooks/retry/<int:hook_id>", view=retry_view, right=EDIT, methods=("POST",)),
    Page(path="webhooks/forget/<int:hook_id>", view=forget_view, right=EDIT, methods=("POST",)),
    Page(path="webhooks/secret/<int:hook_id>", view=rotate_view, right=EDIT, methods=("POST",)),
    Page(path="webhooks/again/<int:hook_id>/<int:log_id>", view=again_view, right=EDIT, methods=("POST",)),
)
