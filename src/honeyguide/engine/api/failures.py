"""Error envelopes (contract conventions 8 and 9): one for errors that a controller finds, one for everything else."""

from __future__ import annotations

from typing import Any

from honeyguide.engine import config
from honeyguide.engine.api.call import Answer
from honeyguide.engine.resource.errors import Invalid, Refused

GENERIC = (
    "Looks like I encountered an error (error #{0}). If I do it again, please report me to the system administrator!"
)


class Outside(Exception):
    """An error found before or beside a controller: authentication, unknown route, unreadable body.

    Its envelope has `type`, and its answer no version header.
    """

    def __init__(self, status: int, message: str = "", kind: str | None = None, headers: dict[str, str] | None = None):
        super().__init__(message)
        self.status = status
        self.message = message or GENERIC.format(status)
        self.kind = kind
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        return {"errors": [{"message": self.message, "code": self.status, "type": self.kind}]}


def require_enabled_api() -> None:
    """The first gate of `/api` and `/oauth`."""
    if not config.get("api_enabled"):
        raise Outside(
            403,
            "API disabled. You need to enable the API in the API settings of Mautic's Configuration.",
            "api_disabled",
        )


def controller_error(error: Invalid | Refused) -> Answer:
    return Answer({"errors": [entry(error)]}, status=error.code)


def entry(error: Invalid | Refused) -> dict[str, Any]:
    """The error as one element of `errors`. Validation lists its messages by field."""
    if isinstance(error, Invalid):
        return {"code": error.code, "message": error.message, "details": error.errors}
    return {"code": error.code, "message": error.message, "details": error.details}


def batch_entry(error: Invalid | Refused) -> dict[str, Any]:
    """The same inside a batch answer, where existence and permission errors have another shape (conventions 7)."""
    if isinstance(error, Refused) and error.code in (403, 404):
        return {"message": error.message, "code": error.code, "type": "api"}
    return entry(error) | {"type": None}
