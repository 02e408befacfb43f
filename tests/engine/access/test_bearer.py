"""Calls by bearer token: where it may stand, whose it is, what it may do, what it costs."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import people
from honeyguide.engine import config
from honeyguide.engine.access import authentication, tokens
from honeyguide.engine.access.models import AccessToken, RateLimit
from honeyguide.features.clients.services import create_client

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def _api_is_on():
    config.set_value("api_enabled", True)
    authentication.forget()
    yield
    authentication.forget()


@pytest.fixture
def client_row():
    return create_client(name="App", redirect_text="https://app.example/", by=people.ada())[0]


@pytest.fixture
def token(client_row):
    return tokens.issue(client_id=client_row.pk, user_id=people.ada().pk, seconds=3600)


def get(token, path="/api/users/self", **options):
    return Client().get(path, headers={"Authorization": f"Bearer {token}"}, **options)


def send(method, path, token, body=b"{}"):
    headers = {"Authorization": f"Bearer {token}"}
    return Client().generic(method, path, body, content_type="application/json", headers=headers)


def error(answer):
    only = answer.json()["errors"][0]
    return answer.status_code, only["message"], only["type"]


UNKNOWN = (401, "The access token provided is invalid.", "invalid_grant")


def test_in_the_header_in_any_case(token):
    assert get(token).json()["username"] == "ada"
    assert Client().get("/api/users/self", headers={"Authorization": f"bEARER  {token} "}).status_code == 200


def test_in_the_query_which_repeats_it_nowhere(token):
    answer = Client().get("/api/stages", {"access_token": token, "limit": "1"})
    assert answer.status_code == 200
    lost = Client().get("/api/nothing", {"a": "1", "access_token": token})
    assert error(lost) == (404, "Requested URL not found: /api/nothing?a=1", None)
    people.bo()
    people.cy()
    listed = Client().get("/api/users", {"access_token": token, "limit": "1"})
    assert token not in str(dict(listed.headers)) + listed.content.decode()


def test_in_a_form(token):
    body = urlencode({"access_token": token, "name": "By form"})
    answer = Client().post("/api/stages/new", body, content_type=FORM, headers={"Prefer": "handling=strict"})
    assert answer.status_code == 201, answer.content
    assert answer.json()["stage"]["createdByUser"] == "ada Admin".title()


def test_json_is_no_form(token):
    answer = Client().post("/api/stages/new", {"access_token": token}, content_type="application/json")
    assert answer.status_code == 401


@pytest.mark.parametrize("places", ["header query", "header form", "query form", "query query"])
def test_not_in_two_places(token, places):
    query = "&".join(f"access_token={token}" for place in places.split() if place == "query")
    body = f"access_token={token}" if "form" in places else ""
    headers = {"Authorization": f"Bearer {token}"} if "header" in places else {}
    answer = Client().post(f"/api/stages/new?{query}", body, content_type=FORM, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["type"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "change", [lambda t: t + "x", lambda t: t[:-1], str.swapcase, lambda t: "", lambda t: "é\x00" * 9]
)
def test_unknown(token, change):
    assert error(get(change(token).encode().decode("latin-1"))) == UNKNOWN


def test_what_is_stored_is_no_token(token):
    kept = bytes(AccessToken.objects.get().digest)
    assert error(get(kept.hex())) == UNKNOWN


def test_expired(token):
    AccessToken.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    assert error(get(token)) == (401, "The access token provided has expired.", "invalid_grant")
    AccessToken.objects.update(expires_at=timezone.now() - timedelta(days=2))
    assert tokens.forget_expired() == 1
    assert error(get(token)) == UNKNOWN


@pytest.mark.parametrize("who", ["user", "client"])
def test_who_is_switched_off_is_out(token, client_row, who):
    assert get(token).status_code == 200
    off = people.ada() if who == "user" else client_row
    off.is_published = False
    off.save()
    assert error(get(token)) == UNKNOWN


def test_a_client_that_acts_for_itself_has_a_name_and_no_id(client_row):
    token = tokens.issue(client_id=client_row.pk, user_id=None, seconds=3600)
    me = get(token).json()
    assert (me["username"], me["firstName"], me["lastName"]) == (f"App [{client_row.pk}]", "App", f"[{client_row.pk}]")
    assert "id" not in me
    assert me["role"]["isAdmin"] is True


def test_every_list_answers_a_client_that_acts_for_itself(client_row):
    from honeyguide.engine.api.routes import routes

    token = tokens.issue(client_id=client_row.pk, user_id=None, seconds=3600)
    for route in routes():
        if route.method == "GET" and "{" not in route.path:
            assert get(token, f"/api/{route.path}").status_code < 500, route.path


def test_a_client_without_a_role_may_not_act_for_itself(client_row):
    token = tokens.issue(client_id=client_row.pk, user_id=None, seconds=3600)
    client_row.role = None
    client_row.save()
    assert error(get(token)) == UNKNOWN


def test_a_call_costs_one_statement_to_sign_in(token):
    get(token)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        get(token)
    about = [query["sql"] for query in seen if "access_tokens" in query["sql"] or "users" in query["sql"]]
    assert len(about) == 1


def test_calls_are_counted_per_token(token, client_row):
    config.set_value("api_rate_limiter_limit", 2)
    other = tokens.issue(client_id=client_row.pk, user_id=people.ada().pk, seconds=3600)
    assert [get(token).status_code for _ in range(3)] == [200, 200, 429]
    assert get(other).status_code == 200
    assert token not in "".join(RateLimit.objects.values_list("credential", flat=True))


def test_personal_tokens_reach_as_far_as_their_scopes(client_row):
    bo = people.bo()
    reads = tokens.issue_personal(bo, name="Reports", scopes="read", lifetime=None)
    writes = tokens.issue_personal(bo, name="Import", scopes="write", lifetime=timedelta(days=1))
    both = tokens.issue_personal(bo, name="All", scopes="read write", lifetime=timedelta(days=1))
    assert reads.startswith("hgp_")
    assert get(reads).json()["username"] == "bo"
    assert error(send("POST", "/api/contacts/new", reads))[0::2] == (403, "insufficient_scope")
    assert error(send("DELETE", "/api/contacts/1/delete", reads))[0] == 403
    assert error(get(writes))[0] == 403
    assert send("POST", "/api/contacts/new", writes).status_code == 201
    assert get(both).status_code == 200
    assert send("POST", "/api/contacts/new", both).status_code == 201


def test_another_verb_in_a_header_widens_no_scope(client_row):
    reads = tokens.issue_personal(people.bo(), name="Reports", scopes="read", lifetime=None)
    headers = {"Authorization": f"Bearer {reads}", "X-HTTP-Method-Override": "GET"}
    assert Client().post("/api/contacts/new", {}, headers=headers).status_code == 403
    headers["X-HTTP-Method-Override"] = "POST"
    assert Client().get("/api/contacts/new", headers=headers).status_code != 201
