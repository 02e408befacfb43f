"""Pages of forms: list, builder, page of a form, results."""

import csv
import html
import io
import re

import orjson
import pytest
from django.test import Client

from calls import call, created
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.features.forms.pages import results
from people import ada, cy

pytestmark = pytest.mark.django_db
EMAIL = {"type": "email", "label": "E-mail", "isRequired": True, "mappedObject": "contact", "mappedField": "email"}
PET = {
    "type": "select",
    "label": "Pet",
    "key": "n1",
    "properties": {"list": {"list": [{"value": "cat", "label": "Cat"}]}},
}
PET_NAME = {"type": "text", "label": "Pet name", "parent": "n1", "conditions": {"expr": "in", "values": ["cat"]}}
EVIL = '"><script>alert(1)</script>'


@pytest.fixture
def admin():
    client = Client()
    client.force_login(ada())
    return client


def build(admin, *fields, path="new", actions=(), **values):
    sent = {"name": "Sign up", "postAction": "message", "postActionProperty": "Thanks", "isPublished": "1",
            "formType": "standalone", "fields": orjson.dumps(fields).decode(), "actions": orjson.dumps(actions).decode(),
            **values}  # fmt: skip
    return admin.post(f"/s/forms/{path}", sent)


def fields_of(form):
    return call(ada(), "GET", f"forms/{form}").body["form"]["fields"]


def newest():
    return scalar("SELECT max(id) FROM forms")


def submit(form, **answers):
    Client().post("/form/submit", {"mauticform[formId]": form, **{f"mauticform[{k}]": v for k, v in answers.items()}})


def test_the_builder_makes_fields_that_depend_on_each_other_and_actions(admin):
    answer = build(admin, EMAIL, PET, PET_NAME, actions=[{"type": "lead.pointschange", "name": "Points",
                   "properties": {"operator": "plus", "points": 3}}])  # fmt: skip
    form = newest()
    assert answer["Location"] == f"/s/forms/view/{form}"
    fields = fields_of(form)
    assert [(field["label"], field["alias"]) for field in fields] == [
        ("E-mail", "e_mail"),
        ("Pet", "pet"),
        ("Pet name", "pet_name"),
    ]
    assert fields[2]["parent"] == str(fields[1]["id"])
    submit(form, e_mail="eve@example.com", pet="cat", pet_name="Tom")
    assert rows("SELECT points FROM contacts") == [(3,)]


def test_the_builder_changes_order_removes_and_keeps_aliases(admin):
    build(admin, EMAIL, PET, PET_NAME)
    form = newest()
    email, pet, name = fields_of(form)
    assert f"&quot;id&quot;:{pet['id']}".encode() in admin.get(f"/s/forms/edit/{form}").content
    kept = [{**name, "parent": ""}, {**email, "label": "Address", "alias": "other"}]
    build(admin, *kept, path=f"edit/{form}")
    assert [(field["id"], field["label"], field["alias"]) for field in fields_of(form)] == [
        (name["id"], "Pet name", "pet_name"), (email["id"], "Address", "e_mail"),
    ]  # fmt: skip
    assert fields_of(form)[0]["parent"] in (None, "")


@pytest.mark.parametrize("fields", ["{", '{"a": 1}', "[1]", "[[]]"])
def test_what_the_builder_cannot_read_is_told(admin, fields):
    answer = admin.post("/s/forms/new", {"name": "X", "postAction": "return", "fields": fields})
    assert b"The fields cannot be read." in answer.content
    assert newest() is None


def test_the_preview_runs_nothing(admin):
    answer = admin.post("/s/forms/preview", {"fields": orjson.dumps([{"type": "freehtml", "properties": {"text": EVIL}},
                        {"type": "text", "label": EVIL, "properties": {"placeholder": EVIL}}]).decode()})  # fmt: skip
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b'placeholder="&quot;&gt;' in answer.content
    assert b"cannot be read" in admin.post("/s/forms/preview", {"fields": "nonsense"}).content


def test_the_page_of_a_form_tells_how_to_embed_it_and_what_came(admin):
    form = created(ada(), "forms", "form", {"name": EVIL, "fields": [EMAIL | {"alias": "email", "label": EVIL}]})["id"]
    page = admin.get(f"/s/forms/view/{form}").content.decode()
    assert f"/form/generate.js?id={form}" in page
    assert "<script>alert" not in page
    assert "<script>alert" not in admin.get("/s/forms").content.decode()


def test_results_are_listed_searched_exported_and_deleted(admin):
    form = created(ada(), "forms", "form", {"name": "Sign up", "fields": [EMAIL | {"alias": "email"},
                   {"type": "text", "label": "Note", "alias": "note"}]})["id"]  # fmt: skip
    submit(form, email="eve@example.com", note="=1+1")
    submit(form, email="dan@example.com", note=EVIL)
    page = admin.get(f"/s/forms/results/{form}").content.decode()
    assert "eve@example.com" in page
    assert "<script>alert" not in page
    found = admin.get(f"/s/forms/results/{form}?search=eve").content.decode()
    assert "dan@example.com" not in found
    exported = b"".join(admin.post(f"/s/forms/results/{form}/export", {"format": "csv"}).streaming_content).decode()
    head, first, second = csv.reader(io.StringIO(exported))
    assert head == ["Submission ID", "Contact ID", "Date submitted", "IP address", "Referrer", "E-mail", "Note"]
    assert first[3:] == ["127.0.0.1", "", "eve@example.com", "'=1+1"]
    book = admin.post(f"/s/forms/results/{form}/export", {"format": "xlsx", "search": "eve"})
    assert b"".join(book.streaming_content)[:2] == b"PK"
    admin.post(f"/s/forms/results/{form}/delete", {"ids": [first[0], "99999"]})
    assert rows("SELECT id FROM form_submissions") == [(int(second[0]),)]


@pytest.fixture
def answered(admin):
    form = created(ada(), "forms", "form", {"name": "Sign up", "fields": [EMAIL | {"alias": "email"},
                   {"type": "text", "label": "Note", "alias": "note"}]})["id"]  # fmt: skip
    for name, note in (("eve", "b_1"), ("dan", "A"), ("flo", "c")):
        submit(form, email=f"{name}@example.com", note=note)
    execute("UPDATE form_submissions SET date_submitted = '2026-05-02 12:00Z', referer = 'https://shop.test/' WHERE id = "
            "(SELECT min(id) FROM form_submissions)")  # fmt: skip
    return form


def listed(admin, form, query=""):
    page = admin.get(f"/s/forms/results/{form}?{query}")
    assert page.status_code == 200
    return [name[:3] for name in re.findall(r">\s*(\w+)@example.com\s*</td>", page.content.decode())]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", "flo dan eve"),
        ("contact=eve", "eve"),
        ("contact=%00EVE@", "eve"),
        ("from=2026-05-02&to=2026-05-02", "eve"),
        ("to=2026-05-01", ""),
        ("source=shop.test", "eve"),
        ("source=127.0", "flo dan eve"),
        ("answer-note=_", "eve"),
        ("answer-note=a&answer-email=DAN", "dan"),
        ("answer-nothing=x", "flo dan eve"),
        ("search=c", "flo dan eve"),
        ("sort=answer-note", "dan eve flo"),
        ("sort=-answer-note", "flo eve dan"),
        ("sort=date", "eve dan flo"),
        ("sort=contact&contact=example", "eve dan flo"),
        ("sort=id);--", "flo dan eve"),
    ],
)
def test_results_are_narrowed_and_ordered_column_by_column(admin, answered, query, names):
    assert listed(admin, answered, query) == names.split()


@pytest.mark.parametrize("sort", ["id", "-id", "date", "-date", "contact", "source", "answer-note", "-answer-note"])
def test_pages_of_results_follow_each_other_in_any_order(admin, answered, sort, monkeypatch):
    whole = listed(admin, answered, f"sort={sort}")
    monkeypatch.setattr(results, "PAGE_SIZE", 1)
    found, query = [], f"sort={sort}"
    while query:
        found += listed(admin, answered, query)
        further = re.search(
            r'href="\?([^"]*before=[^"]*)"', admin.get(f"/s/forms/results/{answered}?{query}").content.decode()
        )
        query = html.unescape(further[1]) if further else ""
    assert found == whole
    assert len(found) == 3


def test_a_day_that_is_none_is_told(admin, answered):
    for day in ("tomorrow", "2026-02-30", "9999-12-31"):
        assert admin.get(f"/s/forms/results/{answered}?to={day}").status_code in (400, 422)
    assert admin.post(f"/s/forms/results/{answered}/export", {"from": "x"}).status_code in (400, 422)


def test_what_the_list_is_narrowed_to_is_exported_and_printed(admin, answered):
    form = admin.get(f"/s/forms/results/{answered}?answer-note=c&sort=date").content.decode()
    assert '<input type="hidden" name="answer-note" value="c">' in form
    printed = admin.post(f"/s/forms/results/{answered}/export", {"format": "html", "answer-note": "c"})
    assert printed["Content-Disposition"].startswith("inline")
    text = b"".join(printed.streaming_content).decode()
    assert "flo@example.com" in text
    assert "eve@example.com" not in text
    assert rows("SELECT action FROM audit_log WHERE object = 'form' AND action = 'export'") == [("export",)]


def test_one_submission_has_a_page(admin, answered):
    number = scalar("SELECT max(id) FROM form_submissions")
    assert f"/s/forms/result/{number}" in admin.get(f"/s/forms/results/{answered}").content.decode()
    page = admin.get(f"/s/forms/result/{number}").content.decode()
    assert "flo@example.com" in page
    admin.post(f"/s/forms/results/{answered}/delete", {"ids": [number]})
    assert admin.get(f"/s/forms/result/{number}").status_code == 404
    assert admin.get("/s/forms/result/99999999999999999999").status_code == 404


def test_nobody_without_the_right_sees_any_of_it():
    client = Client()
    client.force_login(cy())
    form = created(ada(), "forms", "form", {"name": "Sign up"})["id"]
    for path in ("forms", f"forms/view/{form}", f"forms/results/{form}"):
        assert client.get(f"/s/{path}").status_code == 403
    assert client.post(f"/s/forms/results/{form}/export", {"format": "csv"}).status_code == 403
    submit(form)
    assert client.get(f"/s/forms/result/{scalar('SELECT max(id) FROM form_submissions')}").status_code == 403
