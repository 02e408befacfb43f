"""`/metrics` of a running server, with several processes behind it."""

import re

import httpx
import orjson
import pytest
from django.test import override_settings

from serving import Serving

TOKEN = "metrics-token-1"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("metrics")
    variables = {
        "HONEYGUIDE_METRICS_TOKEN": TOKEN,
        "HONEYGUIDE_LOG_FORMAT": "json",
        "HONEYGUIDE_WEB_PROCESSES": "2",
        "HONEYGUIDE_ADMIN_PASSWORD": "wonder-password-1",
    }
    running = Serving(folder / "data", folder / "log", **variables)
    yield running
    running.stop()


def figures(server) -> dict[str, float]:
    answer = httpx.get(f"{server.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    lines = (line.rpartition(" ") for line in answer.text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


def test_requests_of_all_processes_are_counted_once(server):
    for _ in range(40):
        httpx.get(f"{server.url}/api/contacts")
    found = figures(server)
    assert found['honeyguide_request_seconds_count{area="api",method="GET",route="none",status="4xx"}'] == 40
    assert found['honeyguide_request_seconds_bucket{area="api",le="+Inf",method="GET",route="none",status="4xx"}'] == 40
    assert 0 < found['honeyguide_request_seconds_sum{area="api",method="GET",route="none",status="4xx"}'] < 40
    areas = {re.search(r'area="([^"]*)"', name)[1] for name in found if "area=" in name}
    httpx.get(f"{server.url}/never/seen/before")
    httpx.request("STRANGE", f"{server.url}/never/seen/either")
    later = {re.search(r'area="([^"]*)"', name)[1] for name in figures(server) if "area=" in name}
    assert later - areas <= {"other"}


def test_routes_are_those_that_are_declared(server):
    for path in ("/ready", "/s/login", "/s/login?next=x", "/s/nowhere/5", "/some/landing/page", "/r/" + "a" * 25):
        httpx.get(f"{server.url}{path}")
    routes = {re.search(r'route="([^"]*)"', name)[1] for name in figures(server) if "route=" in name}
    assert {"/ready", "/s/login"} <= routes
    assert not [route for route in routes if "nowhere" in route or "landing" in route or "aaa" in route]


def test_the_work_that_waits_is_told(server):
    found = figures(server)
    assert found["honeyguide_up"] == 1
    assert found["honeyguide_database_bytes"] > 1_000_000
    assert found['honeyguide_waiting{queue="emails"}'] == 0
    assert found['honeyguide_waiting{queue="webhooks"}'] == 0
    assert found["honeyguide_senders"] >= 0


@pytest.mark.parametrize("given", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer žluť".encode()}])
def test_only_the_token_lets_in(server, given):
    assert httpx.get(f"{server.url}/metrics", headers=given).status_code == 401


def test_requests_have_names_and_the_log_is_json(server):
    assert httpx.get(f"{server.url}/health", headers={"X-Request-ID": "mine-1"}).headers["X-Request-ID"] == "mine-1"
    lines = [line for line in server.said().splitlines() if line.startswith("{")]
    assert any("worker runs" in orjson.loads(line)["message"] for line in lines)


def test_without_a_token_it_is_not_there(client):
    with override_settings(METRICS_TOKEN=""):
        assert client.get("/metrics").status_code == 404
