"""Schemathesis makes calls from the document, right and wrong ones, to a live server, and compares each answer with it.

`make fuzz` makes many more of them than `make test`.
"""

import base64
import os

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from pytest_django.live_server_helper import LiveServer
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bodies import BODIES, least
from calls import created
from honeyguide.engine import config
from honeyguide.engine.api.openapi import document
from honeyguide.engine.api.routes import resources
from people import PASSWORD, ada

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "1"))  # per operation and mode
PARTS = 4
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = [(method, path) for path, operations in document()["paths"].items() for method in operations]
HIDDEN = {
    "/api/users/{id}/delete",
    "/api/users/batch/delete",
    "/api/users/{id}/edit",
    "/api/users/batch/edit",
}  # Ada stays


@pytest.fixture
def server(settings, transactional_db):
    """A live server with an item of each resource."""
    settings.STATIC_URL = settings.MEDIA_URL = "/nothing/"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    config.set_value("api_enabled", True)
    config.set_value("api_enable_basic_auth", True)
    config.set_value("api_rate_limiter_limit", 0)
    for name in BODIES:
        created(ada(), name, resources()[name].one, least(name))
    server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.mark.parametrize("part", range(PARTS))
def test_what_it_answers_is_what_the_document_says(server, part):
    schema = schemathesis.openapi.from_dict(document())
    schema.config.base_url = server.url
    secret = base64.b64encode(f"ada:{PASSWORD}".encode()).decode()
    complaints = []
    for method, path in OPERATIONS[part::PARTS]:
        if path in HIDDEN:
            continue
        operation = schema[path][method.upper()]
        for mode in GenerationMode.POSITIVE, GenerationMode.NEGATIVE:
            complaints += complaints_about(operation, mode, secret)
    assert complaints == [], "\n\n".join(complaints)


def complaints_about(operation, mode, secret) -> list[str]:
    """What is wrong with the operation's answers, shrunk to the least call that shows it."""

    @seed(20)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case):
        case.headers = {**(case.headers or {}), "Authorization": f"Basic {secret}"}
        answer = case.call_and_validate(checks=CHECKS)
        # the only one that the contract asks for, and so the only one in the document
        assert answer.status_code < 500 or "entities are supported at a time" in answer.text

    try:
        ask()
    except Unsatisfiable:
        return []  # nothing wrong can be sent to it
    except FailureGroup as found:
        said = "; ".join(str(failure).replace("\n", " ") for failure in found.exceptions)
        return [f"{operation.method.upper()} {operation.path} ({mode.value}): {said[:1500]}"]
    return []
