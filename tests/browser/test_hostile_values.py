"""Hostile text in everything that the API, recipients and visitors can fill: no page runs it, follows it or renders it."""

from __future__ import annotations

import re
from collections import Counter

import httpx

import people
from acceptance.received import Received
from browser.test_every_page import links_of
from calls import call
from honeyguide.engine import config
from honeyguide.engine.api.routes import resources
from honeyguide.engine.resource.resource import Resource
from honeyguide.engine.sql import execute, rows
from honeyguide.features.emails.models import Email
from honeyguide.features.emails.services import send_to_segments
from honeyguide.features.fields.definitions import definitions
from smtp_sink import Sink

RENDERED = "zq1337"
HOSTILE = (
    '"><svg onload=alert(1)>',
    'x" autofocus onfocus=alert(2) y="',
    "javascript:alert(3)",
    'zq{{ 7|add:"1330" }}{% debug %}',
    "</script><script>alert(4)</script>",
    "{contactfield=firstname|<svg onload=alert(5)>}",
)
WRITTEN_KINDS = ("text", "html", "url", "color")
MAX_TRIES = 12
ALIKE = 2  # pages of one address but for its numbers
SETTLE_MILLISECONDS = 150  # what loads after the page
VALUES = "boxes => boxes.map(box => box.value)"

# Columns of the pages' tables that hold what people wrote.
WRITTEN_COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND data_type IN ('text', 'character varying')
      AND coalesce(character_maximum_length, 1000) > 100
      AND column_name IN ('name', 'title', 'label', 'description', 'subject', 'tag', 'text', 'public_name', 'position',
                          'signature', 'created_by_user', 'modified_by_user', 'comments', 'first_name', 'last_name')
      AND table_name NOT LIKE 'procrastinate%%' AND table_name <> 'contact_fields'
"""


def written(resource: Resource) -> list[str]:
    """The names of the fields of a resource that take text."""
    match resource.name:
        case "contacts":
            return [d.alias for d in definitions("lead").values() if d.type not in ("number", "boolean")]
        case "companies":
            return [d.alias for d in definitions("company").values() if d.type not in ("number", "boolean")]
    return [f.name for f in resource.fields if f.kind in WRITTEN_KINDS and not f.readonly]


def create_hostile(user, resource: Resource) -> bool:
    """An item full of hostile text; what a field refuses is left out or replaced by what it must have."""
    body = {name: HOSTILE[number % len(HOSTILE)] for number, name in enumerate(written(resource))}
    body |= {f.name: f.choices[0] for f in resource.fields if f.choices and not f.readonly}
    if resource.name == "contacts":
        body |= {"email": "victim@example.com", "tags": list(HOSTILE[:3])}
    if resource.name == "emails":
        body |= {"customHtml": f"<p>{HOSTILE[0]}</p>", "emailType": "list", "lists": [1]}
    if resource.name == "users":
        body |= {
            "role": 1,
            "email": "hostile@example.com",
            "plainPassword": {"password": "x" * 20, "confirm": "x" * 20},
        }
    if resource.name in ("notes", "devices"):
        body["lead"] = 1
    for _ in range(MAX_TRIES):
        reply = call(user, "POST", f"{resource.name}/new", body)
        assert reply.status < 500, (resource.name, reply.body)
        if reply.status in (200, 201):
            return True
        refused = [name for error in reply.body["errors"] for name in (error.get("details") or {})]
        if not set(refused) & body.keys():
            return False
        for name in refused:
            body.pop(name, None)
    return False


def fill_everything(user) -> set[str]:
    """Names of the resources that have an item now."""
    order = ("tags", "stages", "categories", "segments", "contacts", "companies")
    creatable = [r for r in resources().values() if "new" in r.standard]
    creatable.sort(key=lambda r: order.index(r.name) if r.name in order else len(order))
    return {resource.name for resource in creatable if create_hostile(user, resource)}


def put_past_the_api() -> None:
    """The API strips tags; imports, migrations and mistakes may not. So the columns get the text as it is."""
    for table, column in rows(WRITTEN_COLUMNS):
        execute(f"UPDATE {table} SET {column} = left(%s || {column}, 190) WHERE {column} IS NOT NULL", (HOSTILE[0],))
    execute(
        """UPDATE contacts SET fields = fields || jsonb_build_object('firstname', %(text)s::text, 'company', %(text)s::text,
           'website', 'javascript:alert(6)')""",
        {"text": HOSTILE[0]},
    )


def send_and_attack(page, work) -> None:
    """An e-mail goes out, and its recipient's programs say hostile things when they fetch what is in it."""
    with Sink() as sink:
        config.set_value("mailer_dsn", sink.url)
        execute("INSERT INTO segment_contacts (segment_id, contact_id, date_added, manually_added, manually_removed) "
                "SELECT 1, id, now(), true, false FROM contacts WHERE id = 1 ON CONFLICT DO NOTHING")  # fmt: skip
        email = Email.objects.get(subject__isnull=False)
        email.custom_html = f'<a href="https://example.com/?q=1">{HOSTILE[0]}</a>'
        email.save()
        assert send_to_segments(email) == 1
        work()
        mail = Received(sink.messages[0])
    origin = page.url.split("/s/")[0]
    addresses = [mail.pixel, *mail.html.links.values(), mail.one_click]
    for address in addresses:
        headers = {"User-Agent": HOSTILE[0], "Referer": f"https://example.com/{HOSTILE[0]}"}
        answer = httpx.get(f"{origin}/{address.split('/', 3)[3]}", params={"utm_source": HOSTILE[0]}, headers=headers)
        assert answer.status_code < 500
    work()


def test_nothing_hostile_runs_anywhere(signed_in, work):
    page, user = signed_in, people.ada()
    names = fill_everything(user)
    assert {"contacts", "companies", "segments", "emails", "stages", "categories", "tags", "users", "roles"} <= names
    assert len(names) > 20, sorted(names)
    send_and_attack(page, work)
    put_past_the_api()
    waiting, seen, hostile = ["/s/dashboard", "/s/search?search=svg"], Counter(), 0
    while waiting:
        path = waiting.pop(0)
        shape = re.sub(r"\d+", "1", path.partition("?")[0])
        if seen[shape] >= ALIKE:
            continue
        seen[shape] += 1
        answer = page.goto(path)
        page.wait_for_timeout(SETTLE_MILLISECONDS)
        assert answer.status == 200, path
        assert RENDERED not in page.content(), path
        assert page.locator('a[href^="javascript:" i], form[action^="javascript:" i]').count() == 0, path
        assert page.locator("svg[onload], [onfocus]").count() == 0, path
        assert page.complaints == [], path
        hostile += HOSTILE[0] in page.locator("body").inner_text() + str(
            page.eval_on_selector_all("input, textarea", VALUES)
        )
        waiting += sorted(links_of(page))
    assert len(seen) > 25
    assert hostile > 15, "it is shown, as text"
