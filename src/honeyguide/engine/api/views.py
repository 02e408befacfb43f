"""The one view behind `/api`: gate, sign in, route, call, answer."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import unquote

import orjson
from django.core.exceptions import SuspiciousOperation
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.multipartparser import MultiPartParserError
from django.utils.html import format_html

from honeyguide.engine.access.authentication import SignInFailed, authenticate, without_token
from honeyguide.engine.access.permissions import UnknownPermission
from honeyguide.engine.access.rate_limit import count_call
from honeyguide.engine.api.body import BadBody, parse_brackets, read_body
from honeyguide.engine.api.call import Answer, Call
from honeyguide.engine.api.cors import cors_headers, preflight
from honeyguide.engine.api.failures import GENERIC, Outside, controller_error, require_enabled_api
from honeyguide.engine.api.idempotency import once
from honeyguide.engine.api.links import link_header
from honeyguide.engine.api.openapi import document
from honeyguide.engine.api.routes import match
from honeyguide.engine.audit import acting
from honeyguide.engine.observation.routes import note
from honeyguide.engine.resource.errors import Invalid, Refused
from honeyguide.engine.resource.races import after_races
from honeyguide.engine.tracking.visitors import address_of

log = logging.getLogger("honeyguide.api")
VERSION = {"Mautic-Version": "5.1.1"}
BASE_HEADERS = {"Cache-Control": "no-cache, private"}
TOO_MANY = b'{ "errors": [ { "code": 429, "message": "{0}", "details": [] } ]}'  # to the letter of the contract
OVERRIDABLE = {"GET", "PUT", "PATCH", "DELETE", "POST", "HEAD"}


def api(request: HttpRequest, path: str) -> HttpResponse:
    """Answers every call under `/api/`. Nothing that a client sends ends as an unhandled exception."""
    if request.method == "OPTIONS":
        return preflight(request)
    try:
        answer, headers = _answer(request, path)
    except Outside as outside:
        answer, headers = Answer(outside.body(), status=outside.status, headers=outside.headers), {}
    except (BadBody, MultiPartParserError, SuspiciousOperation):  # unreadable, or more than Django takes
        answer, headers = Answer(Outside(400).body(), status=400), {}
    except (OperationalError, InterfaceError):
        log.exception("the database is not available")
        answer, headers = Answer(Outside(503, "The database is not available.").body(), status=503), {}
    except Exception:
        log.exception("%s %s failed", request.method, request.path)
        answer, headers = Answer(Outside(500, GENERIC.format(500)).body(), status=500), {}
    data = answer.data if isinstance(answer.data, bytes) else orjson.dumps(answer.data, option=orjson.OPT_NON_STR_KEYS)
    response = HttpResponse(data, status=answer.status, content_type=answer.content_type)
    response.headers["Content-Length"] = str(len(data))
    for name, value in {**BASE_HEADERS, **headers, **answer.headers, **cors_headers(request)}.items():
        response.headers[name] = value
    return response


def _answer(request: HttpRequest, path: str) -> tuple[Answer, dict[str, str]]:
    """The answer and the headers of a call that reached a controller. Raises `Outside` before that."""
    require_enabled_api()
    method = _method(request)
    try:
        user, credential = authenticate(request)
    except SignInFailed as failure:
        raise Outside(failure.status, failure.message, failure.kind) from None
    limits, exceeded = count_call(credential)
    if exceeded:
        return Answer(TOO_MANY.replace(b"{0}", exceeded.encode()), status=429), limits
    found = match(method, path)
    if found is None:
        raise Outside(404, f"Requested URL not found: {unquote(request.get_full_path())}", headers=limits)
    route, parameters = found
    note(request, f"/api/{route.path}")
    call = Call(
        request=request,
        method=method,
        user=user,
        params=without_token(request, read_body(request, method)) if method != "GET" else {},
        query=parse_brackets(request.META.get("QUERY_STRING", "")),
        path=parameters,
        resource=route.resource,
    )
    owner = f"{user.pk or ''} {user.name}"
    try:
        with acting(user, address_of(request)):
            answer = once(request, method, owner, lambda: _run(route.handle, call))
    except Refused as error:
        answer = controller_error(error)
    links = {"Link": link_header(request, call.page)} if call.page else {}
    return answer, limits | links | (VERSION if answer.content_type == "application/json" else {})


def _run(handle: Any, call: Call) -> Answer:
    try:
        result = after_races(lambda: handle(call))
    except (Invalid, Refused) as error:
        return controller_error(error)
    except UnknownPermission as error:
        return controller_error(Refused(str(error), code=403))
    except DataError as error:  # a value no column can hold
        log.info("refused: %s", error)
        return controller_error(Refused())
    return result if isinstance(result, Answer) else Answer(result)


def _method(request: HttpRequest) -> str:
    """The verb, which a POST may override by header."""
    method = request.method or "GET"
    if method == "POST":
        wanted = request.META.get("HTTP_X_HTTP_METHOD_OVERRIDE", "").upper()
        method = wanted if wanted in OVERRIDABLE else method
    return "GET" if method == "HEAD" else method


def openapi(request: HttpRequest) -> HttpResponse:
    """The document that describes the API. It says nothing about this installation, so anyone may read it."""
    return HttpResponse(orjson.dumps(document()), content_type="application/json")


def without_slash(request: HttpRequest, path: str) -> HttpResponse:
    """A trailing slash is moved permanently to the path without it."""
    if request.method == "OPTIONS":
        return preflight(request)
    before, mark, query = request.get_full_path().partition("?")
    location = request.build_absolute_uri(f"/{before.strip('/')}{mark}{query}")
    response = HttpResponsePermanentRedirect(location)
    response.content = format_html('Moved to <a href="{0}">{0}</a>', location).encode()
    return response
