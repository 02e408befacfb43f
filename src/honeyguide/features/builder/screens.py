"""What the builder saves, keeps, previews and asks for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, JsonResponse

from honeyguide.engine.documents import checks, cleaning, starts, versions
from honeyguide.engine.resource import Invalid, NotFound, Refused
from honeyguide.engine.ui.frames import framed
from honeyguide.engine.ui.lists import call_of
from honeyguide.engine.ui.screen import Page, Pages
from honeyguide.features.builder import images, services
from honeyguide.features.builder.found import find, told
from honeyguide.features.builder.page import builder_view
from honeyguide.features.builder.subjects import SUBJECTS, Subject
from honeyguide.features.files.resource import FILES
from honeyguide.features.themes import storage as themes

MAX_BYTES = 3_000_000
MAX_FORMS = 1000
GET, POST = ("GET",), ("POST",)


def given(request: HttpRequest) -> dict[str, Any]:
    """The object in the body. Raises `Refused` (400) for what is none."""
    if len(request.body) > MAX_BYTES:
        raise Refused("This is too much for one document.")
    try:
        found = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise Refused("The document cannot be read.")
    return found


def asked(view: Callable[..., dict[str, Any]], action: str) -> Callable[..., HttpResponse]:
    """A view that answers the builder's script in JSON: what `view(request, subject, item)` returns, or what is wrong."""

    def answer(request: HttpRequest, subject: Subject, item_id: int, **more: Any) -> HttpResponse:
        try:
            return JsonResponse(view(request, subject, find(request, subject, item_id, action), **more))
        except (Invalid, Refused) as error:
            details = getattr(error, "details", None)
            more = details if isinstance(details, dict) else {}
            return JsonResponse({"error": error.message, **more}, status=error.code)

    return answer


# --- what its script asks for -----------------------------------------------------------------------------------------


def save_view(request: HttpRequest, subject: Subject, item: Any) -> dict[str, Any]:
    sent = given(request)
    call = call_of(request, subject.resource, method="PATCH")
    saved = services.save(
        subject, item, sent.get("document"), seen=sent.get("seen"), draft=sent.get("draft"), call=call
    )
    return {"seen": saved.pk, "draft": None, "problems": checks.problems(saved.document, subject.medium)}


def draft_view(request: HttpRequest, subject: Subject, item: Any) -> dict[str, Any]:
    """Keeps the document as a draft; without a body, throws the draft away."""
    if not request.body:
        versions.drop_draft(subject.versions, item.pk)
        return {"draft": None}
    sent = given(request)
    seen, draft = sent.get("seen"), sent.get("draft")
    kept = services.keep_draft(subject, item, sent.get("document"), seen=seen, draft=draft, by=request.user)
    return {"draft": versions.mark(kept), "problems": checks.problems(kept.document, subject.medium)}


def code_view(request: HttpRequest, subject: Subject, item: Any) -> dict[str, Any]:
    return {"html": subject.html(cleaning.clean(given(request).get("document"), subject.medium))}


def history_view(request: HttpRequest, subject: Subject, item: Any) -> dict[str, Any]:
    return {"versions": [told(version) for version in versions.history(subject.versions, item.pk)]}


def version_view(request: HttpRequest, subject: Subject, item: Any, number: int) -> dict[str, Any]:
    found = versions.version(subject.versions, item.pk, min(number, 2**63 - 1))
    if found is None:
        raise NotFound("This version is no longer kept.")
    return {"document": found.document}


def start_view(request: HttpRequest, subject: Subject, item: Any) -> dict[str, Any]:
    """A document to begin with: of the HTML that the item has, or of a theme's."""
    theme = request.GET.get("theme")
    html = themes.html(theme, subject.medium) if theme else item.custom_html or ""
    return {"document": starts.from_html(html, subject.medium)}


def images_view(request: HttpRequest, subject: Subject, item: Any) -> dict[str, Any]:
    """The images there are; a POST brings one more."""
    if request.method != "POST":
        return {"images": images.images()}
    call_of(request, FILES).require(FILES.rights.level("create"))
    upload = request.FILES.get("image")
    if upload is None:
        raise Refused("There is no image in what was sent.")
    return {"image": images.add(upload)}


def preview_view(request: HttpRequest, subject: Subject, item_id: int) -> HttpResponse:
    """The document as a contact gets it, for a frame that runs nothing."""
    item = find(request, subject, item_id, "view")
    try:
        document = cleaning.clean(orjson.loads(request.POST.get("document", "")[:MAX_BYTES]), subject.medium)
    except orjson.JSONDecodeError:
        raise Refused("The document cannot be read.") from None
    item.custom_html = subject.html(document)  # never saved
    contact = request.POST.get("contact", "")
    shown = subject.shown(
        item, int(contact) if contact.isascii() and contact.isdecimal() and len(contact) < 19 else None
    )
    return framed(shown)


def _pages(subject: Subject) -> list[Page]:
    view, edit = (subject.resource.rights.level(action, mine=True) for action in ("view", "edit"))
    here = f"{subject.slug}/builder/<int:item_id>"
    views = (
        ("", builder_view, edit, GET),
        ("/preview", preview_view, view, POST),
        ("/save", asked(save_view, "edit"), edit, POST),
        ("/draft", asked(draft_view, "edit"), edit, POST),
        ("/code", asked(code_view, "edit"), edit, POST),
        ("/history", asked(history_view, "view"), edit, GET),
        ("/history/<int:number>", asked(version_view, "view"), edit, GET),
        ("/start", asked(start_view, "edit"), edit, GET),
        ("/images", asked(images_view, "edit"), edit, GET + POST),
    )
    return [Page(path=here + end, view=partial(shown, subject=subject), right=right, methods=methods)
            for end, shown, right, methods in views]  # fmt: skip


PAGES = Pages(*(page for subject in SUBJECTS for page in _pages(subject)))
