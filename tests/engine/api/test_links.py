"""Lists tell where they go on, and strict clients what would be ignored."""

import base64

import pytest

import people
from honeyguide.engine import config
from honeyguide.features.stages import Stage


@pytest.fixture
def get(db, client):
    config.set_value("api_enabled", True)
    config.set_value("api_enable_basic_auth", True)
    secret = base64.b64encode(f"{people.ada().username}:{people.PASSWORD}".encode()).decode()
    return lambda path, **more: client.get(path, headers={"Authorization": f"Basic {secret}", **more})


def relations(answer):
    parts = [part.split("; ") for part in answer.headers["Link"].split(", ")]
    return {relation[5:-1]: link[1:-1] for link, relation in parts}


def test_a_list_can_be_walked_by_its_links(get):
    Stage.objects.bulk_create(Stage(name=f"Stage {n}") for n in range(7))
    path, met = "/api/stages?limit=3&orderBy=id", []
    while path:
        answer = get(path)
        met += [stage["name"] for stage in answer.json()["stages"]]
        path = relations(answer).get("next")
    assert met == [f"Stage {n}" for n in range(7)]


def test_links_keep_the_other_parameters_and_no_token(get):
    Stage.objects.bulk_create(Stage(name=f"Stage {n}") for n in range(7))
    found = relations(get("/api/stages?limit=3&start=3&search=stage"))
    assert found["prev"] == "/api/stages?limit=3&start=0&search=stage"
    assert found["last"] == "/api/stages?limit=3&start=6&search=stage"


@pytest.mark.parametrize(
    "query",
    ["where[0][col]=id&where[0][expr]=nosuch&where[0][val]=1", "publishedOnly=1",
     "where[0][col]=id&where[0][expr]=between&where[0][val]=1"],
)  # fmt: skip
def test_what_is_ignored_is_an_error_to_a_strict_client(get, query):
    assert get(f"/api/stages?{query}").status_code == 200
    assert get(f"/api/stages?{query}", Prefer="handling=strict").status_code == 400
