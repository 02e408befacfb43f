"""What is done to several contacts at once can be taken back from the message that tells of it."""

import re

import pytest

from calls import created
from honeyguide.engine.sql import rows
from honeyguide.features.contacts.services import (
    BOUNCED,
    UNSUBSCRIBED,
    create_contact,
    delete_contacts,
    set_do_not_contact,
    set_owner,
    set_stage,
)
from honeyguide.features.segments.models import Segment
from honeyguide.features.segments.services import add_contacts, rebuild, remove_contacts
from honeyguide.features.tags import modify_tags
from people import ada, bo

pytestmark = pytest.mark.django_db


@pytest.fixture
def three():
    return [create_contact({"firstname": name, "city": "Rome"}, by=ada()).id for name in ("Anna", "Ben", "Carl")]


@pytest.fixture
def change(client, three):
    """change(action, **inputs): does it to the three; the answer is what the undo button would send."""
    client.force_login(ada())

    def do(action, **inputs):
        assert client.post(f"/s/contacts/batch/{action}/do", {"ids": three, **inputs}).status_code == 302
        found = re.search(r'name="kept" value="([^"]+)"', client.get("/s/contacts").content.decode())
        return found[1]

    return do


@pytest.fixture
def undo(client):
    return lambda kept: client.post("/s/contacts/batch/undo", {"kept": kept})


def state(table, columns):
    return rows(f"SELECT {columns} FROM {table} ORDER BY 1, 2")


def test_tags(change, undo, three):
    modify_tags(three[:1], add=["old", "friend"])
    before = state("contact_tags", "contact_id, tag_id")
    kept = change("tags", add="friend, early", remove="old")
    assert len(state("contact_tags", "contact_id, tag_id")) == 6
    undo(kept)
    assert state("contact_tags", "contact_id, tag_id") == before


def test_segments(change, undo, three):
    filters = [{"glue": "and", "field": "city", "object": "lead", "type": "text", "operator": "=", "filter": "Rome"}]
    romans, others = (
        Segment.objects.get(pk=created(ada(), "segments", "list", {"name": name, "filters": rule})["id"])
        for name, rule in (("Romans", filters), ("Others", []))
    )
    rebuild(romans)
    rebuild(others)
    remove_contacts(romans, contact_ids=three[:1], by=ada())
    add_contacts(others, contact_ids=three[1:2], by=ada())
    columns = "segment_id, contact_id, manually_added, manually_removed"
    before = state("segment_contacts", columns)
    for inputs in (
        {"add": [romans.pk, others.pk]},
        {"remove": [romans.pk, others.pk]},
        {"add": [romans.pk], "remove": [others.pk]},
    ):
        kept = change("segments", **inputs)
        assert state("segment_contacts", columns) != before
        undo(kept)
        assert state("segment_contacts", columns) == before
    counts = dict(rows("SELECT id, contact_count FROM segments"))
    assert counts == {romans.pk: 2, others.pk: 1}


def test_owner_and_stage(change, undo, three):
    stage = created(ada(), "stages", "stage", {"name": "Lead"})["id"]
    set_owner(three[:1], bo().pk)
    set_stage(three[:2], stage)
    before = state("contacts", "id, owner_id, stage_id")
    owner, no_stage = change("owner", owner=ada().pk), change("stage", stage="")
    undo(no_stage)
    undo(owner)
    assert state("contacts", "id, owner_id, stage_id") == before


def test_what_somebody_changed_since_stays(change, undo, three):
    kept = change("owner", owner=ada().pk)
    set_owner(three[:1], bo().pk)
    delete_contacts(three[1:2])
    undo(kept)
    assert rows("SELECT owner_id FROM contacts ORDER BY id") == [(bo().pk,), (None,)]


def test_do_not_contact(change, undo, three):
    set_do_not_contact(three[0], "email", BOUNCED, comments="no such box")
    set_do_not_contact(three[1], "email", UNSUBSCRIBED)
    columns = "contact_id, reason, comments"
    before = state("do_not_contact", columns)
    kept = change("dnc", comments="fair")
    assert len(state("do_not_contact", columns)) == 3
    undo(kept)
    assert state("do_not_contact", columns) == before


def test_only_who_did_it_and_only_what_was_given_out(change, undo, client, three):
    kept = change("tags", add="friend")
    for wrong in ("", "x", kept[:-1], kept + "é"):
        answer = undo(wrong)
        assert (answer.status_code, "no longer be undone" in answer.content.decode()) == (400, True)
    client.force_login(bo())
    assert undo(kept).status_code == 400
    assert len(state("contact_tags", "contact_id, tag_id")) == 3


def test_after_an_hour_it_is_too_late(change, undo, monkeypatch):
    kept = change("tags", add="friend")
    monkeypatch.setattr("honeyguide.engine.ui.messages.UNDO_SECONDS", -1)
    assert undo(kept).status_code == 400


def test_a_tag_too_long_is_cut_and_undone(change, undo):
    undo(change("tags", add="<b>long</b>" + "g" * 100_000))
    assert state("contact_tags", "contact_id, tag_id") == []
