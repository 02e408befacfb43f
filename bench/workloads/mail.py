"""Sending a segment e-mail through the worker to an SMTP server in a process of its own, and what a message costs on disk."""

from __future__ import annotations

import os
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench.harness import SINK_PORT, Bench, quiet, wait_until
from honeyguide.engine.delivery.models import OutboxMessage
from honeyguide.engine.events import EventType
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.engine.tracking import hits
from honeyguide.features.emails import services as emails
from honeyguide.features.emails.models import Email
from honeyguide.features.segments import services as segments

SINK = Path(__file__).parents[2] / "tests" / "smtp_sink.py"
RECIPIENTS = 20_000
CONNECTIONS = 16  # what the product keeps by default
WORDS = "Plain words to make it as long as mails are. " * 40
HTML = f"""<html><body><h1>Hello {{contactfield=firstname|there}}</h1>
<p>Our shop in {{contactfield=city}} has news for {{contactfield=company}}. <a href="https://example.com/news">Read them</a>
or <a href="https://example.com/shop?from=mail">go to the shop</a>.</p><p>{WORDS}</p>
<p>{{unsubscribe_text}} {{webview_text}}</p></body></html>"""

# Each half is served by a partial index, so that asking costs nothing.
UNSENT = """SELECT EXISTS (SELECT FROM outbox WHERE state = 0) OR EXISTS (SELECT FROM outbox WHERE state IN (1, 2))"""


@contextmanager
def sink() -> Iterator[None]:
    """A server that takes every message at once and keeps none."""
    command = [sys.executable, str(SINK), str(SINK_PORT), os.devnull]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        try:
            yield
        finally:
            process.kill()


@contextmanager
def broadcast(recipients: int) -> Iterator[Email]:
    """A segment e-mail to the first so many contacts; not published, so that nobody sends it but the workload."""
    segment = segments.create_segment({"name": "Bench recipients"})
    execute(
        """INSERT INTO segment_contacts (segment_id, contact_id, date_added, manually_added, manually_removed)
           SELECT %s, id, now(), true, false FROM contacts ORDER BY id LIMIT %s""",
        (segment.pk, recipients),
    )
    email = emails.create_email(
        {"name": "Bench", "subject": "News for {contactfield=firstname}", "custom_html": HTML, "email_type": "list",
         "lists": [segment], "is_published": False}
    )  # fmt: skip
    execute("ANALYZE segment_contacts")
    try:
        yield email
    finally:
        quiet()
        execute("DELETE FROM outbox WHERE email_id = %s", (email.pk,))
        emails.delete_email(email)
        segments.delete_segments([segment])
        execute("VACUUM ANALYZE outbox")
        execute("VACUUM ANALYZE segment_contacts")


def send(bench: Bench) -> None:
    """From the decision to send until the last recipient's row says sent. The first round warms up and fills the tables as
    former sends would have, so that the second one shows what a message costs from then on."""
    recipients = min(RECIPIENTS, bench.contacts)
    with sink():
        with broadcast(recipients) as email:
            _send(email, recipients)
            ready = emails.preview(email).html.encode().replace(b"\n", b"\r\n")
            _open_all(email)
        with broadcast(recipients) as email:
            before = _disk()
            seconds = _send(email, recipients)
            _open_all(email)
            quiet()
            execute("VACUUM outbox")
            grown = (_disk() - before) / recipients
            row_width = _compact(email) / recipients
        limit = _raw(ready, recipients)
    bench.report(
        "e-mail, personalised and tracked", "mails/s", recipients / seconds, target=3000, limit=limit,
        limit_is="pipelined SMTP of ready bytes to the same sink", note=f"{recipients:,} recipients, {len(ready):,} bytes each",
    )  # fmt: skip
    bench.report(
        "disk per sent and opened e-mail",
        "bytes",
        grown,
        target=400,
        limit=row_width,
        limit_is="the rows, packed, with indexes",
    )


def _send(email: Email, recipients: int) -> float:
    started = time.perf_counter()
    if emails.send_to_segments(email) != recipients:
        raise SystemExit("Not everyone was queued.")
    wait_until(lambda: not scalar(UNSENT), seconds=300, every=0.2)
    return time.perf_counter() - started


def _open_all(email: Email) -> None:
    """Each message once, as the pixel records it."""
    found = [row[0] for row in rows("SELECT id FROM outbox WHERE email_id = %s", (email.pk,))]
    for start in range(0, len(found), 500):
        hits.write(
            [hits.Hit(EventType.EMAIL_OPENED, message, at=datetime.now(UTC)) for message in found[start : start + 500]]
        )


def _disk() -> int:
    """Bytes of the outbox and of the event log, with their indexes."""
    return scalar("""SELECT pg_total_relation_size('outbox') + sum(pg_total_relation_size(relid))::bigint
                     FROM pg_partition_tree('events') WHERE isleaf""")  # fmt: skip


def _compact(email: Email) -> int:
    """The same rows and their events in new tables."""
    table = OutboxMessage._meta.db_table
    execute(f"CREATE TABLE bench_outbox (LIKE {table} INCLUDING ALL)")
    execute(f"INSERT INTO bench_outbox SELECT * FROM {table} WHERE email_id = %s ORDER BY id", (email.pk,))
    execute("CREATE TABLE bench_events (LIKE events INCLUDING ALL)")
    execute(
        """INSERT INTO bench_events SELECT * FROM events
           WHERE type = ANY(%s) AND object_id IN (SELECT id FROM bench_outbox) ORDER BY id""",
        ([EventType.EMAIL_SENT.value, EventType.EMAIL_OPENED.value],),
    )
    size = scalar("SELECT pg_total_relation_size('bench_outbox') + pg_total_relation_size('bench_events')")
    execute("DROP TABLE bench_outbox, bench_events")
    return size


def _raw(body: bytes, messages: int) -> float:
    """Ready bytes over as many connections: the dot of each message goes out with the envelope of the next."""
    envelope = b"MAIL FROM:<bench@example.com>\r\nRCPT TO:<someone@example.com>\r\nDATA\r\n"
    message = b"Subject: News\r\nContent-Type: text/html\r\n\r\n" + body + b"\r\n.\r\n" + envelope
    selector = selectors.DefaultSelector()
    for _ in range(CONNECTIONS):
        connection = socket.create_connection(("127.0.0.1", SINK_PORT))
        connection.recv(1000)
        connection.sendall(b"EHLO bench\r\n" + envelope)
        selector.register(connection, selectors.EVENT_READ)
    started, taken = time.perf_counter(), 0
    while taken < messages:
        for key, _ in selector.select():
            if b"354 " in key.fileobj.recv(10_000):
                key.fileobj.sendall(message)
                taken += 1
    seconds = time.perf_counter() - started
    for key in list(selector.get_map().values()):
        key.fileobj.close()
    return messages / seconds


WORKLOADS = [send]
