"""The page of returned mail: how the mailbox does, and what came back of late."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from honeyguide.engine import config
from honeyguide.engine.delivery.surroundings import site_url
from honeyguide.engine.sql import rows
from honeyguide.engine.ui import messages
from honeyguide.engine.ui.screen import ADMIN, Menu, Page, Pages
from honeyguide.features.inbox import mailbox, queries
from honeyguide.features.inbox.models import Notice, State
from honeyguide.features.inbox.notices import Kind

BASE = "/s/returned"
SHOWN = 50
LOOKS = {
    State.DONE: ("Done", "green"),
    State.REPEATED: ("Known", "secondary"),
    State.UNMATCHED: ("No message of ours", "orange"),
    State.NOTHING: ("Nothing", "secondary"),
    State.BROKEN: ("Broken", "red"),
}
KINDS = {Kind.BOUNCE: "Bounce", Kind.COMPLAINT: "Complaint", Kind.UNSUBSCRIBE: "Unsubscription", Kind.REPLY: "Reply"}
NOT_CONFIGURED = "No mailbox is configured."


def returned_view(request: HttpRequest) -> HttpResponse:
    """The mailbox's folders with their state, and the newest notices, a page at a time."""
    account = mailbox.configured()
    shown = _notices(request)
    context = {
        "title": "Returned mail",
        "account": account,
        "folders": rows(queries.FOLDERS, {"names": list(account.folders)}) if account else [],
        "plus_address": config.get("monitored_email_address"),
        "callback": f"{site_url()}/mailer/callback",
        "notices": [_row(notice) for notice in shown[:SHOWN]],
        "older": shown[SHOWN - 1].pk if len(shown) > SHOWN else None,
        "states": [(state.value, LOOKS[state][0]) for state in State if state != State.NOTHING],
        "state": request.GET.get("state", ""),
    }
    return render(request, "inbox/returned.html", context)


def test_view(request: HttpRequest) -> HttpResponse:
    """Signs in to the mailbox and opens its folders, and says how that went."""
    account = mailbox.configured()
    if account is None:
        messages.error(request, NOT_CONFIGURED)
        return redirect(BASE)
    troubles = [(name, trouble) for name, trouble in mailbox.test(account) if trouble]
    for name, trouble in troubles:
        messages.error(request, f"{name}: {trouble}")
    if not troubles:
        messages.success(request, f"The connection works; found: {', '.join(account.folders)}.")
    return redirect(BASE)


def look_view(request: HttpRequest) -> HttpResponse:
    """Reads the mailbox now instead of within the minute."""
    account = mailbox.configured()
    if account is None:
        messages.error(request, NOT_CONFIGURED)
        return redirect(BASE)
    count = mailbox.look(now=True)
    if troubles := mailbox.troubles(account):
        for name, trouble in troubles:
            messages.error(request, f"{name}: {trouble}")
    else:
        messages.success(request, f"{count} new message{'' if count == 1 else 's'} read.")
    return redirect(BASE)


def _notices(request: HttpRequest) -> list[Notice]:
    """One more than a page shows. A filter or place that makes no sense is none."""
    found = Notice.objects.order_by("-id")
    if request.GET.get("state") in set(State.values):
        found = found.filter(state=request.GET["state"])
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    return list(found[: SHOWN + 1])


def _row(notice: Notice) -> dict:
    label, color = LOOKS[State(notice.state)]
    kind = KINDS.get(notice.kind, "Message")
    if notice.kind == Kind.BOUNCE:
        kind = "Hard bounce" if notice.is_hard else "Soft bounce"
    return {"notice": notice, "kind": kind, "label": label, "color": color}


MENU = Menu(label="Returned mail", path=BASE, icon="inbox", order=45, right=ADMIN, admin=True)
PAGES = Pages(
    Page(path="returned", view=returned_view, right=ADMIN),
    Page(path="returned/test", view=test_view, right=ADMIN, methods=("POST",)),
    Page(path="returned/look", view=look_view, right=ADMIN, methods=("POST",)),
)
