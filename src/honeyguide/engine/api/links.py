"""`Link` headers (RFC 8288), so that a client can walk a list without counting."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from django.http import HttpRequest, QueryDict

from honeyguide.engine.api.call import Page


def link_header(request: HttpRequest, page: Page) -> str:
    """first, prev, next and last, as far as they exist, with the other parameters as they were sent."""
    if page.limit <= 0:
        return _link(request, 0, page, "first")
    last = max(0, (page.total - 1) // page.limit * page.limit)
    links = [_link(request, 0, page, "first")]
    if page.start > 0:
        links.append(_link(request, max(0, page.start - page.limit), page, "prev"))
    if page.start + page.limit < page.total:
        links.append(_link(request, page.start + page.limit, page, "next"))
    links.append(_link(request, last, page, "last"))
    return ", ".join(links)


def _link(request: HttpRequest, start: int, page: Page, relation: str) -> str:
    query = QueryDict(request.META.get("QUERY_STRING", ""), mutable=True)
    query["start"], query["limit"] = str(start), str(max(page.limit, 0))
    pairs = [(name, value) for name, values in query.lists() for value in values if name != "access_token"]
    return f'<{quote(request.path)}?{urlencode(pairs)}>; rel="{relation}"'
