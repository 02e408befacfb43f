"""Who changed what, when and from where."""

from datetime import timedelta

import orjson
import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from calls import call, created
from honeyguide.engine import config
from honeyguide.engine.audit import differences, log
from honeyguide.engine.audit.jobs import forget_old_entries
from honeyguide.engine.audit.log import catch_up, of_item
from honeyguide.engine.sql import rows
from honeyguide.features.contacts import services as contacts
from people import PASSWORD, ada, bo

pytestmark = pytest.mark.django_db(transaction=True)


def entries(object_, **where):
    """(user, action, details, address) of every entry about this kind of item, oldest first."""
    found = rows(
        "SELECT user_name, action, details, ip_address FROM audit_log WHERE object = %s ORDER BY id", (object_,)
    )
    return [(user, action, orjson.loads(details), address) for user, action, details, address in found]


def test_a_generic_item_is_told_by_what_changed():
    stage = created(ada(), "stages", "stage", {"name": "New", "weight": 3})["id"]
    call(ada(), "PATCH", f"stages/{stage}/edit", {"name": "Old"})
    call(ada(), "PATCH", f"stages/{stage}/edit", {"name": "Old"})
    call(ada(), "DELETE", f"stages/{stage}/delete")
    (_, create, first, address), update, delete = entries("stage")
    assert (create, first["name"], first["weight"], address) == ("create", [None, "New"], [None, 3], "127.0.0.1")
    assert update == ("Ada Admin", "update", {"name": ["New", "Old"]}, "127.0.0.1")
    assert delete == ("Ada Admin", "delete", {"name": "Old"}, "127.0.0.1")


@pytest.mark.parametrize(
    ("path", "one", "object_", "body", "change", "told"),
    [
        ("segments", "list", "segment", {"name": "A"}, {"name": "B"}, {"name": ["A", "B"]}),
        ("emails", "email", "email", {"name": "A", "subject": "S"}, {"subject": "T"}, {"subject": ["S", "T"]}),
        ("fields/contact", "field", "field", {"label": "A", "type": "text"}, {"label": "B"}, {"label": ["A", "B"]}),
        ("tags", "tag", "tag", {"tag": "a"}, {"tag": "b"}, {"tag": ["a", "b"]}),
    ],
)
def test_services_tell_what_changed(path, one, object_, body, change, told):
    number = created(ada(), path, one, body)["id"]
    assert call(ada(), "PATCH", f"{path}/{number}/edit", change).status == 200
    assert call(ada(), "DELETE", f"{path}/{number}/delete").status == 200
    found = entries(object_)
    assert [action for _, action, _, _ in found] == ["create", "update", "delete"]
    assert found[1][2] == told


def test_companies_tell_their_fields():
    number = created(bo(), "companies", "company", {"companyname": "Bee"})["id"]
    call(bo(), "PATCH", f"companies/{number}/edit", {"companycity": "Ulm"})
    changed = {"companycity": [None, "Ulm"]}
    assert entries("company")[1] == ("Bo Own", "update", changed | {"fields": changed}, "127.0.0.1")


def test_contacts_tell_by_their_events():
    number = created(ada(), "contacts", "contact", {"firstname": "Jim", "email": "jim@example.com"})["id"]
    call(ada(), "PATCH", f"contacts/{number}/edit", {"firstname": "James"})
    call(ada(), "POST", f"contacts/{number}/points/plus/5")
    call(ada(), "DELETE", f"contacts/{number}/delete")
    other = created(ada(), "contacts", "contact", {"firstname": "Kim", "email": "kim@example.com"})["id"]
    call(ada(), "PATCH", f"contacts/{other}/edit", {"firstname": "Kay"})
    catch_up()
    found = entries("lead")
    assert [(user, action) for user, action, _, _ in found[-3:]] == [
        ("Ada Admin", "create"),
        ("Ada Admin", "identified"),
        ("Ada Admin", "update"),
    ]
    assert found[-3][2]["firstname"] == [None, "Kim"]  # not what it is called now
    assert found[-1][2]["fields"] == {"firstname": ["Kim", "Kay"]}
    assert {address for _, _, _, address in found} == {"127.0.0.1"}
    assert ("Ada Admin", "delete", {"name": "James"}, "127.0.0.1") in found
    catch_up()
    assert entries("lead") == found


def test_a_merge_is_told_with_the_name_that_went():
    one, two = (created(ada(), "contacts", "contact", {"firstname": name})["id"] for name in ("One", "Two"))
    contacts.merge_contacts(one, two, by=ada())
    catch_up()
    assert ("Ada Admin", "merge", {"merged": two, "name": "Two"}, "") in entries("lead")


@pytest.mark.parametrize(
    ("path", "object_", "body", "change", "told"),
    [
        ("notes", "note", {"text": "A"}, {"text": "B"}, {"text": ["A", "B"]}),
        ("devices", "device", {"device": "a"}, {"deviceOsName": "Ubuntu"}, {"deviceOsName": [None, "Ubuntu"]}),
    ],
)
def test_what_belongs_to_a_contact(path, object_, body, change, told):
    contact = created(ada(), "contacts", "contact", {"firstname": "Jim"})["id"]
    number = created(ada(), path, object_, {"lead": contact, **body})["id"]
    for _ in range(2):
        call(ada(), "PATCH", f"{path}/{number}/edit", change)
    call(ada(), "DELETE", f"{path}/{number}/delete")
    found = entries(object_)
    assert [(user, action) for user, action, _, _ in found] == [
        ("Ada Admin", action) for action in ("create", "update", "delete")
    ]
    assert found[0][2].items() >= {name: [None, value] for name, value in body.items()}.items()
    assert found[1][2] == told


def test_a_note_of_the_page_is_told_too(client):
    contact = created(ada(), "contacts", "contact", {"firstname": "Jim"})["id"]
    client.force_login(ada())
    client.post(f"/s/contacts/note/{contact}", {"text": "Called", "type": "call"})
    assert client.post(f"/s/contacts/note/{contact}", {"text": " "}).status_code == 400
    assert [(action, details["text"]) for _, action, details, _ in entries("note")] == [("create", [None, "Called"])]
    assert "Called" in client.get(f"/s/contacts/view/{contact}").content.decode()


def test_old_entries_are_forgotten_when_it_is_wished(monkeypatch):
    monkeypatch.setattr(log, "SLICE", 2)
    for age in (400, 300, 200, 100, 1):
        log.record_many([log.Entry("lead", "lead", age, "update", at=timezone.now() - timedelta(days=age))])
    forget_old_entries(0)
    assert len(entries("lead")) == 5
    config.set_value("audit_log_keep_days", 150)
    forget_old_entries(0)
    assert rows("SELECT object_id FROM audit_log WHERE object = 'lead' ORDER BY 1") == [(1,), (100,)]


def test_secrets_are_left_out():
    changes = differences(
        {"password": "a", "headers": {"token": "t"}}, {"password": "b", "headers": {"token": "u", "x": 1}}
    )
    assert changes["password"] == ["(not shown)", "(not shown)"]
    assert changes["headers"] == [{"token": "(not shown)"}, {"token": "(not shown)", "x": 1}]


def test_configuration_and_sign_in_are_told():
    config.set_value("default_pagelimit", 50)
    config.set_value("default_pagelimit", 50)
    config.set_value("mailer_dsn", "smtp://me:secret@host")
    config.reset("default_pagelimit")
    told = [details for _, _, details, _ in entries("config")]
    assert {"default_pagelimit": [30, 50]} in told
    assert {"mailer_dsn": ["(not shown)", "(not shown)"]} in told
    assert told[-1] == {"default_pagelimit": [50, 30]}
    ada()
    Client().post("/s/login", {"username": "ada", "password": PASSWORD})
    assert entries("security") == [("Ada Admin", "login", {"username": "ada"}, "127.0.0.1")]


def test_what_is_rolled_back_is_not_told():
    before = entries("config")

    @transaction.atomic
    def fail_after_a_change():
        config.set_value("default_pagelimit", 100)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_a_change()
    assert entries("config") == before


def test_an_item_knows_its_latest_changes():
    stage = created(ada(), "stages", "stage", {"name": "New", "weight": 3})["id"]
    call(ada(), "PATCH", f"stages/{stage}/edit", {"name": "Old"})
    latest, first = of_item("stage", "stage", stage)
    assert (latest.user_name, latest.action, latest.changes) == ("Ada Admin", "update", [("name", "New", "Old")])
    assert first.action == "create"
