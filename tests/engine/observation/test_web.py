"""Requests get names, and the log tells them."""

import logging

import orjson
import pytest

from honeyguide.engine.observation.logs import JsonLines
from honeyguide.engine.observation.web import area_of, named


def line(text, *, error=None):
    record = logging.LogRecord("x", logging.INFO, "f", 1, text, (), error and (type(error), error, None))
    return orjson.loads(JsonLines().format(record))


def called(given=""):
    """What the log said within a request, and the header of its answer."""
    said, headers = [], {}

    def application(environ, start_response):
        said.append(line("hello"))
        start_response("200 OK", [("A", "b")])
        return [b""]

    environ = {"PATH_INFO": "/", "REQUEST_METHOD": "GET", "HTTP_X_REQUEST_ID": given}
    named(application)(environ, lambda status, pairs: headers.update(pairs))
    return said[0], headers


def test_a_request_has_a_name_of_its_own():
    said, headers = called()
    assert said["request"] == headers["X-Request-ID"]
    assert headers["A"] == "b"
    assert called()[1]["X-Request-ID"] != headers["X-Request-ID"]
    assert "request" not in line("afterwards")


@pytest.mark.parametrize(
    ("given", "is_kept"), [("abc-1.2", True), ("a b", False), ("x" * 101, False), ("a\r\nb: c", False)]
)
def test_the_callers_name_is_kept_when_it_is_one(given, is_kept):
    said, headers = called(given)
    assert (headers["X-Request-ID"] == given) is is_kept
    assert said["request"] == headers["X-Request-ID"]


def test_a_line_is_one_object_with_its_trace():
    told = line('two\nlines "here"', error=ValueError("wrong"))
    assert told["message"] == 'two\nlines "here"'
    assert (told["level"], told["logger"]) == ("INFO", "x")
    assert "ValueError: wrong" in told["trace"]


@pytest.mark.parametrize(
    ("path", "area"),
    [
        ("/api/contacts", "api"),
        ("/s/login", "s"),
        ("/mtc.js", "mtc.js"),
        ("/anything/api", "other"),
        ("/", "other"),
        ("", "other"),
    ],
)
def test_addresses_have_few_areas(path, area):
    assert area_of(path) == area
