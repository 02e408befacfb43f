"""A client that talks to a real server, as Ada."""

import pytest

import people
from honeyguide.client import Basic, Honeyguide
from honeyguide.engine import config


@pytest.fixture
def site(live_server, transactional_db):
    people.ada()
    config.set_value("api_enabled", True)
    config.set_value("api_enable_basic_auth", True)
    return live_server.url


@pytest.fixture
def api(site):
    with Honeyguide(site, Basic("ada", people.PASSWORD)) as client:
        yield client
