"""Every widget over a small world that is counted by hand (`features/reports/world.py`), and some more of January 2024."""

import pytest

from calls import call
from features.reports import world
from features.reports.world import ANN, BOB, NOBODY, OLA, event, january, put
from honeyguide.engine.events import EventType
from honeyguide.engine.sql import execute
from honeyguide.features.data.resource import widgets
from people import ada

pytestmark = pytest.mark.django_db(transaction=True)
JANUARY = "dateFrom=2024-01-01&dateTo=2024-01-31&timeUnit=d&limit=10&dataFormat="
ELSEWHERE = {"report", "recent.activity"}  # their figures are those of reports and of the audit log

# Per line its figures by the day of the month; of a pie its slices.
CHARTS = {
    "created.leads.in.time": {"All contacts": {2: 1, 3: 1, 31: 1}},
    "emails.in.time": {"Sent emails": {10: 1, 11: 1}},
    "page.hits.in.time": {"Total visits": {12: 2}},
    "submissions.in.time": {"Submission Count": {15: 1, 16: 1}},
    "asset.downloads.in.time": {"Download count": {20: 2, 21: 1}},
    "points.in.time": {"Changes": {6: 10, 7: 25}},
    "stages.in.time": {"Changes": {8: 1}},
    "events.in.time": {"Events triggered": {11: 2, 12: 1, 13: 1}},
    "leads.added.in.time": {"Contacts added": {9: 1, 10: 1}},
}
PIES = {
    "anonymous.vs.identified.leads": {"Identified": 1, "Anonymous": 2},
    "ignored.vs.read.emails": {"Ignored": 1, "Read": 1, "Failed": 1},
    "device.granularity.email": {"desktop": 1, "smartphone": 1, "unknown": 1},
    "device.granularity": {"desktop": 1, "unknown": 1},
    "unique.vs.returning.leads": {"Unique": 1, "Returning": 1},
    "dwell.times": {"< 1m": 0, "1 - 5m": 0, "5 - 10m": 0, "> 10m": 1},
    "unique.vs.repetitive.downloads": {"Unique": 2, "Repetitive": 1},
}
TABLES = {
    "created.leads": [["Ann Lee"], ["Bob"], ["3"]],
    "created.emails": [["Hello"], ["Hello B"]],
    "created.forms": [["Sign up"]],
    "created.pages": [["Welcome"], ["Velkommen"]],
    "created.assets": [["Prices"]],
    "most.sent.emails": [["Hello", "2"]],
    "most.read.emails": [["Hello", "1"]],
    "most.hit.email.redirects": [["https://a.test/", "1", "Hello"], ["https://b.test/", "1", "Hello"]],
    "popular.pages": [["Welcome", "2"]],
    "popular.assets": [["Prices", "3"]],
    "top.lists": [["Readers", "2"]],
    "segments.build.time": [["Readers", "Ada Admin", "1.500 s"]],
    "top.creators": [["Ola Own", "1"]],
    "top.owners": [["Ola Own", "1"]],
    "top.submission.referrers": [["", "1"], ["https://x.test/welcome", "1"]],
    "top.submitters": [["Ann Lee", "1"], ["Bob", "1"]],
}
OTHERS = {"emails.best.hours", "lead.lifetime", "map.of.leads", "sent.email.to.contacts", "upcoming.emails"}


@pytest.fixture
def figures():
    world.build()
    for number, (day, who) in enumerate(((20, ANN), (20, ANN), (21, BOB)), 50):
        event(number, EventType.ASSET_DOWNLOADED, january(day), who, 1, '{"code": 200}')
    event(60, EventType.STAGE_CHANGED, january(8), ANN, 1, '{"name": "1:Warm"}')
    for number, (message, agent) in enumerate(
        ((1, "Firefox/Windows"), (1, "Firefox/Windows"), (2, "Apple Mail/iPhone"), (3, "Gmail")), 70
    ):
        event(number, EventType.EMAIL_OPENED, january(12), ANN, message, f'{{"agent": "{agent}"}}')
    event(80, EventType.EMAIL_OPENED, january(12), ANN, 1, '{"agent": "Bot/Linux", "bot": true}')
    for who, day, gone in ((ANN, 9, False), (BOB, 10, False), (NOBODY, 10, True)):
        put("CampaignContact", campaign_id=1, contact_id=who, date_added=january(day), manually_removed=gone)
    execute("UPDATE campaign_events SET properties = '{\"email\": 1}' WHERE id = 1")
    execute("UPDATE segments SET last_built_seconds = 1.5, created_by = %s", (OLA,))
    execute("UPDATE contacts SET created_by = %s, created_by_user = 'Ola Own' WHERE id = %s", (OLA, ANN))

    def ask(kind, format=""):
        reply = call(ada(), "GET", f"data/{kind}?{JANUARY}{format}")
        assert reply.status == 200, reply.body
        return reply.body["data"]

    return ask


def test_no_widget_is_left_out():
    assert {*CHARTS, *PIES, *TABLES, *OTHERS, *ELSEWHERE} == set(widgets())


@pytest.mark.parametrize("kind", CHARTS)
def test_figures_in_time(figures, kind):
    raw = figures(kind, "raw")
    days = {
        label: {day: figure for day, figure in enumerate(line.values(), 1) if figure} for label, line in raw.items()
    }
    assert days == CHARTS[kind]


@pytest.mark.parametrize("kind", PIES)
def test_shares(figures, kind):
    chart = figures(kind)["chartData"]
    assert dict(zip(chart["labels"], chart["datasets"][0]["data"], strict=True)) == PIES[kind]


@pytest.mark.parametrize("kind", TABLES)
def test_rankings(figures, kind):
    assert [[cell["value"] for cell in row] for row in figures(kind)["bodyItems"]] == TABLES[kind]


def test_hours_of_reading(figures):
    chart = figures("emails.best.hours")["chartData"]
    assert {
        label: share for label, share in zip(chart["labels"], chart["datasets"][0]["data"], strict=True) if share
    } == {"10:00": 100}


def test_contacts_by_country_and_of_a_lifetime(figures):
    assert figures("map.of.leads")["data"] == {"Norway": 1}
    assert figures("lead.lifetime")["value"] == [3]
    assert figures("lead.lifetime")["chartItems"][0]["chartData"]["datasets"][0]["data"] == [1, 2]


def test_messages_with_whom_and_what_they_are_about(figures):
    raw = [
        (row[1]["value"], row[3]["value"], row[10]["value"]) for row in figures("sent.email.to.contacts")["bodyItems"]
    ]
    assert raw == [("ann@x.test", 0, "Acme"), ("ann@x.test", 2, "Acme")]


def test_what_campaigns_will_send_next(figures):
    assert figures("upcoming.emails") == {
        "upcomingEmails": [
            {
                "trigger_date": "2024-01-31 10:00:00", "event_id": "1", "event_name": "Send", "campaign_id": "1",
                "campaign_name": "Welcome", "lead_id": "2", "lead_name": "Bob", "email_id": "1", "email_name": "Hello",
            }
        ]
    }  # fmt: skip
    execute("UPDATE campaigns SET is_published = false")
    assert figures("upcoming.emails") == {"upcomingEmails": []}
