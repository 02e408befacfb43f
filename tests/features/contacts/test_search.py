import pytest

from honeyguide.engine.resource.search import compile_search
from honeyguide.engine.sql import rows
from honeyguide.features.contacts import search
from honeyguide.features.contacts.services import create_contact
from people import ada

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    boss = ada()
    create_contact({"firstname": "Main", "lastname": "Contact", "email": "main@x.test", "city": "Boston", "tags": "alpha",
                    "company": "Acme", "owner": boss.pk, "ipAddress": "192.0.2.7", "points": 33}, by=boss)  # fmt: skip
    create_contact({"firstname": "Second", "email": "second@x.test", "tags": "alpha"}, by=boss)
    create_contact({}, by=boss)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ["", "Main", "Second"]),
        ("mai", ["Main"]),
        ("ain", []),
        ("%ain", ["Main"]),
        ("main boston", ["Main"]),
        ("main second", []),
        ("+mai", []),
        ("+main", ["Main"]),
        ("email:main@x.test", ["Main"]),
        ("!email:main@x.test", ["Second"]),
        ("is:anonymous", [""]),
        ("!is:anonymous", ["Main", "Second"]),
        ("is:mine", ["Main"]),
        ("is:unowned", ["", "Second"]),
        ("tag:alpha", ["Main", "Second"]),
        ("city:bos", ["Main"]),
        ("company:ac", ["Main"]),
        ('name:"main con"', ["Main"]),
        ("owner:ada", ["Main"]),
        ("ip:192.0", ["Main"]),
        ("points:33", ["Main"]),
        ("nosuch:value", []),
        ("!is:published", []),
        ("x' or '1'='1", []),
        ("segment:vips", []),
        ("common:a+b", []),
        ("email_pending:1", []),
        ("email_sent:x", []),
        ("import_id:5", []),
        ("stage:new", []),
        ("ids:0,99999999999999999999", []),
        ("_ain", []),
    ],
)
def test_search(people, text, names):
    where = compile_search(text, lambda term: search.meaning(term, user=ada()))
    found = rows(
        f"SELECT coalesce(fields ->> 'firstname', '') FROM contacts WHERE {where.text} ORDER BY 1", where.params
    )
    assert [name for (name,) in found] == names
    assert search.total(where) == len(names)


def test_columns_are_known_by_both_spellings():
    known = search.columns()
    assert known["dateAdded"] == known["date_added"]
    assert known["city"].sql == "(contacts.fields ->> 'city')"
    assert known["last_active"].kind == "datetime"
