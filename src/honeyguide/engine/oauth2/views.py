"""`/oauth/v2/…`: the pages on which a user signs in and approves, and the endpoint that gives tokens."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import orjson
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils.html import format_html

from honeyguide.engine.access.authentication import SignInFailed, refuse_disabled_basic
from honeyguide.engine.access.permissions import allows
from honeyguide.engine.access.second_factor import waiting
from honeyguide.engine.access.sign_in import sign_in
from honeyguide.engine.api.body import BadBody, parse_brackets, read_body
from honeyguide.engine.api.failures import GENERIC, Outside, require_enabled_api
from honeyguide.engine.oauth2 import errors
from honeyguide.engine.oauth2.authorizing import PARAMETERS, Wish, accept
from honeyguide.engine.oauth2.errors import ClientNotFound, OAuthError, Redirected
from honeyguide.engine.oauth2.exchange import exchange
from honeyguide.engine.oauth2.models import Approval
from honeyguide.engine.resource import Denied
from honeyguide.engine.tracking.visitors import address_of
from honeyguide.engine.ui.guard import guarded
from honeyguide.engine.ui.middleware import CONTENT_POLICY
from honeyguide.engine.ui.screen import PUBLIC

log = logging.getLogger("honeyguide.oauth2")
View = Callable[..., HttpResponse]
PATH = "/oauth/v2/authorize"
LOGIN = "/oauth/v2/authorize_login"
HOME = "/s/dashboard"
TARGET = "oauth2_target"  # in the session: the request that waits for the user to sign in
FORM = "fos_oauth_server_authorize_form"
NOT_STORED = {"Cache-Control": "no-store, private", "Pragma": "no-cache"}


def outer(view: View) -> View:
    """The gate before everything under `/oauth`, and JSON for what no page is shown for."""

    @wraps(view)
    def gated(request: HttpRequest, **values: Any) -> HttpResponse:
        try:
            require_enabled_api()
            refuse_disabled_basic(request)
            return view(request, **values)
        except SignInFailed as failure:
            return failed(Outside(failure.status, failure.message, failure.kind))
        except Outside as outside:
            return failed(outside)
        except OAuthError as error:
            return failed(Outside(400, error.message, error.kind))
        except ClientNotFound:
            return failed(Outside(404, "Client not found."))
        except (BadBody, MultiPartParserError, SuspiciousOperation):
            return failed(Outside(400))
        except (OperationalError, InterfaceError):
            log.exception("the database is not available")
            return failed(Outside(503, "The database is not available."))
        except Exception:
            log.exception("%s %s failed", request.method, request.path)
            return failed(Outside(500, GENERIC.format(500)))

    return gated


def failed(outside: Outside) -> HttpResponse:
    body = orjson.dumps(outside.body())
    return HttpResponse(
        body, status=outside.status, content_type="application/json", headers={"Cache-Control": "no-cache, private"}
    )


@outer
def token(request: HttpRequest) -> HttpResponse:
    """Tokens for whatever the grant type wants shown. GET takes parameters from the query, POST from the body."""
    if request.method not in ("GET", "POST"):
        raise Outside(405)
    given = (
        parse_brackets(request.META.get("QUERY_STRING", "")) if request.method == "GET" else read_body(request, "POST")
    )
    shown = exchange(given if isinstance(given, dict) else {}, basic_of(request), address_of(request))
    return HttpResponse(orjson.dumps(shown), content_type="application/json", headers=NOT_STORED)


def basic_of(request: HttpRequest) -> tuple[str, str] | None:
    """Client id and secret of a Basic header."""
    scheme, _, value = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        public_id, _, secret = base64.b64decode(value.strip(), validate=True).decode("utf-8").partition(":")
    except ValueError:
        raise OAuthError(*errors.WRONG_CLIENT) from None
    return unquote(public_id), unquote(secret)


def authorize_page(request: HttpRequest) -> HttpResponse:
    """Asks the signed-in user whether the client may act for them; a POST is the answer. A client that was allowed before
    is asked about again (observed): who clicks knows that somebody gets a token."""
    if not request.user.is_authenticated:
        return to_login(request, PATH)
    if not allows(request.user, "api:access:full"):
        raise Denied()
    if request.method == "POST":
        wish = Wish.read(given_by_form(request))
        return to_client(decide(wish, request.user, accepted="accepted" in request.POST))
    wish = Wish.read(request.GET)
    problem = problem_of(wish)
    context = {
        "title": "OAuth Authorization",
        "name": wish.client.name,
        "target": urlsplit(wish.redirect_uri).netloc or wish.redirect_uri,
        "action": PATH,
        "hidden": [(f"{FORM}[{name}]", request.GET.get(name, "")) for name in PARAMETERS],
        "problem": problem.message if problem else "",
        "can_return": problem is None or isinstance(problem, Redirected),
        "approval": Approval.objects.filter(client=wish.client, user=request.user).first(),
    }
    response = render(request, "oauth2/authorize.html", context)
    if context["can_return"]:
        response["Content-Security-Policy"] = policy_with(wish.redirect_uri)
    return response


def to_login(request: HttpRequest, path: str) -> HttpResponse:
    """To the sign-in, after which the request goes on at `path`."""
    request.session[TARGET] = f"{path}?{normal_query(request)}"
    return to_page(request, LOGIN)


def problem_of(wish: Wish) -> OAuthError | None:
    try:
        wish.check()
    except OAuthError as error:
        return error
    return None


def decide(wish: Wish, user: Any, *, accepted: bool) -> str:
    """The address to which the user goes with the answer."""
    try:
        wish.check()
    except Redirected as error:
        return wish.refuse(error.kind, error.message)
    return accept(wish, user) if accepted else wish.refuse(*errors.DENIED)


def given_by_form(request: HttpRequest) -> dict[str, str]:
    """The request as the approval page sent it on."""
    return {name: request.POST.get(f"{FORM}[{name}]", "") for name in PARAMETERS}


def policy_with(uri: str) -> str:
    """The pages' content policy, with the client's address: browsers check where a sent form is redirected to as well."""
    parts = urlsplit(uri)
    place = (
        f"{parts.scheme}://{quote(parts.netloc, safe=':[]@.-_')}"
        if parts.scheme in ("http", "https")
        else parts.scheme + ":"
    )
    return CONTENT_POLICY.replace("form-action 'self'", f"form-action 'self' {place}")


def login_page(request: HttpRequest) -> HttpResponse:
    return render(request, "oauth2/login.html", {"title": "Sign in"})


def login_check(request: HttpRequest) -> HttpResponse:
    """Signs in, and goes on with the request that waited for it."""
    if request.method != "POST":
        return HttpResponse(status=400)
    target = request.session.get(TARGET)
    name = request.POST.get("_username", "")
    problem = sign_in(request, name, request.POST.get("_password", ""))
    if problem:
        return render(request, "oauth2/login.html", {"title": "Sign in", "problem": problem, "name": name}, status=422)
    if waiting(request):
        return to_page(request, "/s/login/code")
    request.session.pop(TARGET, None)
    return to_page(request, target or HOME)


def normal_query(request: HttpRequest) -> str:
    """The query in the order and encoding in which the reference sends people back to it."""
    pairs = parse_qsl(request.META.get("QUERY_STRING", ""), keep_blank_values=True)
    return urlencode(sorted(pairs), quote_via=quote, safe="")


def to_client(location: str) -> HttpResponse:
    """A redirect to any scheme: applications on phones have their own."""
    return HttpResponse(status=302, headers={"Location": location})


def to_page(request: HttpRequest, path: str) -> HttpResponse:
    """A redirect within this server, with a body for whoever does not follow it (observed)."""
    location = request.build_absolute_uri(path)
    body = format_html('Redirecting to <a href="{0}">{0}</a>', location)
    return HttpResponse(body, status=302, headers={"Location": location})


@outer
def missing(request: HttpRequest, path: str) -> HttpResponse:
    raise Outside(404, f"Requested URL not found: {unquote(request.get_full_path())}")


def page(view: View, *methods: str) -> View:
    """A page of the session's user behind the gate, with the checks of all pages."""
    return outer(guarded(view, PUBLIC, methods))


authorize = page(authorize_page, "GET", "POST")
authorize_login = page(login_page, "GET")
authorize_login_check = page(login_check, "GET", "POST")
