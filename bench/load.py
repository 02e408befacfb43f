"""A small HTTP load generator: kept connections, one request under way on each, no parsing beyond the length.

It runs in the same machine as the server and costs CPU; about 25 µs a request, which is part of every figure.
"""

from __future__ import annotations

import base64
import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from bench.harness import PASSWORD

AUTHORIZATION = "Basic " + base64.b64encode(f"admin:{PASSWORD}".encode()).decode()


def request(
    method: str, path: str, body: bytes = b"", *, kind: str = "application/json", authorized: bool = True
) -> bytes:
    """The bytes of one request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: bench"]
    if authorized:
        lines.append(f"Authorization: {AUTHORIZATION}")
    if body or method in ("POST", "PUT", "PATCH"):
        lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class Result:
    per_second: float
    statuses: dict[int, int]
    first_body: bytes


@dataclass
class _Connection:
    socket: socket.socket
    buffer: bytearray
    needed: int = -1  # bytes of the whole answer, once known


def drive(base: str, make: Callable[[int], bytes], *, connections: int = 8, seconds: float = 4.0) -> Result:
    """Sends `make(n)` for n = 0, 1, ... over the connections until time is up (a tenth of it is warm-up)."""
    address = urlsplit(base)
    selector = selectors.DefaultSelector()
    sent = done = 0
    statuses: dict[int, int] = {}
    first = b""

    def connect() -> None:
        nonlocal sent
        sock = socket.create_connection((address.hostname, address.port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = _Connection(sock, bytearray())
        selector.register(sock, selectors.EVENT_READ, connection)
        sock.sendall(make(sent))
        sent += 1

    for _ in range(connections):
        connect()
    counting_from = time.perf_counter() + seconds / 10
    until = counting_from + seconds
    while (now := time.perf_counter()) < until:
        for key, _ in selector.select(timeout=1):
            connection = key.data
            chunk = connection.socket.recv(262_144)
            if not chunk:
                selector.unregister(connection.socket)
                connection.socket.close()
                connect()
                continue
            connection.buffer += chunk
            if connection.needed < 0:
                connection.needed = _length(connection.buffer)
            if 0 <= connection.needed <= len(connection.buffer):
                status = int(connection.buffer[9:12])
                statuses[status] = statuses.get(status, 0) + 1
                first = first or bytes(connection.buffer.partition(b"\r\n\r\n")[2])
                done += now >= counting_from
                del connection.buffer[:]
                connection.needed = -1
                connection.socket.sendall(make(sent))
                sent += 1
    for key in list(selector.get_map().values()):
        key.data.socket.close()
    return Result(done / seconds, statuses, first)


def _length(buffer: bytearray) -> int:
    """How long the whole answer is; -1 while its head is incomplete."""
    head, separator, _ = bytes(buffer[:8192]).partition(b"\r\n\r\n")
    if not separator:
        return -1
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return len(head) + 4 + int(value)
    return len(buffer) if buffer.endswith(b"0\r\n\r\n") or b"chunked" not in head.lower() else -1
