"""Headers that are not quite Basic authentication."""

import base64

import pytest
from django.test import Client

from honeyguide.engine import config
from people import PASSWORD, ada

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def api_is_on():
    config.set_value("api_enabled", True)
    config.set_value("api_enable_basic_auth", True)


def status(header, path="/api/users/self"):
    return Client().get(path, headers={"Authorization": header}).status_code


def encoded(text):
    return base64.b64encode(text.encode()).decode()


def test_the_scheme_is_read_in_any_case():
    ada()
    assert status(f"bAsIc {encoded(f'ada:{PASSWORD}')}") == 200
    assert status(f"Basic   {encoded(f'ADA:{PASSWORD}')}") == 200


@pytest.mark.parametrize(
    "header",
    ["", "Basic", "Basic !", "Basic é", "Basic " + encoded("nocolon"), "Basic /w==", "Basic " + encoded("ada\x00:x"),
     "Basic " + encoded(f"ada:{PASSWORD}\x00"), "Basic " + encoded("ada:"), "Basic " + encoded(":"), "Digest x",
     "Basic " + encoded("a" * 5_000 + ":x"), "Basic " + encoded("' OR 1=1 --:x"), "Bearer x", "Bearer"],
)  # fmt: skip
def test_anything_else_is_not_signed_in(header):
    ada()
    assert status(header) == 401


def test_a_token_in_two_places_is_told():
    answer = Client().get("/api/users/self?access_token=a", headers={"Authorization": "Bearer b"})
    assert answer.status_code == 400
