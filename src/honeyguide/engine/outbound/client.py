"""The client: one call, no redirects, no proxies, no cookies, and a limit on time and on what is read."""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

import aiohttp

from honeyguide.engine.observation.traces import span
from honeyguide.engine.outbound.guard import Forbidden, GuardedResolver, check

MOST_CONNECTIONS = 100
MOST_PER_HOST = 8
KEPT_SECONDS = 30.0
# What goes wrong before the first byte: no such address, none that may be called, no connection.
NEVER_SENT = (Forbidden, ValueError, aiohttp.ClientConnectorError, aiohttp.InvalidURL)


class Unreachable(Exception):
    """There is no answer; the text says why, in words for people. `sent`: the other side may have got the call."""

    def __init__(self, reason: str, *, sent: bool = True) -> None:
        super().__init__(reason)
        self.sent = sent


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is what was read of it, `headers` have lower-case names, `seconds` is how long it took."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300


class Client:
    """Keeps connections between calls. Use as `async with`, or `close` it; it belongs to one event loop."""

    def __init__(self, *, per_host: int = MOST_PER_HOST) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._per_host = per_host

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        if self._session:
            await self._session.close()
            self._session = None

    async def send(
        self,
        method: str,
        url: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        seconds: float = 15,
        most_bytes: int = 64 * 1024,
    ) -> Answer:
        """The answer to a call, whatever its status. `seconds` is for everything from the name to the last byte.

        Raises `Unreachable`.
        """
        with span(f"call {method}", {"http.request.method": method}, kind="CLIENT") as current:
            start = time.monotonic()
            try:
                current.set_attribute("server.address", _check_url(url))
                async with asyncio.timeout(seconds):
                    call = self._opened().request(method, url, data=body, headers=headers, allow_redirects=False)
                    async with call as answer:
                        read = await _read(answer, most_bytes)
            except TimeoutError:
                raise Unreachable(f"No answer within {seconds:g} seconds.") from None
            except (aiohttp.ClientError, OSError, ValueError) as error:
                raise Unreachable(_reason(error), sent=not isinstance(error, NEVER_SENT)) from None
            current.set_attribute("http.response.status_code", answer.status)
            shown = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status, shown, read, time.monotonic() - start)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(
                resolver=GuardedResolver(),
                limit=MOST_CONNECTIONS,
                limit_per_host=self._per_host,
                keepalive_timeout=KEPT_SECONDS,
                use_dns_cache=False,  # a name that leads elsewhere by now is looked at again
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                auto_decompress=False,  # what is small on the wire may be huge
                timeout=aiohttp.ClientTimeout(total=None),
                skip_auto_headers=("User-Agent", "Accept-Encoding"),
            )
        return self._session


def _check_url(url: str) -> str:
    """The host. Raises ValueError for what is no web address, `Forbidden` for a written address that may not be reached."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("The address must begin with http:// or https://.")
    try:
        ipaddress.ip_address(parts.hostname.partition("%")[0])
    except ValueError:
        return parts.hostname  # a name: the resolver looks at what it leads to
    check(parts.hostname)
    return parts.hostname


async def _read(answer: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    """The body, cut; the connection of a longer one is not kept."""
    parts, left = [], most_bytes
    while left > 0 and (part := await answer.content.read(left)):
        parts.append(part)
        left -= len(part)
    if left <= 0 and not answer.content.at_eof():
        answer.close()
    return b"".join(parts)


def _reason(error: Exception) -> str:
    forbidden = error if isinstance(error, Forbidden) else error.__cause__
    if isinstance(forbidden, Forbidden):
        return str(forbidden)
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return f"The certificate cannot be trusted: {error.certificate_error}"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"The name {error.host} leads nowhere."
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"No connection to {error.host}:{error.port}: {error.strerror or error.os_error}"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "The connection was closed before the answer."
    return str(error) or type(error).__name__
