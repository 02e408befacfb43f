"""`/oauth/v1/…`: a request token, the user's approval, an access token."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from honeyguide.engine.access.permissions import allows
from honeyguide.engine.access.tokens import digest
from honeyguide.engine.api.failures import Outside
from honeyguide.engine.oauth1.calls import BadSignature, parts_of, refuse_secrets_in_the_clear, server
from honeyguide.engine.oauth1.models import OAuth1Token
from honeyguide.engine.oauth1.validator import OUT_OF_BAND, new_key, token_of
from honeyguide.engine.oauth2.models import Approval
from honeyguide.engine.oauth2.views import NOT_STORED, missing, outer, page, policy_with, to_client, to_login
from honeyguide.engine.resource import Denied, NotFound

PATH = "/oauth/v1/authorize"
GONE = "This request is not valid any more. Start again in the application."


@outer
def request_token(request: HttpRequest) -> HttpResponse:
    """A token that a user may approve."""
    return _given(request, server().create_request_token_response)


@outer
def access_token(request: HttpRequest) -> HttpResponse:
    """The lasting token for an approved one."""
    return _given(request, server().create_access_token_response)


def spoken(request: HttpRequest) -> str:
    """Whatever may hold parameters. Without any of OAuth 1.0a these addresses do not exist, as in the reference."""
    said = parts_of(request)
    return f"{said['headers']['Authorization']} {request.META.get('QUERY_STRING', '')} {said['body']}"


def _given(request: HttpRequest, endpoint: Any) -> HttpResponse:
    if "oauth_" not in spoken(request):
        return missing(request, path="")
    if request.method not in ("GET", "POST"):
        raise Outside(405)
    try:
        refuse_secrets_in_the_clear(request)
        _, body, status = endpoint(**parts_of(request))
    except (BadSignature, ValueError):
        body, status = "", 401
    if status != 200:
        raise Outside(401 if status == 401 else 400, "The OAuth request is not valid.", "invalid_request")
    return HttpResponse(body, content_type="application/x-www-form-urlencoded", headers=NOT_STORED)


def authorize_page(request: HttpRequest) -> HttpResponse:
    """Asks the signed-in user whether the client may act for them; a POST is the answer."""
    if "oauth_" not in spoken(request):
        return missing(request, path="")
    if not request.user.is_authenticated:
        return to_login(request, PATH)
    if not allows(request.user, "api:access:full"):
        raise Denied()
    token = token_of(request.POST.get("oauth_token") or request.GET.get("oauth_token"), is_access=False)
    if token is None or token.verifier_digest is not None or not token.client.is_published:
        raise NotFound(GONE)
    if request.method == "POST":
        return decide(request, token, accepted="accepted" in request.POST)
    outside = token.callback != OUT_OF_BAND
    context = {
        "title": "OAuth Authorization",
        "name": token.client.name,
        "target": urlsplit(token.callback).netloc if outside else "",
        "action": PATH,
        "hidden": [("oauth_token", token.key)],
        "can_return": True,
        "approval": Approval.objects.filter(client=token.client, user=request.user).first(),
    }
    response = render(request, "oauth2/authorize.html", context)
    if outside:
        response["Content-Security-Policy"] = policy_with(token.callback)
    return response


def decide(request: HttpRequest, token: OAuth1Token, *, accepted: bool) -> HttpResponse:
    """Sends the user back with a verifier, or shows it where there is no address to go back to."""
    if not accepted:
        token.delete()
        if token.callback == OUT_OF_BAND:
            return render(request, "oauth2/verifier.html", {"title": "Not allowed", "verifier": ""})
        return to_client(_address(token.callback, oauth_problem="user_refused", oauth_token=token.key))
    verifier = new_key()
    token.user, token.verifier_digest = request.user, digest(verifier)
    token.save(update_fields=["user", "verifier_digest"])
    Approval.objects.update_or_create(
        client=token.client, user=request.user, defaults={"approved_at": token.created_at}
    )
    if token.callback == OUT_OF_BAND:
        return render(request, "oauth2/verifier.html", {"title": "Allowed", "verifier": verifier})
    return to_client(_address(token.callback, oauth_token=token.key, oauth_verifier=verifier))


def _address(callback: str, **values: str) -> str:
    return f"{callback}{'&' if '?' in callback else '?'}{urlencode(values)}"


authorize = page(authorize_page, "GET", "POST")
