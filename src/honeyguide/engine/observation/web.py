"""Every request on its way through the web server: timed, counted, and given a name that the log tells."""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from honeyguide.engine.observation.logs import request_id
from honeyguide.engine.observation.routes import route_of
from honeyguide.engine.observation.traces import span

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
# What addresses begin with; everything else is a landing page or nothing.
AREAS = frozenset({
    "api", "asset", "dwc", "email", "focus", "form", "media", "mtc", "mtc.js", "mtracking.gif", "notification", "oauth",
    "page", "r", "redirect", "s", "sms", "static",
})  # fmt: skip
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
TRACE_HEADERS = {"traceparent": "HTTP_TRACEPARENT", "tracestate": "HTTP_TRACESTATE"}
GIVEN_ID = re.compile(r"[A-Za-z0-9_.:-]{1,100}")


def area_of(path: str) -> str:
    """A name for the part of the product that a path belongs to; there are few of them."""
    first = path[1:].partition("/")[0]
    return first if first in AREAS else "other"


def prepare(folder: Path) -> None:
    """Where the processes of this host put their figures; to be called before the first of them begins. Old figures go."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in folder.glob("*.db"):
        left.unlink()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def timed(application: Application) -> Application:
    """The application, with each request's time put down by area, route, method and status (the hundreds)."""
    from prometheus_client import Histogram

    histogram = Histogram(
        "honeyguide_request_seconds",
        "Time until the answer began.",
        ["area", "route", "method", "status"],
        buckets=BUCKETS,
    )

    def observe(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        began = time.perf_counter()
        area, method = area_of(environ["PATH_INFO"]), environ["REQUEST_METHOD"]

        def started(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            name = method if method in METHODS else "other"
            histogram.labels(area, route_of(environ), name, f"{status[0]}xx").observe(time.perf_counter() - began)
            return start_response(status, headers, *more)

        return application(environ, started)

    return observe


def traced(application: Application) -> Application:
    """The application, with a span for each request until its answer begins; the caller's trace goes on in it."""

    def trace(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"] if environ["REQUEST_METHOD"] in METHODS else "other"
        caller = {name: environ[key] for name, key in TRACE_HEADERS.items() if key in environ}
        with span(method, {"http.request.method": method}, kind="SERVER", caller=caller) as current:

            def started(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
                current.update_name(f"{method} {route_of(environ)}")
                current.set_attribute("http.route", route_of(environ))
                current.set_attribute("http.response.status_code", int(status[:3]))
                return start_response(status, headers, *more)

            return application(environ, started)

    return trace


def named(application: Application) -> Application:
    """The application, with a name for each request in the log and in `X-Request-ID`: the caller's, else one of ours."""

    def name(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        chosen = given if GIVEN_ID.fullmatch(given) else secrets.token_hex(8)

        def started(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, [*headers, ("X-Request-ID", chosen)], *more)

        token = request_id.set(chosen)
        try:
            return application(environ, started)
        finally:
            request_id.reset(token)

    return name
