"""Telling receivers: events that wait in the queues of several hooks, to an HTTP server in a process of its own."""

from __future__ import annotations

import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.harness import RECEIVER_PORT, Bench, wait_until
from honeyguide.engine.sql import execute, scalar
from honeyguide.features.webhooks.models import Webhook

RECEIVER = Path(__file__).parents[2] / "tests" / "http_receiver.py"
HOOKS = 8
EVENTS = 10_000
PAYLOAD = '{"contact":{"id":1,"fields":"%s"},"timestamp":"2024-05-01T09:12:44+00:00"}' % ("x" * 2000)
WAITING = "SELECT EXISTS (SELECT FROM webhook_queue WHERE failed_at IS NULL)"
# One pass: the same event, so many times, shared out to all hooks.
FILL = """
    INSERT INTO webhook_queue (webhook_id, type, payload, date_added, attempts)
    SELECT (%(hooks)s::bigint[])[1 + n %% cardinality(%(hooks)s::bigint[])], 'mautic.lead_post_save_update', %(payload)s, now(), 0
    FROM generate_series(1, %(events)s) AS n
"""


@contextmanager
def receiver() -> Iterator[None]:
    """A server that answers every call at once and keeps none."""
    with subprocess.Popen([sys.executable, str(RECEIVER), str(RECEIVER_PORT)], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        try:
            yield
        finally:
            process.kill()


def deliver(bench: Bench) -> None:
    """From events in the queue until none waits; one event per call, each hook in order."""
    with receiver():
        hooks = [
            Webhook.objects.create(
                name=f"bench {n}", webhook_url=f"http://127.0.0.1:{RECEIVER_PORT}/in", secret="s", triggers=[], paused=True
            ).pk
            for n in range(HOOKS)
        ]  # fmt: skip
        try:
            execute(FILL, {"hooks": hooks, "payload": PAYLOAD, "events": EVENTS})
            started = time.perf_counter()
            Webhook.objects.filter(pk__in=hooks).update(paused=False)
            wait_until(lambda: not scalar(WAITING), seconds=120)
            seconds = time.perf_counter() - started
        finally:
            Webhook.objects.filter(pk__in=hooks).delete()
        limit = _raw()
    bench.report(
        "webhook deliveries", "calls/s", EVENTS / seconds, target=2000, limit=limit,
        limit_is="keep-alive POSTs of ready bytes to the same receiver", note=f"{HOOKS} hooks, {EVENTS:,} events",
    )  # fmt: skip


def _raw() -> float:
    """Ready bytes over as many connections as there are hooks."""
    body = b'{"mautic.lead_post_save_update":[' + PAYLOAD.encode() + b"]}"
    call = b"POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    selector = selectors.DefaultSelector()
    for _ in range(HOOKS):
        connection = socket.create_connection(("127.0.0.1", RECEIVER_PORT))
        connection.sendall(call)
        selector.register(connection, selectors.EVENT_READ)
    started, answered = time.perf_counter(), 0
    while answered < EVENTS:
        for key, _ in selector.select():
            if key.fileobj.recv(10_000):
                answered += 1
                key.fileobj.sendall(call)
    seconds = time.perf_counter() - started
    for key in list(selector.get_map().values()):
        key.fileobj.close()
    return EVENTS / seconds


WORKLOADS = [deliver]
