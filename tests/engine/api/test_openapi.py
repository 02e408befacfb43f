"""The API's document says what the API does, no more and no less."""

import re

import jsonschema_rs
import pytest

from bodies import REFERRED, least, with_references
from calls import call, created
from honeyguide.engine.api.openapi import document
from honeyguide.engine.api.routes import resources, routes
from people import ada

# Their examples name what no call of the API can make.
NOT_THERE = {
    ("POST", "contacts/{id}/utm/{utm_id}/remove"),
    ("POST", "emails/reply/{tracking_hash}"),
    ("DELETE", "files/{dir}/{file}/delete"),
    ("GET", "forms/{form_id}/submissions/{submission_id}"),
    ("PUT", "campaigns/events/{event_id}/contact/{contact_id}/edit"),
    ("GET", "themes/{theme}"),  # a file
    ("DELETE", "themes/{theme}/delete"),
}
WITH_ITEMS = {name: r for name, r in resources().items() if "new" in r.standard}


def test_it_is_served_to_anyone(client):
    answer = client.get("/api/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"] == "3.1.0"


def test_it_has_every_route_and_no_other():
    told = {(method.upper(), path) for path, operations in document()["paths"].items() for method in operations}
    assert told == {(route.method, f"/api/{route.path}") for route in routes()}


def test_operations_have_names_of_their_own():
    names = [o["operationId"] for operations in document()["paths"].values() for o in operations.values()]
    assert len(names) == len(set(names))


def test_every_parameter_of_a_path_is_told():
    for path, operations in document()["paths"].items():
        for operation in operations.values():
            told = {p["name"] for p in operation["parameters"] if p.get("in") == "path"}
            assert told == set(re.findall(r"{(\w+)}", path)), path


def test_references_lead_somewhere():
    def walk(node):
        if isinstance(node, dict):
            if "$ref" in node:
                found = document()
                for part in node["$ref"].removeprefix("#/").split("/"):
                    found = found[part]
            for inner in node.values():
                walk(inner)
        elif isinstance(node, list):
            for inner in node:
                walk(inner)

    walk(document())


@pytest.mark.parametrize("name", ["Stages", "Segments", "Emails"])
def test_a_resource_shows_its_declared_properties(name):
    shown = document()["components"]["schemas"][name]["properties"]
    assert {"id", "name", "isPublished", "dateAdded"} <= shown.keys()


def test_every_action_says_what_it_takes_and_answers():
    """Each parameter of a path that is no id has words and an example, and each answer in JSON a shape."""
    for route in [r for r in routes() if r.action]:
        given = {g.name for g in route.action.takes if g.place == "path" and g.example is not None and g.text}
        wanted = {n for n in re.findall(r"{(\w+)}", route.path) if n != "id" and not n.endswith("_id")}
        assert wanted == given, route.path
        assert route.action.summary, route.path
        assert route.action.gives or route.action.media != "application/json", route.path


def fits(schema, value):
    """Whether the value is as the document's schema says."""
    jsonschema_rs.validator_for({**schema, "components": document()["components"]}).validate(value)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(WITH_ITEMS))
def test_examples_work_and_answers_have_the_told_shape(name):
    resource = WITH_ITEMS[name]
    ids = None
    if other := REFERRED.get(name):
        ids = created(ada(), other, resources()[other].one, least(other))["id"]
    paths = document()["paths"]
    told = paths[f"/api/{name}/new"]["post"]
    content = told["requestBody"]["content"]["application/json"]
    body = with_references(content["example"], ids)
    if name == "users":
        body["role"] = ada().role_id
    fits(content["schema"], body)
    reply = call(ada(), "POST", f"{name}/new", body)
    assert reply.status == 201, reply.body
    answer = told["responses"]["201"]["content"]["application/json"]
    fits(answer["schema"], reply.body)
    if "example" in answer:
        repeated = {k: v for k, v in answer["example"][resource.one].items() if k != "id"}
        assert {k: reply.body[resource.one][k] for k in repeated} == repeated
    number = reply.body[resource.one]["id"]
    for method, path, sent in (
        ("GET", name, None),
        ("GET", f"{name}/{number}", None),
        ("PATCH", f"{name}/{number}/edit", {}),
        ("PATCH", f"{name}/batch/edit", [{"id": number}]),
        ("DELETE", f"{name}/{number}/delete", None),
        ("DELETE", f"{name}/batch/delete", None),
    ):
        reply = call(ada(), method, path, sent)
        template = f"/api/{path}".replace(f"/{number}", "/{id}")
        told = paths[template][method.lower()]["responses"]["200"]
        assert reply.status == 200, reply.body
        fits(told["content"]["application/json"]["schema"], reply.body)


@pytest.mark.django_db
def test_what_actions_answer_has_the_told_shape():
    """With the examples of the document, on items that are there; what is not there is refused as the document says."""
    ids = {name: created(ada(), name, r.one, least(name))["id"] for name, r in WITH_ITEMS.items()}
    done = set()
    for route in [r for r in routes() if r.action and not r.action.file]:
        given = {g.name: g for g in route.action.takes}

        def value(match, route=route, given=given):
            name = match.group(1)
            if name in given:
                return str(given[name].example)
            many = {"company_id": "companies", "group_id": "points/groups"}.get(name, f"{name.removesuffix('_id')}s")
            return str(ids.get(route.resource.name if name == "id" else many, ids.get(route.resource.name, 1)))

        path = re.sub(r"{(\w+)}", value, route.path)
        queries = [g for g in given.values() if g.place == "query" and g.example]
        query = "&".join(f"{g.name}[]=1" if g.kind == "ids" else f"{g.name}={g.example}" for g in queries)
        body = {g.name: g.example for g in given.values() if g.place == "body" and g.example is not None}
        reply = call(ada(), route.method, f"{path}?{query}", body) if route.action.media == "application/json" else None
        if reply is None:
            continue
        told = document()["paths"][f"/api/{route.path}"][route.method.lower()]["responses"]
        assert str(reply.status) in told, (route.path, reply.status, reply.body)
        fits(told[str(reply.status)]["content"]["application/json"]["schema"], reply.body)
        if reply.status == route.action.status:
            done.add((route.method, route.path))
    refused = {(r.method, r.path) for r in routes() if r.action and not r.action.file} - done
    assert refused == NOT_THERE
