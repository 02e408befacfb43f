"""Admin pages, as the browser asks for them."""

from __future__ import annotations

import re
import urllib.request
from http.cookiejar import CookieJar
from urllib.parse import urlencode

from bench.harness import PASSWORD, Bench, seconds_of
from bench.workloads.api import RECENT
from honeyguide.engine.sql import rows


def _browser(base: str) -> urllib.request.OpenerDirector:
    """Signed in."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    form = browser.open(f"{base}/s/login").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
    answer = {"csrfmiddlewaretoken": token, "username": "admin", "password": PASSWORD}
    browser.open(f"{base}/s/login", urlencode(answer).encode())
    return browser


def contact_list(bench: Bench) -> None:
    browser = _browser(bench.base)

    def milliseconds(query: str) -> float:
        address = f"{bench.base}/s/contacts{query}"
        assert b"@example.com" in browser.open(address).read(), address
        return seconds_of(lambda: browser.open(address).read(), times=9) * 1000

    limit = seconds_of(lambda: rows(RECENT, (0,)), times=9) * 1000
    bench.report(
        "contact list page", "ms", milliseconds(""), target=150, limit=limit, limit_is="the bare query",
        note="the browser fetches the number of all contacts afterwards",
    )  # fmt: skip
    late = min(1000, bench.contacts // 60)
    others = {query: milliseconds(query) for query in (f"?page={late}", "?search=email:user5%25", "?sort=-email")}
    slowest = max(others, key=others.__getitem__)
    bench.report(
        "contact list page, late, searched or sorted", "ms", others[slowest], target=150, note=f"slowest: {slowest}"
    )


WORKLOADS = [contact_list]
