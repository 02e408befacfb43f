"""Contacts are active when they open, click and visit; machines do not count."""

import pytest

from honeyguide.engine.events import EventType, New, append, consume
from honeyguide.engine.sql import execute, one, scalar
from honeyguide.features.contacts.jobs import ACTIVITY

pytestmark = pytest.mark.django_db(transaction=True)


def contact() -> int:
    return scalar("INSERT INTO contacts (fields, points, is_published) VALUES ('{}', 0, true) RETURNING id")


def last_active(contact_id):
    return one("SELECT last_active FROM contacts WHERE id = %s", (contact_id,))[0]


def test_an_open_makes_active():
    opened, quiet = contact(), contact()
    append(New(EventType.EMAIL_OPENED, opened, 1))
    consume(ACTIVITY)
    assert last_active(opened) is not None
    assert last_active(quiet) is None


def test_a_machine_does_not():
    scanned = contact()
    append(New(EventType.EMAIL_CLICKED, scanned, 1, {"bot": True}))
    consume(ACTIVITY)
    assert last_active(scanned) is None


def test_an_older_event_does_not_take_a_later_time_back():
    active = contact()
    execute("UPDATE contacts SET last_active = now() + interval '1 day' WHERE id = %s", (active,))
    before = last_active(active)
    append(New(EventType.PAGE_HIT, active))
    consume(ACTIVITY)
    assert last_active(active) == before
