"""What is held about a contact is handed out, and erased from everywhere."""

import io
import zipfile

import orjson
import pytest
from click.testing import CliRunner

from honeyguide.commands.privacy import privacy
from honeyguide.engine.channels.models import Dispatch
from honeyguide.engine.events import EventType, New, append, consume
from honeyguide.engine.resource.errors import NotFound
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.features.contacts.services import attach_ip, create_contact, delete_contacts, set_do_not_contact
from honeyguide.features.emails.services import create_email
from honeyguide.features.forms.models import Form, FormField
from honeyguide.features.forms.uploads import root
from honeyguide.features.notes import Note
from honeyguide.features.privacy import services
from honeyguide.features.privacy.jobs import KEEPING_OUT
from honeyguide.features.privacy.models import Erasure
from honeyguide.features.privacy.registry import REGISTRY
from people import ada, bo

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "ann.secret@x.test"
FILE = f"{'a' * 32}_cv.pdf"
# Tables with a contact's id or an address that are not a contact's own, and why.
BESIDE = {
    "erasures": "the record itself", "users": "people who work here", "emails": "senders", "reports": "recipients of reports",
}  # fmt: skip
PERSONAL_COLUMNS = ("contact_id", "lead_id", "address", "ip_address", "email", "to_address", "from_address")


def ann() -> int:
    """A contact of whom every kind of table knows something."""
    number = create_contact(
        {"email": ADDRESS, "firstname": "Ann", "lastname": "Secretname", "tags": ["vip"]}, by=ada()
    ).id
    attach_ip(number, "203.0.113.77")
    email = create_email({"name": "N", "subject": "S"})
    execute(
        "INSERT INTO outbox (email_id, contact_id, occasion, state, priority, attempts, due_at, address, queued_at, open_count, "
        "click_count, viewed_in_browser, options) VALUES (%s, %s, 'x', 3, 1, 1, now(), %s, now(), 1, 0, false, %s::jsonb)",
        (email.pk, number, ADDRESS, '{"html": "Dear Secretname"}'),
    )
    Dispatch.objects.create(
        channel="sms", item_id=1, contact_id=number, occasion="x", address="+420 Secretname", content="Dear Secretname", state=3,
        due_at="2026-01-01T00:00Z", queued_at="2026-01-01T00:00Z",
    )  # fmt: skip
    append(New(EventType.EMAIL_OPENED, number, 1, {"agent": "Secretname browser", "ip": "203.0.113.77", "bot": True}))
    append(New(EventType.PAGE_HIT, number, None, {"url": f"https://x.test/?{ADDRESS}", "code": 200}))
    form = Form.objects.create(name="F", alias="f")
    field = FormField.objects.create(form=form, label="CV", alias="cv", type="file")
    path = root() / str(form.pk) / str(field.pk) / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"cv")
    execute(
        "INSERT INTO form_submissions (form_id, contact_id, date_submitted, referer, results) "
        "VALUES (%s, %s, now(), '', %s::jsonb)",
        (form.pk, number, orjson.dumps({"cv": FILE, "name": "Secretname"}).decode()),
    )
    Note.objects.create(contact_id=number, text="Secretname called", date_added="2026-01-01T00:00Z")
    return number


def everything() -> dict[str, str]:
    """The text of every table."""
    tables = rows(
        "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    return {name: scalar(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {name} t") for (name,) in tables}


def test_every_table_that_knows_contacts_is_registered():
    found = {
        table
        for table, column in rows(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        )
        if column in PERSONAL_COLUMNS and not table.startswith("events_")
    }
    assert found - {holding.table for holding in REGISTRY} - set(BESIDE) == set()


def test_nothing_of_an_erased_contact_is_left():
    number = ann()
    other = create_contact({"email": "bob@x.test", "lastname": "Other"}, by=None).id
    erasure = services.erase(number, reason="asked by letter", by=ada())
    left = {
        table: text
        for table, text in everything().items()
        if any(w in text for w in (ADDRESS, "Secretname", "203.0.113.77"))
    }
    assert left == {}
    assert scalar("SELECT count(*) FROM contacts") == 1
    assert scalar("SELECT count(*) FROM events WHERE contact_id = %s", (number,)) == 0
    assert rows("SELECT payload FROM events WHERE type = %s", (EventType.EMAIL_OPENED.value,)) == [('{"bot": true}',)]
    assert rows("SELECT state, contact_id, open_count FROM outbox") == [(3, None, 1)]
    assert not list(root().rglob(FILE))
    assert scalar("SELECT fields ->> 'lastname' FROM contacts WHERE id = %s", (other,)) == "Other"
    assert erasure.counts["contacts"] == 1
    assert erasure.counts["notes"] == 1


def test_an_export_holds_it_all():
    number = ann()
    out = io.BytesIO()
    services.export(number, out, by=ada())
    with zipfile.ZipFile(out) as archive:
        told = orjson.loads(archive.read("data.json"))
        assert archive.read(f"files/{FILE}") == b"cv"
    assert told["contact"] == number
    data = told["data"]
    assert data["contacts"][0]["fields"]["email"] == ADDRESS
    assert data["notes"][0]["text"] == "Secretname called"
    assert data["ip_addresses"][0]["ip_address"] == "203.0.113.77"
    kinds = {event["type"] for event in data["events"]}
    assert {EventType.CONTACT_CREATED, EventType.EMAIL_OPENED, EventType.PAGE_HIT} <= kinds
    assert len(data["events"]) == len({event["id"] for event in data["events"]})
    with pytest.raises(NotFound):
        services.export(999_999, io.BytesIO(), by=None)


def test_what_is_left_of_a_deleted_contact_can_be_erased():
    number = ann()
    execute("DELETE FROM contacts WHERE id = %s", (create_contact({"email": "x@x.test"}, by=None).id,))
    delete_contacts([number])
    assert services.held(number)
    services.erase(number)
    assert services.held(number) == []
    with pytest.raises(NotFound):
        services.erase(number)


def test_the_record_tells_when_it_was_touched():
    for name in ("a", "b", "c"):
        services.erase(create_contact({"email": f"{name}@x.test"}, by=None).id)
    assert services.broken() == []
    first, second, third = Erasure.objects.order_by("pk")
    Erasure.objects.filter(pk=second.pk).update(contact_id=1)
    assert services.broken() == [second.pk]
    second.delete()
    assert services.broken() == [third.pk]
    assert services.erased("A@x.test") == first
    assert services.erased("nobody@x.test") is None


def test_who_had_asked_for_no_mail_gets_none_after_coming_back():
    number = create_contact({"email": ADDRESS}, by=None).id
    set_do_not_contact([number], "email", 1)
    services.erase(number)
    services.erase(create_contact({"email": "bob@x.test"}, by=None).id)
    back, bob = (
        create_contact({"email": ADDRESS.upper()}, by=None).id,
        create_contact({"email": "bob@x.test"}, by=None).id,
    )
    while consume(KEEPING_OUT):
        pass
    assert rows("SELECT contact_id, reason FROM do_not_contact WHERE channel = 'email'") == [(back, 3)]
    assert bob not in (back, number)


def test_the_pages(client):
    client.force_login(ada())
    number = ann()
    page = client.get(f"/s/contacts/privacy/{number}").content.decode()
    assert "form_submissions" in page
    zipped = client.get(f"/s/contacts/privacy/{number}/export")
    assert zipfile.is_zipfile(io.BytesIO(b"".join(zipped.streaming_content)))
    refused = client.post(f"/s/contacts/privacy/{number}", {"word": "erase"})
    assert (refused.status_code, scalar("SELECT count(*) FROM contacts")) == (422, 1)
    done = client.post(f"/s/contacts/privacy/{number}", {"word": "ERASE", "reason": "<b>asked</b>"}, follow=True)
    assert "was erased" in done.content.decode()
    listed = client.get("/s/erasures", {"address": ADDRESS}).content.decode()
    assert "&lt;b&gt;asked&lt;/b&gt;" in listed
    assert "Sound" in listed
    assert "Yes, " in listed


def test_rights_hold(client):
    number = create_contact({"email": ADDRESS}, by=ada()).id
    client.force_login(bo())
    assert client.get(f"/s/contacts/privacy/{number}").status_code == 403
    assert client.get(f"/s/contacts/privacy/{number}/export").status_code == 403
    assert client.get("/s/erasures").status_code == 403


def test_the_commands(tmp_path):
    number = ann()
    run = CliRunner().invoke
    file = tmp_path / "ann.zip"
    assert "bytes" in run(privacy, ["export", str(number), str(file)]).output
    assert zipfile.is_zipfile(file)
    assert run(privacy, ["export", str(number), str(file)]).exit_code == 1
    counted = run(privacy, ["erase", str(number), "--dry-run"])
    assert "notes: 1 (deleted)" in counted.output
    assert scalar("SELECT count(*) FROM contacts") == 1
    assert run(privacy, ["erase", str(number)], input="n\n").exit_code == 1
    assert "record" in run(privacy, ["erase", str(number), "--yes", "--reason", "letter"]).output
    assert scalar("SELECT count(*) FROM contacts") == 0
    assert f"contact {number}" in run(privacy, ["records"]).output
    Erasure.objects.update(contact_id=77_777)
    assert "BROKEN" in run(privacy, ["records"]).output
    assert run(privacy, ["erase", "999999"]).exit_code == 1
