"""The demo's mail: every message that the built-in SMTP server caught, as its recipient would see it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header

from honeyguide.engine.delivery import catcher
from honeyguide.engine.resource import NotFound
from honeyguide.engine.ui import messages
from honeyguide.engine.ui.frames import framed
from honeyguide.engine.ui.screen import ADMIN, Menu, Page, Pages
from honeyguide.engine.ui.tags import number

PAGE_SIZE = 50


def demo_only() -> None:
    if not settings.DEMO:
        raise NotFound("The mail catcher is part of the demo.")


def caught(request: HttpRequest) -> dict[str, Any]:
    """A page of messages, newest first. `state` changes whenever the page would."""
    demo_only()
    search = request.GET.get("search", "").replace("\x00", "")[:200]
    asked = request.GET.get("page", "")
    page = max(int(asked), 1) if asked.isdecimal() and len(asked) < 4 else 1
    start = (page - 1) * PAGE_SIZE
    total, found = catcher.messages(start=start, limit=PAGE_SIZE, search=search)
    return {
        "total": total,
        "found": found,
        "search": search,
        "page": page,
        "first": start + 1,
        "last": start + len(found),
        "has_next": start + PAGE_SIZE < total,
        "state": f"{total}-{found[0].id if found else ''}",
        "most_kept": catcher.MOST_KEPT,
    }


def list_view(request: HttpRequest) -> HttpResponse:
    return render(request, "mailcatcher/list.html", {"title": "Mail catcher", **caught(request)})


def messages_view(request: HttpRequest) -> HttpResponse:
    """The list alone, for a page that looks again and again; nothing when it would be the same."""
    context = caught(request)
    if request.GET.get("state") == context["state"]:
        return HttpResponse(status=204)
    return render(request, "mailcatcher/messages.html", context)


def find(message_id: str) -> catcher.Opened:
    demo_only()
    message = catcher.message(message_id)
    if message is None:
        raise NotFound("This message is not kept any more.")
    return message


def message_view(request: HttpRequest, message_id: str) -> HttpResponse:
    message = find(message_id)
    context = {"title": message.subject or "No subject", "message": message}
    return render(request, "mailcatcher/message.html", context)


def frame_view(request: HttpRequest, message_id: str) -> HttpResponse:
    return framed(find(message_id).html)


def attachment_view(request: HttpRequest, message_id: str, number: int) -> HttpResponse:
    """An attachment as a download: whatever it is, it opens outside these pages."""
    attachments = find(message_id).attachments
    if number >= len(attachments):
        raise NotFound("There is no such attachment.")
    response = HttpResponse(attachments[number].content, content_type="application/octet-stream")
    name = " ".join(attachments[number].name.split())
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


def clear_view(request: HttpRequest) -> HttpResponse:
    demo_only()
    count = catcher.clear()
    messages.success(request, f"{number(count)} message{'' if count == 1 else 's'} deleted.")
    return redirect("/s/catcher")


MENU = Menu(label="Mail catcher", path="/s/catcher", icon="inbox", order=45, right=ADMIN, when=lambda: settings.DEMO)
PAGES = Pages(
    Page(path="catcher", view=list_view, right=ADMIN),
    Page(path="catcher/messages", view=messages_view, right=ADMIN),
    Page(path="catcher/view/<str:message_id>", view=message_view, right=ADMIN),
    Page(path="catcher/frame/<str:message_id>", view=frame_view, right=ADMIN),
    Page(path="catcher/attachment/<str:message_id>/<int:number>", view=attachment_view, right=ADMIN),
    Page(path="catcher/clear", view=clear_view, right=ADMIN, methods=("POST",)),
)
