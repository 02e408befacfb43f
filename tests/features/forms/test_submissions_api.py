"""Submissions as clients, webhooks, timelines and the dashboard see them."""

import pytest
from django.test import Client

from calls import call, created
from honeyguide.engine.events import EventType, Read
from honeyguide.engine.sql import one
from honeyguide.features.webhooks.payloads import World, occurrences, payload
from people import ada, bo

pytestmark = pytest.mark.django_db
FIELDS = [
    {"label": "E-mail", "type": "email", "alias": "email", "mappedObject": "contact", "mappedField": "email"},
    {"label": "First", "type": "text", "alias": "first", "mappedObject": "contact", "mappedField": "firstname"},
    {"label": "Send", "type": "button", "alias": "send"},
]


@pytest.fixture
def form():
    made = created(ada(), "forms", "form", {"name": "Sign up", "postAction": "message", "postActionProperty": "Thanks",
                                            "fields": FIELDS})  # fmt: skip
    for name in ("Eve", "Dan"):
        answers = {
            "mauticform[formId]": made["id"],
            "mauticform[email]": f"{name}@example.com",
            "mauticform[first]": name,
        }
        Client().post("/form/submit", answers)
    return made["id"]


def listed(form, query=""):
    return call(ada(), "GET", f"forms/{form}/submissions?{query}").body


def first_names(answer):
    return [entry["results"]["first"] for entry in answer["submissions"]]


def test_a_list_shows_what_was_sent_and_by_whom(form):
    answer = listed(form, "orderBy=s.id&limit=1")
    assert answer["total"] == "2"
    (entry,) = answer["submissions"]
    assert entry["results"] == {"email": "Eve@example.com", "first": "Eve"}
    assert entry["form"] == {"id": form, "name": "Sign up", "alias": "sign_up", "category": None}
    assert (entry["lead"]["email"], entry["lead"]["points"]) == ("Eve@example.com", 0)
    assert entry["ipAddress"] == {"ipAddress": "127.0.0.1"}
    assert (entry["referer"], entry["page"]) == ("", None)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("where[0][col]=r.email&where[0][expr]=eq&where[0][val]=dan@example.com", ["Dan"]),
        ("orderBy=r.first", ["Dan", "Eve"]),
        ("orderBy=s.id&orderByDir=DESC", ["Dan", "Eve"]),
        ("search=eve@", ["Eve"]),
        ("search=%25", []),
        ("start=1&orderBy=s.id", ["Dan"]),
    ],
)
def test_a_list_is_searched_and_ordered_by_answers(form, query, names):
    assert first_names(listed(form, query)) == names


@pytest.mark.parametrize("query", ["orderBy=r.nothing", "where[0][col]=s.results&where[0][expr]=eq&where[0][val]=1"])
def test_only_known_columns_are_asked_for(form, query):
    assert call(ada(), "GET", f"forms/{form}/submissions?{query}").status == 400


def test_one_submission_and_those_of_one_contact(form):
    entry = listed(form, "orderBy=s.id")["submissions"][0]
    single = call(ada(), "GET", f"forms/{form}/submissions/{entry['id']}").body["submission"]
    assert single["results"] == {"form_id": str(form), "email": "Eve@example.com", "first": "Eve"}
    of_contact = call(ada(), "GET", f"forms/{form}/submissions/contact/{entry['lead']['id']}?search=nothing").body
    assert first_names(of_contact) == ["Eve"]
    other = created(ada(), "forms", "form", {"name": "Other"})["id"]
    assert call(ada(), "GET", f"forms/{other}/submissions/{entry['id']}").status == 404
    assert call(bo(), "GET", f"forms/{form}/submissions").status == 403


def test_forms_with_results_are_found(form):
    created(ada(), "forms", "form", {"name": "Empty"})
    found = call(ada(), "GET", "forms?search=has:results").body["forms"]
    assert [entry["id"] for entry in found] == [form]


def test_answers_stay_when_their_field_is_gone(form):
    field = call(ada(), "GET", f"forms/{form}").body["form"]["fields"][1]["id"]
    call(ada(), "DELETE", f"forms/{form}/fields/delete?fields[]={field}")
    assert listed(form, "orderBy=s.id")["submissions"][0]["results"] == {"email": "Eve@example.com"}
    assert one("SELECT results ->> 'first' FROM form_submissions ORDER BY id LIMIT 1") == ("Eve",)


def test_the_timeline_and_the_statistics_tell_of_it(form):
    contact = listed(form, "orderBy=s.id")["submissions"][0]["lead"]["id"]
    (event,) = call(ada(), "GET", f"contacts/{contact}/activity?filters[includeEvents][]=form.submitted").body["events"]
    assert event["eventLabel"]["label"] == "Sign up"
    assert event["details"]["submission"]["results"]["first"] == "Eve"
    rows = call(ada(), "GET", "stats/form_submissions").body["stats"]
    assert [int(row["form_id"]) for row in rows] == [form, form]
    data = call(ada(), "GET", "data/top.submitters?dataFormat=raw&dateFrom=2020-01-01&dateTo=2999-01-01").body["data"]
    assert {row["name"] for row in data} == {"Eve", "Dan"}


def test_webhooks_are_told(form):
    columns = "id, xid::text::bigint, at, type, contact_id, object_id, jsonb_build_object('submission', payload -> 'submission')"
    row = one(f"SELECT {columns} FROM events WHERE type = 70 ORDER BY id LIMIT 1")
    submission = one("SELECT min(id) FROM form_submissions")[0]
    event = Read(*row[:6], payload={"submission": submission})
    assert event.type == EventType.FORM_SUBMITTED
    (told,) = occurrences([event])
    found = payload(told, World([told]))["submission"]
    assert told.type == "mautic.form_on_submit"
    assert list(found) == [
        "id",
        "ipAddress",
        "form",
        "lead",
        "trackingId",
        "dateSubmitted",
        "referer",
        "page",
        "results",
    ]
    assert found["results"] == {"email": "Eve@example.com", "first": "Eve"}
    assert list(found["lead"]) == ["id", "points", "color", "fields"]
