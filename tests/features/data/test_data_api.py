"""Exact figures of widgets on known data."""

import pytest

from calls import call, created
from honeyguide.engine.events import EventType, New, append_many
from honeyguide.engine.sql import execute, scalar
from honeyguide.features.data.resource import widgets
from people import ada, bo, cy

pytestmark = pytest.mark.django_db(transaction=True)
JANUARY = "dateFrom=2024-01-01&dateTo=2024-01-31"


def figures(user, type_, query=JANUARY):
    reply = call(user, "GET", f"data/{type_}?{query}")
    assert reply.status == 200, reply.body
    return reply.body["data"]


def contact(at, user=None, **values):
    number = created(user or ada(), "contacts", "contact", {"firstname": "Jim", **values})["id"]
    identified = at if values.get("email") else None
    execute("UPDATE contacts SET date_added = %s, date_identified = %s WHERE id = %s", (at, identified, number))
    return number


def mail(email, contact_id, **columns):
    values = {"email_id": email, "contact_id": contact_id, "occasion": f"test:{contact_id}", "state": 3, **columns}
    values |= {"queued_at": columns["sent_at"], "address": f"{contact_id}@example.com", "attempts": 1, "priority": 2}
    names = ", ".join(values)
    return scalar(
        f"INSERT INTO outbox ({names}, open_count, click_count, viewed_in_browser) "
        f"VALUES ({', '.join(['%s'] * len(values))}, 1, 1, false) RETURNING id",
        tuple(values.values()),
    )


@pytest.mark.parametrize("type_", sorted(widgets()))
def test_every_widget_answers_in_both_shapes_and_every_unit(type_):
    for query in (
        "",
        "dataFormat=raw",
        "timeUnit=W&timezone=Nowhere/Land&limit=-1&dateFrom=nonsense&filter[companyId]=x",
    ):
        expected = 404 if type_ == "report" else 200
        assert call(ada(), "GET", f"data/{type_}?{query}").status == expected


def test_contacts_are_counted_per_day_of_the_callers_zone():
    contact("2024-01-01 12:00+00", email="a@example.com")
    contact("2024-01-01 23:30+00")
    contact("2024-01-31 23:30+00", email="b@example.com")
    contact("2024-02-01 00:30+00")
    chart = figures(ada(), "created.leads.in.time", JANUARY + "&timeUnit=d")["chartData"]
    assert (chart["labels"][0], chart["labels"][-1], len(chart["labels"])) == ("Jan 1, 24", "Jan 31, 24", 31)
    assert chart["datasets"][0]["data"] == [2, *[0] * 29, 1]
    prague = figures(ada(), "created.leads.in.time", JANUARY + "&timeUnit=d&timezone=Europe/Prague")
    assert prague["chartData"]["datasets"][0]["data"] == [1, 1, *[0] * 29]
    both = JANUARY + "&timeUnit=d&filter[flag]=identifiedVsAnonymous&dataFormat=raw"
    raw = figures(ada(), "created.leads.in.time", both)
    assert (sum(raw["Identified"].values()), sum(raw["Anonymous"].values())) == (2, 1)
    assert figures(ada(), "anonymous.vs.identified.leads", JANUARY + "&dataFormat=raw") == {
        "Identified": 2,
        "Anonymous": 1,
    }


def test_a_long_span_is_counted_in_months():
    contact("2024-03-10 12:00+00")
    query = "dateFrom=2024-01-01&dateTo=2024-12-31&timeUnit=m&dataFormat=raw"
    counted = figures(ada(), "created.leads.in.time", query)["All contacts"]
    assert (len(counted), counted["Mar 2024"], sum(counted.values())) == (12, 1, 1)


def test_who_may_not_see_others_contacts_gets_figures_of_ones_own():
    contact("2024-01-02 12:00+00")
    own = contact("2024-01-02 13:00+00", user=bo())
    raw = figures(bo(), "created.leads", JANUARY + "&dataFormat=raw")
    assert [row["id"] for row in raw] == [str(own)]
    assert figures(cy(), "created.leads")["bodyItems"][0][0]["value"] == "No data returned for this report"
    types = call(bo(), "GET", "data").body["types"]
    assert "Contact Widgets" in types
    assert "Campaign Widgets" not in types


def test_countries_owners_and_creators_are_ranked():
    for country in ("Germany", "Germany", "France"):
        contact("2024-01-02 12:00+00", email=f"{country}{id(country)}@example.com", country=country, owner=ada().pk)
        execute("UPDATE contacts SET fields = fields || jsonb_build_object('email', id::text || '@example.com')")
    assert figures(ada(), "map.of.leads")["data"] == {"Germany": 2, "France": 1}
    (row,) = figures(ada(), "top.owners")["bodyItems"]
    assert [cell["value"] for cell in row] == ["Ada Admin", "3"]
    assert figures(ada(), "top.creators", JANUARY + "&dataFormat=raw")[0]["leads"] == "3"


def test_messages_are_counted_by_what_became_of_them():
    one, two = (contact("2024-01-02 12:00+00", email=f"{n}@example.com") for n in "ab")
    email = created(ada(), "emails", "email", {"name": "News", "subject": "S"})["id"]
    first = mail(email, one, sent_at="2024-01-03 10:00+00", read_at="2024-01-04 09:00+00")
    mail(email, two, sent_at="2024-01-03 11:00+00")
    append_many([New(EventType.EMAIL_CLICKED, one, first)])
    execute("UPDATE events SET at = '2024-01-05 10:00+00' WHERE type = %s", (int(EventType.EMAIL_CLICKED),))
    names = "&dataset[]=sent&dataset[]=opened&dataset[]=clicked&timeUnit=d&dataFormat=raw"
    raw = figures(ada(), "emails.in.time", JANUARY + names)
    assert {label: {d: n for d, n in days.items() if n} for label, days in raw.items()} == {
        "Sent emails": {"Jan 3, 24": 2},
        "Read emails": {"Jan 4, 24": 1},
        "Clicked": {"Jan 5, 24": 1},
    }
    ignored = figures(ada(), "ignored.vs.read.emails", JANUARY + "&dataFormat=raw")
    assert ignored == {"Ignored": 1, "Read": 1, "Failed": 0}
    assert [c["value"] for c in figures(ada(), "most.sent.emails")["bodyItems"][0]] == ["News", "2"]
    assert [c["value"] for c in figures(ada(), "most.read.emails")["bodyItems"][0]] == ["News", "1"]
    shown = figures(ada(), "sent.email.to.contacts")["bodyItems"]
    assert [row[0]["value"] for row in shown] == [two, one]
    assert figures(ada(), "emails.best.hours")["chartData"]["datasets"][0]["data"][9] == 100


def test_members_of_segments_are_ranked_and_builds_timed():
    segment = created(ada(), "segments", "list", {"name": "Good"})["id"]
    call(ada(), "POST", f"segments/{segment}/contact/{contact('2024-01-02 12:00+00')}/add")
    execute("UPDATE segments SET last_built_seconds = 1.5")
    query = "dateFrom=2020-01-01&dateTo=2199-01-01"
    assert [c["value"] for c in figures(ada(), "top.lists", query)["bodyItems"][0]] == ["Good", "1"]
    assert [c["value"] for c in figures(ada(), "segments.build.time", query)["bodyItems"][0]] == [
        "Good",
        "Ada Admin",
        "1.500 s",
    ]


def test_points_won_and_lost_are_summed():
    who = contact("2024-01-02 12:00+00")
    for change in ("plus/5", "minus/2"):
        call(ada(), "POST", f"contacts/{who}/points/{change}")
    execute("UPDATE events SET at = '2024-01-03 12:00+00'")
    assert figures(ada(), "points.in.time", JANUARY)["chartData"]["datasets"][0]["data"][2] == 3


def test_recent_activity_is_ones_own_except_for_administrators():
    created(ada(), "stages", "stage", {"name": "New"})
    contact("2024-01-02 12:00+00", user=bo())
    own = figures(bo(), "recent.activity", "limit=50")["logs"]
    assert [(log["userName"], log["action"]) for log in own] == [("Bo Own", "create"), ("Bo Own", "identified")]
    logs = figures(ada(), "recent.activity", "limit=50")["logs"]
    stage = next(log for log in logs if log["object"] == "stage")
    assert (stage["objectName"], stage["action"], stage["details"]["name"]) == ("New", "create", {"1": "New"})


def test_what_cannot_be_answered_is_refused():
    unknown = call(ada(), "GET", "data/nosuch")
    assert (unknown.status, unknown.body["errors"][0]["message"]) == (404, "Item was not found.")
    unit = call(ada(), "GET", "data/created.leads?timeUnit=x")
    text = "Unit 'x' is not supported. Use one of these: s, i, H, d, W, m, Y"
    assert (unit.status, unit.body["errors"][0]["message"]) == (400, text)
    assert call(ada(), "GET", "data/created.leads.in.time?timeUnit=s&dateFrom=1970-01-01").status == 400
