"""`Link` headers (RFC 8288), so that a client can walk a list without counting."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from django.http import HttpRequest, QueryDict

from honeyguide.engine.api.call import Page


def link_header(request: HttpRequest, page: Page) -> str:
    """first, prev, next and last, as far as they exist, with the other parameters as they were sent."""
    query = QueryDict(request.META.get("QUERY_STRING", ""), mutable=True)
    query.pop("access_token", None)
    query["start"], query["limit"] = "0", str(max(page.limit, 0))
    path = quote(request.path)

    def link(relation: str, start: int) -> str:
        query["start"] = str(start)
        return f'<{path}?{urlencode(list(query.lists()), doseq=True)}>; rel="{relation}"'

    links = [link("first", 0)]
    if page.limit > 0:
        if page.start > 0:
            links.append(link("prev", max(0, page.start - page.limit)))
        if page.start + page.limit < page.total:
            links.append(link("next", page.start + page.limit))
        links.append(link("last", max(0, (page.total - 1) // page.limit * page.limit)))
    return ", ".join(links)
