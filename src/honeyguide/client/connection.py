"""One server: sends calls over kept connections, waits and tries again where that is safe, and reads the answers."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Mapping
from typing import Any

import httpx

from honeyguide.client.errors import ConnectionFailed, HoneyguideError, error_of
from honeyguide.client.parameters import flatten

RETRIED = {429, 502, 503, 504}
REFUSED_UNREAD = {429, 503}  # the server did not begin, so that even a write may be sent again
MAX_WAIT_SECONDS = 60.0


class Connection:
    """`retries` is how often a failed call is tried again. Reads are retried whatever failed; writes only when the server
    cannot have begun, unless `retry_writes`: Honeyguide knows a repeated write by its Idempotency-Key, Mautic does not."""

    def __init__(self, http: httpx.Client, *, retries: int, retry_writes: bool) -> None:
        self._http = http
        self._retries = retries
        self._retry_writes = retry_writes
        self.version: str | None = None  # of the last answer that told it

    def call(
        self, method: str, path: str, *, query: Mapping[str, Any] | None = None, body: Any = None, files: Any = None
    ) -> Any:
        """The decoded answer of a call. Raises `ApiError` and `ConnectionFailed`."""
        response = self.send(method, path, query=query, body=body, files=files)
        try:
            return response.json()
        except ValueError:
            raise HoneyguideError(
                f"{method} {path}: the answer is no JSON; is this the address of the server?"
            ) from None

    def send(
        self, method: str, path: str, *, query: Mapping[str, Any] | None = None, body: Any = None, files: Any = None
    ) -> httpx.Response:
        """As `call`, undecoded."""
        headers = {} if method == "GET" else {"Idempotency-Key": str(uuid.uuid4())}
        for attempt in range(self._retries + 1):
            last = attempt == self._retries
            try:
                response = self._http.request(
                    method, f"api/{path}", params=flatten(query or {}), json=body, files=files, headers=headers
                )
            except httpx.TransportError as error:
                unsent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
                if last or not (unsent or method == "GET" or self._retry_writes):
                    raise ConnectionFailed(f"{method} {path}: {error or type(error).__name__}") from error
                _wait(attempt, None)
                continue
            self.version = response.headers.get("Mautic-Version", self.version)
            if response.status_code in RETRIED and not last and self._may_repeat(method, response.status_code):
                _wait(attempt, response)
                continue
            if response.status_code >= 400:
                raise error_of(response)
            return response
        raise AssertionError("unreachable")

    def _may_repeat(self, method: str, status: int) -> bool:
        return method == "GET" or self._retry_writes or status in REFUSED_UNREAD


def _wait(attempt: int, response: httpx.Response | None) -> None:
    """As long as the server asks for, else twice as long as before with a random part; never above a minute."""
    seconds = 0.5 * 2**attempt * random.uniform(0.5, 1.5)  # noqa: S311 -- spreads retries, guards nothing
    if response is not None:
        if (asked := response.headers.get("Retry-After", "")).isdigit():
            seconds = float(asked)
        elif (until := response.headers.get("X-RateLimit-Reset", "")).isdigit():
            seconds = max(0.0, float(until) - time.time())
    time.sleep(min(seconds, MAX_WAIT_SECONDS))
