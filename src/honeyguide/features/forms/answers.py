"""What a visitor gets who sent a form: JSON for scripts, a line to the page around the frame, or a redirect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render

from honeyguide.engine.api.cors import cors_headers
from honeyguide.engine.delivery.surroundings import site_url
from honeyguide.engine.resource.fields import strip_tags
from honeyguide.engine.tracking.views import is_web_address
from honeyguide.engine.ui import assets
from honeyguide.features.forms.filling import fill_text, fill_url
from honeyguide.features.forms.services import Outcome

COOKIE, SALT, KEPT_SECONDS, LONGEST = "form_message", "form-message", 300, 2000
THANKS = "Thank you for your submission."
# Their author wrote it, so it may look as it likes; it runs nothing and is nobody.
MESSAGE_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; default-src 'none'; "
    "img-src * data:; style-src 'self' 'unsafe-inline'; font-src *; media-src *; base-uri 'none'; form-action 'none'"
)
Said = dict[str, Any]


def success(form: Any, outcome: Outcome) -> Said:
    """What happens next, as the form's author and its actions want it."""
    given = list(form.fields.all()), outcome.values, outcome.visitor.contact if outcome.visitor else None
    said: Said = {"success": 1, "formName": form.alias, "results": outcome.results}
    redirect = next((reply.redirect for reply in outcome.replies if is_web_address(reply.redirect)), "")
    wanted = form.post_action_property or ""
    if form.post_action == "redirect" and not redirect:
        redirect = fill_url(wanted, *given)
    if is_web_address(redirect):
        return said | {"redirect": redirect}
    message = fill_text(wanted, *given) if form.post_action != "redirect" else ""
    parts = [message, *(reply.message_html for reply in outcome.replies)]
    return said | {"successMessage": "\n".join(part for part in parts if part) or THANKS}


def failure(form: Any | None, errors: Mapping[str, Sequence[str]] | str) -> Said:
    """One sentence, or one for each field."""
    said: Said = {"success": 0, "formName": form.alias if form else ""}
    if isinstance(errors, str):
        return said | {"errorMessage": errors}
    return said | {"validationErrors": {alias: ", ".join(texts) for alias, texts in errors.items()}}


def as_json(request: HttpRequest, said: Said) -> HttpResponse:
    return JsonResponse(said, headers={"Cache-Control": "no-store, private", **cors_headers(request)})


def to_frame(request: HttpRequest, said: Said) -> HttpResponse:
    """A page in a hidden frame that hands the answer to the page around it."""
    response = render(request, "public/form_answer.html", {"said": said, "script": "/form/answer.js"})
    response["Content-Security-Policy"] = "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'"
    response["Cache-Control"] = "no-store, private"
    return response


def as_redirect(request: HttpRequest, form: Any | None, said: Said, return_to: str) -> HttpResponse:
    """Where a browser without script goes: the author's address, back to its page, or to our page with the message."""
    if "redirect" in said:
        return HttpResponseRedirect(_quoted(said["redirect"]))
    back = _way_back(request, return_to)
    if said["success"]:
        message = said["successMessage"]
        if form is not None and form.post_action == "return" and back:
            shown = {"mauticMessage": strip_tags(message)} if message != THANKS else {}
            return HttpResponseRedirect(_with_query(back, shown))
        return _with_message(message)
    errors = said.get("validationErrors")
    text = "\n".join(errors.values()) if errors else said["errorMessage"]
    if back:
        target = _with_query(back, {"mauticError": text})
        return HttpResponseRedirect(f"{target}#{form.alias}" if form is not None else target)
    return _with_message(text)


def message_page(request: HttpRequest) -> HttpResponse:
    """The message that was left in the browser when the form was sent."""
    try:
        html = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        html = THANKS
    response = render(request, "public/form_message.html", {"html": html, "style": assets.url("honeyguide/public.css")})
    response["Content-Security-Policy"] = MESSAGE_POLICY
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex"
    response.delete_cookie(COOKIE, path="/form/message")
    return response


def _with_message(html: str) -> HttpResponse:
    """Leads to the page for messages. A message too long for a cookie gives way to thanks."""
    response = HttpResponseRedirect("/form/message")
    response["Cache-Control"] = "no-store, private"
    kept = signing.dumps(html if len(html) <= LONGEST else THANKS, salt=SALT, compress=True)
    response.set_cookie(COOKIE, kept, max_age=KEPT_SECONDS, path="/form/message", httponly=True, samesite="Lax")
    return response


def _way_back(request: HttpRequest, return_to: str) -> str:
    """The page the form stands in; what the browser sends for it counts only on the site that the request came from."""
    referer = request.META.get("HTTP_REFERER", "")
    came_from = {urlsplit(url).netloc.lower() for url in (referer, request.META.get("HTTP_ORIGIN", ""), site_url())}
    for url in (return_to, referer):
        if is_web_address(url) and urlsplit(url).netloc.lower() in came_from:
            return url
    return ""


def _with_query(url: str, more: Mapping[str, str]) -> str:
    """The address with these parameters, and without those of an earlier answer."""
    parts = urlsplit(url)
    kept = [
        pair
        for pair in parse_qsl(parts.query, keep_blank_values=True)
        if pair[0] not in ("mauticError", "mauticMessage")
    ]
    return _quoted(urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode([*kept, *more.items()]), "")))


def _quoted(url: str) -> str:
    return quote(url, safe="%/:=&?~#+!$,;'@()*[]|")
