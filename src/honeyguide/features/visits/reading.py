"""What a request says of a visit, cut to sizes that the log can bear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.http import HttpRequest

LONGEST = 2_000  # characters of an address or a value
MOST = 100  # parameters


@dataclass(frozen=True)
class Asked:
    """`query` holds the parameters of the page's address, of the call's own and of its body; the later ones win."""

    url: str = ""
    title: str = ""
    referer: str = ""
    language: str = ""
    device: str = ""
    query: dict[str, str] = field(default_factory=dict)

    def payload(self) -> dict[str, Any]:
        """For the event: only what there is to say."""
        said = {
            "url": self.url, "title": self.title, "referer": self.referer, "language": self.language,
            "query": self.query,
        }  # fmt: skip
        return {name: value for name, value in said.items() if value}


def read(request: HttpRequest) -> Asked:
    """Reads the call of the script or of the pixel, which names the page itself or is sent by it."""
    given = {**_clean(request.GET.items()), **_clean(request.POST.items())}
    url = given.pop("page_url", "") or _clean([("url", request.META.get("HTTP_REFERER", ""))])["url"]
    return Asked(
        url=url,
        title=given.pop("page_title", ""),
        referer=given.pop("page_referer", "") or given.pop("page_referrer", ""),
        language=given.pop("page_language", ""),
        device=given.pop("mautic_device_id", ""),
        query=dict([*(_of_address(url) | given).items()][:MOST]),
    )


def of_page(request: HttpRequest, address: str, title: str) -> Asked:
    """What a request for a page of our own says; `address` is the page's."""
    query = request.META.get("QUERY_STRING", "")
    headers = _clean(
        [("from", request.META.get("HTTP_REFERER", "")), ("speaks", request.META.get("HTTP_ACCEPT_LANGUAGE", ""))]
    )
    return Asked(
        url=f"{address}?{query}"[:LONGEST] if query else address,
        title=title,
        referer=headers["from"],
        language=headers["speaks"].partition(",")[0].partition(";")[0].strip(),
        query=dict([*_clean(request.GET.items()).items()][:MOST]),
    )


def _of_address(url: str) -> Mapping[str, str]:
    try:
        return _clean(parse_qsl(urlsplit(url).query, max_num_fields=MOST))
    except ValueError:
        return {}


def _clean(pairs: Any) -> dict[str, str]:
    return {name[:LONGEST].replace("\0", ""): value[:LONGEST].replace("\0", "") for name, value in pairs if name}
