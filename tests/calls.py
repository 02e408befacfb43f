"""API calls as a client makes them: `answer = call(ada(), "POST", "points/new", {"name": "Opens"})`."""

import base64
from typing import Any, NamedTuple

import orjson
from django.test import Client

from honeyguide.engine import config
from people import PASSWORD


class Reply(NamedTuple):
    status: int
    body: Any
    headers: Any


def call(user: Any, method: str, path: str, body: Any = None, *, bearer: str | None = None) -> Reply:
    """Sends JSON with Basic authentication, or a token, to a path below `/api/`; the API is switched on first if need be."""
    for name in ("api_enabled", "api_enable_basic_auth"):
        if not config.get(name):
            config.set_value(name, True)
    response = Client().generic(
        method,
        f"/api/{path}",
        b"" if body is None else orjson.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {bearer}" if bearer else f"Basic {secret_of(user)}"},
    )
    return Reply(response.status_code, orjson.loads(response.content), response.headers)


def secret_of(user: Any) -> str:
    """What follows `Basic` in the header."""
    return base64.b64encode(f"{user.username}:{PASSWORD}".encode()).decode()


def created(user: Any, path: str, one: str, body: Any) -> dict[str, Any]:
    """The item that `POST path/new` makes."""
    reply = call(user, "POST", f"{path}/new", body)
    assert reply.status == 201, reply.body
    return reply.body[one]
