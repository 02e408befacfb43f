"""Entries of a batch with one id, one after the other; paths that end with a slash."""

import pytest

from calls import call, created
from people import ada

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage():
    return created(ada(), "stages", "stage", {"name": "MQL", "weight": 1})["id"]


def edit(*entries):
    return call(ada(), "PATCH", "stages/batch/edit", list(entries)).body


def stored(number):
    shown = call(ada(), "GET", f"stages/{number}").body["stage"]
    return shown["name"], shown["weight"], shown["description"]


def test_a_refused_entry_leaves_nothing_to_the_next(stage):
    refused = {"id": stage, "name": "", "description": "refused"}
    assert edit(refused, {"id": stage, "weight": 5})["statusCodes"] == [400, 200]
    assert stored(stage) == ("MQL", 5, None)


def test_the_next_entry_builds_on_the_one_before(stage):
    assert edit({"id": stage, "name": "SQL"}, {"id": stage, "weight": 5})["statusCodes"] == [200, 200]
    assert stored(stage) == ("SQL", 5, None)


@pytest.mark.parametrize(("path", "one"), [("contacts", "contact"), ("companies", "company")])
def test_so_do_contacts_and_companies(path, one):
    name, other = ("firstname", "lastname") if one == "contact" else ("companyname", "companycity")
    made = created(ada(), path, one, {name: "x", other: "y"})["id"]
    body = call(ada(), "PATCH", f"{path}/batch/edit", [{"id": made, name: "a"}, {"id": made, other: "b"}]).body
    assert body["statusCodes"] == [200, 200]
    shown = call(ada(), "GET", f"{path}/{made}").body[one]["fields"]["all"]
    assert (shown[name], shown[other]) == ("a", "b")


@pytest.mark.parametrize("path", ["stages/%C3%A9/", "stages/%3Fx/?a=%2F", "stages//?x=/"])
def test_a_slash_leads_to_the_same_path_without_it(path, client):
    target = client.get(f"/api/{path}").headers["Location"].partition("testserver")[2]
    before, mark, query = path.partition("?")
    assert target == f"/api/{before.rstrip('/')}{mark}{query}"
