"""What can go wrong with a call."""

from __future__ import annotations

from typing import Any

import httpx


class HoneyguideError(Exception):
    """Any failure of a call."""


class ConnectionFailed(HoneyguideError):
    """No answer: the server could not be reached, or did not answer in time. A write may have happened."""


class ApiError(HoneyguideError):
    """An answer that says no. `status` is the HTTP status, `errors` the envelope's entries, `details` the messages of each
    field of the first one."""

    def __init__(self, status: int, errors: list[dict[str, Any]]) -> None:
        self.status, self.errors = status, errors
        first = errors[0] if errors else {}
        self.message = str(first.get("message") or f"The server answered {status}.")
        details = first.get("details")
        self.details: dict[str, list[str]] = details if isinstance(details, dict) else {}
        super().__init__(self.message)


class Invalid(ApiError):
    """400 or 422: what was sent cannot be taken."""


class Refused(ApiError):
    """401 or 403: not signed in, or not allowed."""


class NotFound(ApiError):
    """404: there is no such item."""


class RateLimited(ApiError):
    """429, after all retries."""


class ServerError(ApiError):
    """500 and above, after all retries."""


BY_STATUS = {400: Invalid, 401: Refused, 403: Refused, 404: NotFound, 422: Invalid, 429: RateLimited}


def error_of(response: httpx.Response) -> ApiError:
    """The error that an answer of 400 and above, or one without JSON, stands for."""
    kind = BY_STATUS.get(response.status_code, ServerError if response.status_code >= 500 else ApiError)
    return kind(response.status_code, _entries(response))


def _entries(response: httpx.Response) -> list[dict[str, Any]]:
    """The envelope's entries; also those of bare OAuth errors and of older servers."""
    try:
        body = response.json()
    except ValueError:
        return []
    if not isinstance(body, dict):
        return []
    if isinstance(body.get("errors"), list):
        return [entry for entry in body["errors"] if isinstance(entry, dict)]
    error = body.get("error")
    if isinstance(error, dict):
        return [error]
    return [{"message": body.get("error_description") or error, "type": error}] if error else []
