"""The main job, as someone does it in the first hour: 10,000 people come in as a CSV file, a segment of them gets an e-mail
through a real SMTP server, and what they do with it arrives in the browser and over the REST API.

All of it against a real `honeyguide serve` with a database of its own; nothing in this process touches that database.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import httpx
import pytest

from acceptance.people_of_the_fair import FIRST_NAMES, PEOPLE, WANTED, write_csv
from acceptance.received import Received
from serving import Serving, wait_for
from smtp_sink import Sink

pytestmark = pytest.mark.browser
PASSWORD = "a long enough password"
PERSON = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}
SUBJECT = "{contactfield=firstname|Friend}, news from the fair"
SHOP, GUIDE = "https://shop.example/spring?size=l&colour=red", "https://guide.example/how-to"
HTML = f"""<html><body><p>Dear {{contactfield=firstname|Friend}} of {{contactfield=country}},</p>
<p><a href="{SHOP.replace("&", "&amp;")}">shop</a> or <a href="{GUIDE}">guide</a></p>
<p>{{unsubscribe_text}} {{webview_text}}</p></body></html>"""
OPENERS, CLICKERS, LEAVERS, SCANNED = 40, 25, 6, 3


@pytest.fixture(scope="module")
def sink():
    with Sink() as server:
        yield server


@pytest.fixture(scope="module")
def product(data_dir, sink, tmp_path_factory):
    """The product as an administrator has set it up: a mail server, a sender, the API switched on."""
    log = tmp_path_factory.mktemp("serve") / "log"
    running = Serving(data_dir, log, HONEYGUIDE_SMTP_URL=sink.url, HONEYGUIDE_ADMIN_PASSWORD=PASSWORD)
    for setting in ("api_enabled=1", "api_enable_basic_auth=1", "mailer_from_email=fair@fair.test"):
        running.run("config", "set", *setting.split("="))
    yield running
    assert running.stop() == 0
    said = running.said()
    assert "Traceback" not in said, said


@pytest.fixture(scope="module")
def api(product):
    """api("emails/1") -> what the REST API answers."""
    with httpx.Client(base_url=f"{product.url}/api/", auth=("admin", PASSWORD), timeout=20) as client:

        def get(path: str, **query) -> dict:
            answer = client.get(path, params=query)
            assert answer.status_code == 200, answer.text
            return answer.json()

        yield get


@pytest.fixture(scope="module")
def page(chromium, product):
    """A signed-in browser; whatever its console complains about fails the test."""
    context = chromium.new_context(
        base_url=product.url, viewport={"width": 1280, "height": 900}, user_agent=PERSON["User-Agent"], locale="en-GB"
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on("console", lambda entry: complaints.append(f"{page.url}: {entry.text}") if entry.type == "error" else None)
    page.goto("/s/login")
    page.fill("#username", "admin")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/s/dashboard")
    yield page
    context.close()
    assert [text for text in complaints if "Blocked script execution" not in text] == []


def test_import(page, api, tmp_path):
    page.goto("/s/contacts/import/new")
    page.set_input_files("#file", write_csv(tmp_path / "fair.csv"))
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/s/contacts/import/map/*")
    page.get_by_label("Points becomes").select_option("points")
    page.get_by_role("button", name="Import", exact=True).click()
    page.wait_for_url("**/s/contacts/import/view/*")
    page.locator("[data-status]", has_text="Finished").wait_for(timeout=60_000)
    assert page.locator(".hg-figure").all_inner_texts() == ["10,000", "0", "0"]
    assert int(api("contacts", limit=1)["total"]) == len(PEOPLE)


def test_segment(page, api):
    page.goto("/s/segments/new")
    page.fill("#field-name", "Fair")
    add_filter(page, "Country", "in")
    for country in ("Germany", "France"):
        page.get_by_label("Country: add a value").fill(country)
        page.get_by_label("Country: add a value").press("Enter")
    add_filter(page, "Points", "gte")
    page.get_by_label("Points: value").fill("35")
    add_filter(page, "Last Name", "=")
    page.get_by_label("Last Name: and or or").select_option("or")
    page.get_by_label("Last Name: value").fill("Pathfinder")
    page.locator("[data-count]", has_text=re.compile(f"^{len(WANTED):,}$")).wait_for()
    page.get_by_role("button", name="Save & close").click()
    page.wait_for_url("**/s/segments/view/*")
    wait_for(lambda: int(api("contacts", search="segment:fair", limit=1)["total"]) == len(WANTED))
    page.reload()
    page.locator(".hg-figure", has_text=re.compile(f"^{len(WANTED):,}$")).wait_for()


def add_filter(page, label: str, operator: str) -> None:
    page.get_by_role("button", name="Add a filter").click()
    page.get_by_label("Find a field").fill(label)
    page.locator("[data-choices]").get_by_role("button", name=label, exact=True).first.click()
    page.get_by_label(f"{label}: operator").select_option(operator)


def test_send(page, sink):
    page.goto("/s/emails/new")
    page.fill("#field-name", "News")
    page.fill("#field-subject", SUBJECT)
    page.fill("#customHtml", HTML)
    page.get_by_role("group", name="Segments").get_by_label("Fair").check()
    page.get_by_role("button", name="Save & close").click()
    page.wait_for_url("**/s/emails/view/*")
    page.get_by_role("button", name="Send…").click()
    page.locator("[data-pending]", has_text=f"{len(WANTED):,}").wait_for()
    page.locator("#modal").get_by_role("button", name="Send").click()
    page.get_by_text(f"{len(WANTED):,} messages are on their way.").wait_for()
    wait_for_figure(page, "sent", len(WANTED))
    assert sorted(sink.recipients) == sorted(WANTED), "everyone exactly once, nobody else"


def wait_for_figure(page, name: str, value: int) -> None:
    """The page counts by itself; nobody reloads it."""
    page.locator(f"[data-figure={name}]", has_text=re.compile(f"^{value:,}$")).wait_for(timeout=60_000)


@pytest.fixture(scope="module")
def mails(sink):
    """The messages by recipient, as they were received."""
    return {message.recipients[0]: Received(message) for message in sink.messages}


def test_every_message_is_its_recipients_own(mails, product):
    for address, mail in mails.items():
        person, headers = WANTED[address], mail.parsed
        name = person.first_name or "Friend"
        assert headers["Subject"] == f"{name}, news from the fair"
        assert headers["To"].addresses[0].addr_spec == address
        assert headers["From"].addresses[0].addr_spec == "fair@fair.test"
        assert f"Dear {name} of {person.country}," in mail.html.words
        assert f"Dear {name} of {person.country}," in mail.plain_text
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert {urlsplit(link).netloc for link in (mail.pixel, mail.one_click, *mail.html.links.values())} == {
            urlsplit(product.url).netloc
        }
    assert {WANTED[address].first_name for address in mails} == set(FIRST_NAMES), "awkward names were among them"
    for unique in (lambda m: m.parsed["Message-ID"], lambda m: m.pixel, lambda m: m.one_click):
        assert len({unique(mail) for mail in mails.values()}) == len(mails)


def test_links_lead_to_what_was_written(mails):
    mail = next(iter(mails.values()))
    for text, wanted in (("shop", SHOP), ("guide", GUIDE)):
        answer = httpx.get(mail.html.links[text], headers={"User-Agent": "a link scanner (bot/1.0)"})
        location = answer.headers["Location"]
        assert answer.status_code in (301, 302)
        assert location.startswith(wanted)
    forged = re.sub(r"/r/\w+", "/r/abcdefabcdefabcdefabcdefa", mail.html.links["shop"])
    assert httpx.get(forged).status_code == 404, "nobody else's addresses"


def test_what_recipients_do_arrives_in_the_browser(mails, page):
    """Opens, clicks and one-click unsubscribes, without a reload; what scanners do counts for nothing."""
    chosen = list(mails.values())[:OPENERS]
    with httpx.Client(headers=PERSON) as reader:
        for mail in chosen:
            assert reader.get(mail.pixel).headers["Content-Type"] == "image/gif"
        for number, mail in enumerate(chosen[:CLICKERS]):
            assert reader.get(mail.html.links["shop" if number % 5 else "guide"]).is_redirect
        for mail in chosen[:LEAVERS]:
            answer = reader.post(mail.one_click, data={"List-Unsubscribe": "One-Click"})
            assert answer.status_code == 200
        for mail in list(mails.values())[OPENERS : OPENERS + SCANNED]:
            assert reader.get(mail.one_click).status_code == 200, "asks, and does nothing"
    wait_for_figure(page, "opened", OPENERS)
    wait_for_figure(page, "clicked", CLICKERS)
    wait_for_figure(page, "unsubscribed", LEAVERS)
    links = {row.split("\t")[0]: row.split("\t")[1:] for row in page.locator("#figures tbody tr").all_inner_texts()}
    assert links[SHOP] == ["20", "20"]
    assert links[GUIDE] == ["5", "5"]


def test_the_same_figures_over_rest(mails, api, page):
    email_id = page.url.rsplit("/", 1)[1]
    stored = api(f"emails/{email_id}")["email"]
    assert (stored["sentCount"], stored["readCount"]) == (len(WANTED), OPENERS)
    addresses = list(mails)
    for address, reasons in ((addresses[0], [1]), (addresses[LEAVERS], []), (addresses[OPENERS], [])):
        contact = contact_of(api, address)
        assert [entry["reason"] for entry in contact["doNotContact"]] == reasons
    kinds = {event["event"] for event in api(f"contacts/{contact_of(api, addresses[0])['id']}/activity")["events"]}
    assert {"email.sent", "email.read", "lead.donotcontact", "segment_membership"} <= kinds
    silent = {event["event"] for event in api(f"contacts/{contact_of(api, addresses[-1])['id']}/activity")["events"]}
    assert "email.read" not in silent


def contact_of(api, address: str) -> dict:
    (contact,) = api("contacts", search=f"email:{address}")["contacts"].values()
    return contact


def test_pages_of_the_contact_and_the_recipients_agree(mails, api, page):
    detail = page.url
    page.locator("[data-figure=unsubscribed]").click()
    page.wait_for_url("**/recipients?show=unsubscribed")
    assert page.locator("tbody tr").count() == LEAVERS
    page.goto(f"/s/contacts/view/{contact_of(api, next(iter(mails)))['id']}")
    page.locator(".hg-timeline").get_by_text("News").first.wait_for()
    assert page.get_by_text("Unsubscribed").first.is_visible()
    page.goto("/s/dashboard")
    page.locator("#figures").get_by_text(f"{len(WANTED):,}", exact=True).first.wait_for()
    page.goto(detail)


def test_sending_again_reaches_nobody_twice(page, sink):
    page.get_by_role("button", name="Send…").click()
    page.locator("[data-pending]", has_text=re.compile("^0$")).wait_for()
    page.locator("#modal").get_by_role("button", name="Send").click()
    page.get_by_text("Nobody is left to send to").wait_for()
    assert len(sink.messages) == len(WANTED)
