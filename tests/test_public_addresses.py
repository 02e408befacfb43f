"""Whatever strangers send to whatever address: never a failure of the server, and nothing is written by what is refused."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import orjson
import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.urls.resolvers import RoutePattern
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from honeyguide.engine import config
from honeyguide.engine.delivery import links, outbox
from honeyguide.engine.delivery.sealed import seal
from honeyguide.engine.sql import one
from honeyguide.engine.tracking.hits import writer
from honeyguide.features.assets.models import Asset
from honeyguide.features.contacts.services import create_contact
from honeyguide.features.dynamiccontents.models import DynamicContent
from honeyguide.features.focus.models import FocusItem
from honeyguide.features.forms.models import Form, FormField
from honeyguide.features.pages.models import Page

pytestmark = pytest.mark.django_db(transaction=True)
OF_PEOPLE = ("s", "api/")  # signed-in people and API clients have tests of their own
EXAMPLES = 60  # per address
LONG = "x" * 100_000
NASTY = [
    "",
    "\0",
    LONG,
    "'\"><script>",
    "é\u202e😀\ud7ff",
    "-1",
    "9" * 30,
    "../../etc/passwd",
    "%00%ff",
    "http://[",
    "a\r\nb: c",
]
NAMES = [
    "mauticform[formId]", "mauticform[email]", "mauticform[email][]", "mauticform[a][b][c]", "mauticform[return]",
    "mauticform[messenger]", "mauticform", "mauticform[", "page_url", "page_title", "timezone_offset", "mautic_device_id",
    "tags", "utm_source", "ct", "d", "id", "formId", "email", "companyname", "stream", "endpoint", "p256dh", "auth", "From",
    "Body", "MessageSid", "List-Unsubscribe", "lang", "ntrd", "\0", "a[b][]",
]  # fmt: skip
HEADERS = [
    "HTTP_REFERER", "HTTP_ORIGIN", "HTTP_USER_AGENT", "HTTP_COOKIE", "HTTP_ACCEPT_LANGUAGE", "HTTP_X_FORWARDED_FOR",
    "HTTP_X_REQUESTED_WITH", "HTTP_ACCEPT", "HTTP_RANGE", "HTTP_IF_NONE_MATCH", "HTTP_AUTHORIZATION", "HTTP_X_FORWARDED_HOST",
]  # fmt: skip
KINDS = [
    *["application/x-www-form-urlencoded"] * 8, "application/json", "multipart/form-data; boundary=b", "multipart/form-data",
    "text/plain",    "application/x-www-form-urlencoded; charset=utf-16", "application/json; charset=nonsense", "\0", "",
]  # fmt: skip
PART = 'Content-Disposition: form-data; name="mauticform[cv]"; filename="../a\\0.php"\r\n\r\nx'
BODIES = [
    b"[" * 50_000, b'{"a":' * 2_000, b"\xff\xfe\xfa", b"\0" * 1000, b"null", b'[{"event":"bounce"}]', b"a" * 100_000,
    f"--b\r\n{PART}\r\n--b--\r\n".encode(), b"--b\r\n", b"mauticform[a]=1&mauticform[a][b]=2", b"%ff=%00&" * 2_000,
]  # fmt: skip


def addresses(patterns: list[Any], before: str = "") -> Iterator[URLPattern]:
    for entry in patterns:
        if hasattr(entry, "url_patterns"):
            yield from addresses(entry.url_patterns)
        elif not str(entry.pattern).lstrip("^").removeprefix("(?:index\\.php/)?").startswith(OF_PEOPLE) or "sms" in str(
            entry.pattern
        ):
            yield entry


@pytest.fixture
def known() -> list[str]:
    """One of everything that has an address; what its addresses hold."""
    config.set_value("form_submissions_per_minute", 0)
    contact = create_contact({"email": "ada@x.test"}, by=None).id
    message = outbox.enqueue_one(email_id=None, contact_id=contact, address="ada@x.test")
    form = Form.objects.create(name="F", alias="f", is_published=True, form_type="standalone")
    for order, kind in enumerate(("email", "file", "select", "date", "captcha", "tel")):
        alias = "cv" if kind == "file" else kind
        FormField.objects.create(form=form, label=kind, alias=alias, type=kind, order=order, mapped_object="contact",
                                 mapped_field="email" if kind == "email" else None)  # fmt: skip
    page = Page.objects.create(
        title="P", alias="p", custom_html="<p>{form=1} {contactfield=email}</p>", is_published=True
    )
    asset = Asset.objects.create(
        title="A", alias="a", storage_location="remote", remote_path="https://x.test/", is_published=True
    )
    focus = FocusItem.objects.create(name="N", style="bar", type="notice", is_published=True)
    DynamicContent.objects.create(name="D", slot_name="slot", content="Hi", is_campaign_based=False, is_published=True)
    token = links.store("email", 1, ["https://x.test/{contactfield=email}"])
    return [
        *(str(item.pk) for item in (form, page, asset, focus)), "p", f"{asset.pk}:a", "slot", seal(message),
        *token.values(), "1" * 28,
    ]  # fmt: skip


def values(entry: URLPattern, known: list[str]) -> dict[str, list[str]]:
    """What may stand in the parts of a route's address: what exists, and what nobody expects."""
    numbers = [text for text in known if text.isdecimal()] + ["0", "9" * 18, "9" * 30]
    texts = [text for text in [*known, *NASTY] if text]
    return {
        f"<{place}>": numbers if place.startswith("int:") else texts
        for place in re.findall("<([^>]+)>", str(entry.pattern))
    }


def filled(entry: URLPattern, chosen: dict[str, str]) -> str:
    text = str(entry.pattern)
    for place, value in chosen.items():
        text = text.replace(place, value)
    return text


def paths(entry: URLPattern, known: list[str]) -> st.SearchStrategy[str]:
    if isinstance(entry.pattern, RoutePattern):
        parts = {place: st.sampled_from(texts) for place, texts in values(entry, known).items()}
        return st.fixed_dictionaries(parts).map(lambda chosen: filled(entry, chosen))
    made = st.from_regex(entry.pattern.regex, fullmatch=True)
    takes_anything = ".+" in str(entry.pattern)
    return st.one_of(made, st.sampled_from([text for text in [*known, *NASTY] if text])) if takes_anything else made


def requests(entry: URLPattern, known: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    value = st.one_of(st.sampled_from([*known, *NASTY, "https://x.test/?ct=1", "a@x.test", "1"]), st.text(max_size=20))
    start = st.sampled_from([[], [("mauticform[formId]", known[0])]])
    pairs = st.tuples(start, st.lists(st.tuples(st.sampled_from(NAMES), value), max_size=6)).map(
        lambda two: two[0] + two[1]
    )
    encoded = pairs.map(lambda found: urlencode(found, errors="surrogatepass").encode())
    as_json = st.recursive(value, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(value, inner, max_size=3))
    header = value.map(lambda text: text.encode("utf-8", "surrogatepass").decode("latin-1"))
    return st.fixed_dictionaries({
        "method": st.sampled_from(["GET", *["POST"] * 7, "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "NONSENSE"]),
        "path": paths(entry, known),
        "query": st.one_of(encoded.map(bytes.decode), st.sampled_from(["%ff%fe=%00", "a" * 5000, "&&==", "a[]=1&a[b]=2"])),
        "data": st.one_of(encoded, as_json.map(lambda found: orjson.dumps(found, option=orjson.OPT_NON_STR_KEYS)),
                          st.sampled_from(BODIES), st.binary(max_size=200)),
        "kind": st.sampled_from(KINDS),
        "headers": st.dictionaries(st.sampled_from(HEADERS), header, max_size=3),
    })  # fmt: skip


def stored() -> Any:
    return one(
        "SELECT (SELECT count(*) FROM contacts), (SELECT count(*) FROM form_submissions), (SELECT count(*) FROM devices)"
    )


def ask(method: str, path: str, data: bytes = b"", kind: str = "", query: str = "", headers: Any = ()) -> None:
    """Sends it, reads all of the answer, and checks it."""
    before = stored()
    response = Client().generic(
        method, quote(f"/{path}", safe="/:"), data, content_type=kind, QUERY_STRING=query, **dict(headers)
    )
    list(response.streaming_content if response.streaming else ())
    assert response.status_code < 500
    if response.status_code >= 400:
        assert stored() == before


def test_no_address_fails_whatever_stands_in_it(known):
    for entry in addresses(get_resolver().url_patterns):
        places = values(entry, known) if isinstance(entry.pattern, RoutePattern) else {}
        for place, texts in places.items():
            for text in texts:
                ask("GET", filled(entry, {**{other: found[0] for other, found in places.items()}, place: text}))


def test_no_address_fails_whatever_is_sent_to_it(known, caplog):
    """Each address that the resolver knows and that is not for people who sign in, so that a new one is tried too."""
    found = list(addresses(get_resolver().url_patterns))
    assert len(found) > 35
    caplog.set_level(logging.ERROR)
    for entry in found:

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(requests(entry, known))
        def answers(asked: dict[str, Any]) -> None:
            ask(**asked)

        answers()
    writer.close()
    assert all(stored()), "nothing that was sent was of any use to any address"
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
