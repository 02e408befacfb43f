"""Forms in public: where they are sent, shown alone, in a frame and by a script (engine forms.md 3 and 6)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from honeyguide.engine import config
from honeyguide.engine.access import throttle
from honeyguide.engine.api.body import BadBody, nest
from honeyguide.engine.api.cors import is_listed, preflight
from honeyguide.engine.delivery.surroundings import site_url
from honeyguide.engine.resource.errors import Invalid
from honeyguide.engine.resource.models import is_live
from honeyguide.engine.tracking import visitors
from honeyguide.engine.tracking.views import show_message
from honeyguide.engine.ui import assets
from honeyguide.features.forms import answers, uploads
from honeyguide.features.forms.choices import TRUE, properties_of
from honeyguide.features.forms.markup import EVERYTHING, Asked, markup
from honeyguide.features.forms.models import Form, FormField
from honeyguide.features.forms.profiling import asked
from honeyguide.features.forms.senders import Sender
from honeyguide.features.forms.services import submit as take
from honeyguide.features.visits.public import LONGEST_AGENT, is_tracked, visitor_of, with_cookies

UNAVAILABLE = "This form is not available."
NOT_YET = "This form opens on {}."
OVER = "This form was closed on {}."
TOO_MANY = "Too many forms were sent from your network. Please wait a minute and try again."
LONGEST_REFERER = 2000
MOST_TEXT = 8 * 1024 * 1024  # of all answers, without files
FILE = re.compile(r"mauticform\[([a-z0-9_]{1,60})\](?:\[\])?")
# Its author may write HTML, which looks as it likes; only our own script runs.
FORM_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src * data:; font-src *; frame-src 'self'; "
    "base-uri 'none'"
)


@csrf_exempt
def submit(request: HttpRequest) -> HttpResponse:
    """Takes a form that a visitor sent, from whatever site it stands in."""
    if request.method == "OPTIONS":
        return preflight(request)
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST, OPTIONS"})
    if _is_too_big(request):
        return HttpResponse("This is too big.", status=413, content_type="text/plain; charset=utf-8")
    try:
        sent = _sent(request)
    except BadBody as bad:
        return HttpResponse(str(bad), status=400, content_type="text/plain; charset=utf-8")
    form = find(_number(sent.get("formId") or request.GET.get("formId")))
    visitor, status = None, 200
    if not _may_send(request):
        said, status = answers.failure(form, TOO_MANY), 429
    elif form is None or (closed := _closed(form)):
        said = answers.failure(None, closed if form else UNAVAILABLE)
    else:
        try:
            outcome = take(form, sent, _sender(request), files=_files(request), page=_number(sent.get("mauticpage")))
        except Invalid as invalid:
            said = answers.failure(form, invalid.errors)
        else:
            said, visitor = answers.success(form, outcome), outcome.visitor
    response = _answered(request, form, said, sent)
    if status != 200:
        response.status_code = status
    return with_cookies(response, visitor if visitor and visitor.device else None)


def _answered(request: HttpRequest, form: Form | None, said: answers.Said, sent: dict[str, Any]) -> HttpResponse:
    if _text(sent.get("messenger")):
        return answers.to_frame(request, said)
    if request.GET.get("ajax") == "1" or request.META.get("HTTP_X_REQUESTED_WITH") == "XMLHttpRequest":
        return answers.as_json(request, said)
    return answers.as_redirect(request, form, said, _text(sent.get("return")))


def _sent(request: HttpRequest) -> dict[str, Any]:
    pairs = [(name, value) for name, values in request.POST.lists() for value in values]
    found = nest(pairs).get("mauticform")
    return found if isinstance(found, dict) else {}


def _files(request: HttpRequest) -> dict[str, Any]:
    """The uploads by alias, one each."""
    return {found[1]: upload for name, upload in request.FILES.items() if (found := FILE.fullmatch(name))}


def _is_too_big(request: HttpRequest) -> bool:
    """Whether more is sent than the form's fields for files may hold; asked before any of it is read."""
    form = find(_number(request.GET.get("formId")))
    files = sum(uploads.most_bytes(one) for one in form.fields.all() if one.type == "file") if form else 0
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdecimal() or int(length) > files + MOST_TEXT


def _may_send(request: HttpRequest) -> bool:
    limit = config.get("form_submissions_per_minute")
    return limit <= 0 or throttle.is_within("form", visitors.address_of(request), limit=limit, seconds=60)


def _closed(form: Form) -> str:
    """Why nobody can send it now; empty when they can."""
    if is_live(form):
        return ""
    now = timezone.now()
    if not form.is_published:
        return UNAVAILABLE
    if form.publish_up and form.publish_up > now:
        return NOT_YET.format(f"{form.publish_up:%Y-%m-%d %H:%M} UTC")
    return OVER.format(f"{form.publish_down:%Y-%m-%d %H:%M} UTC")


def _sender(request: HttpRequest) -> Sender:
    address = visitors.address_of(request)
    return Sender(
        visitor=visitor_of(request),
        tracked=is_tracked(request),
        address=visitors.stored_address(address),
        agent=request.META.get("HTTP_USER_AGENT", "").replace("\0", "")[:LONGEST_AGENT],
        referer=request.META.get("HTTP_REFERER", "").replace("\0", "")[:LONGEST_REFERER],
    )


def message(request: HttpRequest) -> HttpResponse:
    return answers.message_page(request)


def show(request: HttpRequest, form_id: int) -> HttpResponse:
    """A form alone on its page, or in a frame of another site. Who works here sees it before it is live, too."""
    form = find(form_id)
    works_here = settings.SESSION_COOKIE_NAME in request.COOKIES
    if form is None or not (is_live(form) or works_here):
        return show_message(request, "Not available", _closed(form) if form else UNAVAILABLE, status=404)
    html = markup(form, _asked(request, form))
    response = render(request, "public/form_page.html", {"form": form, "html": html, "hidden": form.no_index})
    response["Content-Security-Policy"] = FORM_POLICY
    response["Cache-Control"] = "no-store, private"
    response["X-Content-Type-Options"] = "nosniff"
    if form.no_index:
        response["X-Robots-Tag"] = "noindex"
    return response


def generate(request: HttpRequest) -> HttpResponse:
    """A script that puts the form where it stands in a page of another site.

    Values of the visitor are filled in only for pages of sites in `cors_valid_domains`: any page can load a script, and read
    what it made.
    """
    form = find(_number(request.GET.get("id")))
    if form is None or not is_live(form):
        text = "// This form is not available."
    else:
        shown = _asked(request, form) if _is_trusted(request) else EVERYTHING
        given = {"id": form.pk, "html": markup(form, shown), "home": site_url()}
        data = (
            orjson.dumps(given)
            .decode()
            .replace("<", "\\u003c")
            .replace("\u2028", "\\u2028")
            .replace("\u2029", "\\u2029")
        )
        text = f"(function (form) {{\n{_script('form-embed.js').decode()}}})({data});\n"
    return _as_script(text.encode(), "no-cache")


def sdk(request: HttpRequest) -> HttpResponse:
    """What makes forms check and send themselves without leaving their page; at the address that sites have copied."""
    return _as_script(_script("mautic-form.js"), "public, max-age=3600")


def answer_script(request: HttpRequest) -> HttpResponse:
    return _as_script(_script("form-answer.js"), "public, max-age=3600")


def find(form_id: int | None) -> Form | None:
    return Form.objects.prefetch_related("fields", "actions").filter(pk=form_id).first() if form_id else None


def file(request: HttpRequest, field_id: int, name: str) -> HttpResponse:
    """A file that a visitor sent, for whoever knows its name, where the form's author made that public."""
    field = FormField.objects.filter(pk=min(field_id, 2**63 - 1), type="file").first()
    path = uploads.find(field, name) if field is not None and properties_of(field).get("public") in TRUE else None
    return as_download(path) if path else show_message(request, "Not found", "There is no such file.", status=404)


def as_download(path: Path) -> HttpResponse:
    """Never shown in the browser: what is in it was made by strangers."""
    response = FileResponse(path.open("rb"), as_attachment=True, filename=uploads.shown_name(path.name))
    response["Content-Type"] = "application/octet-stream"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store, private"
    return response


def _asked(request: HttpRequest, form: Form) -> Asked:
    visitor = visitor_of(request)
    return asked(form, list(form.fields.all()), visitor.contact if visitor else None)


def _is_trusted(request: HttpRequest) -> bool:
    """Whether the page that loads our script may know of its visitor what we know. Browsers do not let a page lie here."""
    parts = urlsplit(request.META.get("HTTP_REFERER", ""))
    origin = f"{parts.scheme}://{parts.netloc}"
    return origin == site_url() or is_listed(origin)


def _number(raw: Any) -> int | None:
    text = _text(raw)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _text(raw: Any) -> str:
    return raw.strip() if isinstance(raw, str) else ""


@cache
def _script(name: str) -> bytes:
    return (assets.ROOT / "honeyguide" / name).read_bytes()


def _as_script(body: bytes, caching: str) -> HttpResponse:
    response = HttpResponse(body, content_type="application/javascript; charset=utf-8")
    response["Cache-Control"] = caching
    response["X-Content-Type-Options"] = "nosniff"
    return response


SUBMIT = path("form/submit", submit)
MESSAGE = path("form/message", message)
GENERATE = path("form/generate.js", generate)
ANSWER = path("form/answer.js", answer_script)
EMBED = path("form/embed/<int:form_id>", show)
PREVIEW = path("form/<int:form_id>", show)
FILES = path("forms/results/file/<int:field_id>/filename/<str:name>", file)
SDK = path("media/js/mautic-form.js", sdk)
