import pytest

from calls import call, created
from people import ada, bo

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact():
    return created(ada(), "contacts", "contact", {"firstname": "Jim"})["id"]


def test_a_note_shows_its_contact_with_fields_only_when_it_was_named(contact):
    made = created(ada(), "notes", "note", {"text": "<p>Called</p>", "lead": contact})
    assert (made["text"], made["type"], made["lead"]["id"]) == ("<p>Called</p>", "general", contact)
    assert made["lead"]["fields"]["core"]["firstname"]["value"] == "Jim"
    assert call(ada(), "GET", f"notes/{made['id']}").body["note"]["lead"]["fields"] == []


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({}, 400, "text: Note text cannot be empty"),
        ({"text": "x"}, 400, "lead ID is mandatory"),
        ({"text": "x", "lead": 99}, 404, "Contact not found."),
        ({"text": "x", "type": "nosuch"}, 400, "type: This value is not valid."),
    ],
)
def test_what_is_missing_is_told(body, status, message):
    reply = call(ada(), "POST", "notes/new", body)
    assert (reply.status, reply.body["errors"][0]["message"]) == (status, message)


def test_a_date_in_words_counts_as_none(contact):
    for text, shown in (("tomorrow", None), ("2024-05-01 09:00:07", "2024-05-01T09:00:07+00:00")):
        assert created(ada(), "notes", "note", {"text": "x", "lead": contact, "dateTime": text})["dateTime"] == shown


def test_search_by_type_and_text(contact):
    created(ada(), "notes", "note", {"text": "Called", "type": "call", "lead": contact})
    created(ada(), "notes", "note", {"text": "Met", "lead": contact})
    assert call(ada(), "GET", "notes?search=type:call").body["total"] == 1
    assert call(ada(), "GET", "notes?search=met").body["total"] == 1


def test_who_may_not_edit_the_contact_adds_no_note(contact):
    assert call(bo(), "POST", "notes/new", {"text": "x", "lead": contact}).status == 403
    assert call(ada(), "GET", "notes").body["total"] == 0
