"""Traces reach a collector, which here is a receiver of our own that reads the standard's format."""

import asyncio
import os
import subprocess
import sys

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from honeyguide.engine import config
from honeyguide.engine.events import Consumer, EventType, New, append, consume
from honeyguide.engine.jobs import runner
from honeyguide.engine.observation import traces
from honeyguide.engine.observation.web import traced
from honeyguide.engine.outbound.client import Client, Unreachable
from http_receiver import Receiver
from serving import Serving, wait_for

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
PASSWORD = "wonder-password-1"


@pytest.fixture
def receiver(settings, monkeypatch):
    with Receiver() as receiver:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{receiver.port}")
        settings.TRACES = "on"
        traces.begin("test")
        yield receiver
        traces.end()


def told(receiver):
    """The spans that arrived, as (name, attributes, span), and the resource's attributes."""
    spans, about = [], {}
    for call in receiver.calls:
        assert call.path == "/v1/traces"
        read = ExportTraceServiceRequest.FromString(call.body)
        for resource in read.resource_spans:
            about |= _attributes(resource.resource.attributes)
            for scope in resource.scope_spans:
                spans += [(span.name, _attributes(span.attributes), span) for span in scope.spans]
    return spans, about


def _attributes(given):
    return {one.key: one.value.string_value or one.value.int_value for one in given}


def finished(receiver):
    traces.end()
    return told(receiver)


def test_a_request_is_a_span_in_its_callers_trace(receiver):
    def application(environ, start_response):
        environ["honeyguide.route"] = "/api/contacts/{id}"
        with traces.span("inside"):
            start_response("404 Not Found", [])
        return [b""]

    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/api/contacts/7", "HTTP_TRACEPARENT": CALLER}
    traced(application)(environ, lambda *_: None)
    spans, about = finished(receiver)
    (inside, _, child), (name, attributes, span) = spans
    assert (name, inside) == ("GET /api/contacts/{id}", "inside")
    assert attributes == {
        "http.request.method": "GET", "http.route": "/api/contacts/{id}", "http.response.status_code": 404,
    }  # fmt: skip
    assert span.trace_id.hex() == CALLER.split("-")[1] == child.trace_id.hex()
    assert (span.parent_span_id.hex(), child.parent_span_id) == (CALLER.split("-")[2], span.span_id)
    assert about["service.name"] == "honeyguide"


def test_addresses_are_never_told(receiver):
    environ = {"REQUEST_METHOD": "EVIL", "PATH_INFO": "/email/secret.gif", "QUERY_STRING": "token=secret"}
    traced(lambda environ, start: (start("200 OK", []), [])[1])(environ, lambda *_: None)
    finished(receiver)
    assert receiver.calls
    assert not [call for call in receiver.calls if b"secret" in call.body or b"EVIL" in call.body]


def test_calls_to_other_systems_are_told_with_what_became_of_them(receiver, monkeypatch):
    monkeypatch.setattr(config, "get", lambda name: ["127.0.0.0/8"])

    async def call(url):
        async with Client() as client:
            await client.send("POST", url)

    with Receiver() as other:
        asyncio.run(call(f"{other.url}?key=secret"))
    with pytest.raises(Unreachable):
        asyncio.run(call("ftp://x.test/"))
    spans, _ = finished(receiver)
    (name, attributes, _), (_, failed, span) = spans
    assert name == "call POST"
    expected = {"http.request.method": "POST", "server.address": "127.0.0.1", "http.response.status_code": 200}
    assert attributes == expected
    assert "http.response.status_code" not in failed
    assert span.status.code == span.status.STATUS_CODE_ERROR


@pytest.mark.django_db(transaction=True)
def test_readers_of_the_log_and_jobs_are_told(receiver):
    append(New(EventType.PAGE_HIT), New(EventType.PAGE_HIT))
    consume(Consumer("counting", lambda events: None, frozenset({EventType.PAGE_HIT})))
    from honeyguide.features.reports.jobs import plan_reports

    plan_reports.defer(timestamp=0)
    assert runner.run_due() == 1
    spans = {name: attributes for name, attributes, _ in finished(receiver)[0]}
    assert spans["read counting"]["honeyguide.events"] == 2
    assert "job honeyguide.features.reports.jobs.plan_reports" in spans


def test_off_costs_nothing():
    assert traces.span("a") is traces.span("b", {"x": 1}, kind="SERVER")
    with traces.span("a") as span:
        span.set_attribute("x", 1)
    traces.tell("a", 0)
    program = "import django; django.setup(); import honeyguide.wsgi, sys; print('opentelemetry' in sys.modules)"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "honeyguide.settings", "OTEL_EXPORTER_OTLP_ENDPOINT": ""}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_without_the_sdk_the_log_says_what_is_missing(settings, monkeypatch, caplog):
    settings.TRACES = "http://collector:4318"
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    traces.begin("test")
    assert "pip install 'honeyguide[traces]'" in caplog.text
    assert traces.span("a") is traces.span("b")


def test_a_running_server_tells_of_its_requests_and_of_the_work_behind_them(tmp_path):
    with Receiver() as receiver:
        variables = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{receiver.port}",
            "OTEL_BSP_SCHEDULE_DELAY": "200",
            "OTEL_SERVICE_NAME": "marketing",
            "HONEYGUIDE_WEB_PROCESSES": "2",
            "HONEYGUIDE_ADMIN_PASSWORD": PASSWORD,
            "HONEYGUIDE_CONFIG_API_ENABLED": "yes",
            "HONEYGUIDE_CONFIG_API_ENABLE_BASIC_AUTH": "yes",
        }
        server = Serving(tmp_path / "data", tmp_path / "log", **variables)
        try:
            api = httpx.Client(base_url=f"{server.url}/api", auth=("admin", PASSWORD))
            assert api.post("/contacts/new", json={"email": "ann@x.test"}).status_code == 201
            for _ in range(10):
                assert api.get("/contacts/999999").status_code == 404
            wanted = {"POST /api/contacts/new", "GET /api/contacts/{id}"}

            def names():
                return {name for name, _, _ in told(receiver)[0]}

            wait_for(lambda: wanted <= names() and any(name.startswith("read ") for name in names()))
        finally:
            server.stop()
        assert told(receiver)[1]["service.name"] == "marketing"
