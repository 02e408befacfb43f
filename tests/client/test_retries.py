"""What is tried again, and what never twice, against a server that answers as it is told."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from honeyguide.client import Bearer, ConnectionFailed, Honeyguide, HoneyguideError, Invalid, RateLimited, ServerError
from honeyguide.client import connection as connection_module

OK = (200, {}, {"tag": {"id": 1}})
CLOSE = None


@pytest.fixture
def waits(monkeypatch):
    """The seconds that were waited; nobody waits them."""
    found = []
    monkeypatch.setattr(connection_module.time, "sleep", found.append)
    return found


@pytest.fixture
def script(waits):
    """script(answers..., **options) -> a client of a server that gives these answers, and the calls the server had."""
    servers = []

    def serve(*answers, **options):
        left, calls = list(answers), []

        class Answering(BaseHTTPRequestHandler):
            def answer(self):
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                calls.append((self.command, self.headers.get("Idempotency-Key")))
                told = left.pop(0)
                if told is CLOSE:
                    self.close_connection = True
                    return
                status, headers, body = told
                raw = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in {"Content-Length": str(len(raw)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(raw)

            do_GET = do_POST = do_PATCH = do_DELETE = answer

            def log_message(self, *_):
                pass

        server = HTTPServer(("127.0.0.1", 0), Answering)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        client = Honeyguide(f"http://127.0.0.1:{server.server_port}", Bearer("t"), **options)
        servers.append((server, client))
        return client, calls

    yield serve
    for server, client in servers:
        client.close()
        server.shutdown()
        server.server_close()


def test_reads_are_tried_again(script, waits):
    api, calls = script((503, {}, {}), CLOSE, OK)
    assert api.tags.get(1) == {"id": 1}
    assert len(calls) == 3
    assert len(waits) == 2
    assert waits[1] > waits[0] / 3  # it grows, apart from chance


def test_the_servers_wish_is_granted_up_to_a_minute(script, waits):
    api, _ = script((429, {"Retry-After": "7"}, {}), (429, {"X-RateLimit-Reset": "99999999999"}, {}), OK)
    api.tags.get(1)
    assert waits == [7.0, 60.0]


def test_a_write_that_may_have_happened_is_not_repeated(script):
    api, calls = script(CLOSE)
    with pytest.raises(ConnectionFailed):
        api.tags.create({"tag": "x"})
    assert len(calls) == 1
    api, calls = script((502, {}, {}))
    with pytest.raises(ServerError):
        api.tags.create({"tag": "x"})
    assert len(calls) == 1


def test_a_write_that_was_not_begun_is(script):
    api, calls = script((429, {}, {}), (503, {}, {}), OK)
    api.tags.create({"tag": "x"})
    assert [method for method, _ in calls] == ["POST"] * 3


def test_with_retry_writes_the_same_write_is_sent_under_one_key(script):
    api, calls = script(CLOSE, (502, {}, {}), OK, OK, retry_writes=True)
    api.tags.create({"tag": "x"})
    assert len({key for _, key in calls}) == 1
    api.tags.create({"tag": "x"})
    assert len({key for _, key in calls}) == 2


def test_in_the_end_it_fails(script):
    limited = (429, {}, {"errors": [{"code": 429, "message": "Too much."}]})
    api, calls = script(limited, limited, retries=1)
    with pytest.raises(RateLimited, match="Too much"):
        api.tags.get(1)
    assert len(calls) == 2


def test_wrong_input_is_not_sent_again(script):
    api, calls = script((422, {}, {"errors": [{"message": "no", "details": {"tag": ["no"]}}]}))
    with pytest.raises(Invalid):
        api.tags.create({})
    assert len(calls) == 1


def test_a_page_that_is_no_api_says_so(script):
    api, _ = script((200, {}, b"<html>"))
    with pytest.raises(HoneyguideError, match="no JSON"):
        api.tags.get(1)


def test_nobody_there(waits):
    with Honeyguide("http://127.0.0.1:9", Bearer("t"), retries=2) as api, pytest.raises(ConnectionFailed):
        api.tags.create({"tag": "x"})
    assert len(waits) == 2
