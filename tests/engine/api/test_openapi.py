"""The API's document says what the API does, no more and no less."""

import re

import pytest

from honeyguide.engine.api.openapi import document
from honeyguide.engine.api.routes import routes


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
            told = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
            assert told == set(re.findall(r"{(\w+)}", path)), path


def test_references_lead_somewhere():
    schemas = document()["components"]["schemas"]

    def walk(node):
        if isinstance(node, dict):
            if "$ref" in node:
                assert node["$ref"].rpartition("/")[2] in schemas
            for inner in node.values():
                walk(inner)
        elif isinstance(node, list):
            for inner in node:
                walk(inner)

    walk(document()["paths"])


@pytest.mark.parametrize("name", ["Stages", "Segments", "Emails"])
def test_a_resource_shows_its_declared_properties(name):
    shown = document()["components"]["schemas"][name]["properties"]
    assert {"id", "name", "isPublished", "dateAdded"} <= shown.keys()
