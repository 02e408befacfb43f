"""Opens and clicks of a sent e-mail, written down before they count."""

from __future__ import annotations

from django.db import transaction

from bench.harness import Bench, quiet, rate, wait_until
from bench.load import Result, drive, request
from bench.workloads.api import expect
from bench.workloads.mail import broadcast
from honeyguide.engine.delivery import links
from honeyguide.engine.delivery.models import OutboxState
from honeyguide.engine.delivery.sealed import seal
from honeyguide.engine.events import EventType
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.features.emails import services as emails
from honeyguide.features.emails.models import Email

RECIPIENTS = 20_000
BATCH = 100  # about what the server gathers into one statement at these rates
AGENT = b"User-Agent: Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0\r\n"


def hits(bench: Bench) -> None:
    with broadcast(min(RECIPIENTS, bench.contacts)) as email:
        sealed = [seal(number) for number in _sent(email)]
        token = links.store("email", email.pk, ["https://example.com/news"])["https://example.com/news"]
        opened = _durable(
            EventType.EMAIL_OPENED,
            lambda: _drive(bench, lambda n: f"/email/{sealed[n * 7919 % len(sealed)]}.gif", 200),
        )
        quiet()
        clicked = _durable(
            EventType.EMAIL_CLICKED,
            lambda: _drive(bench, lambda n: f"/r/{token}?ct={sealed[n * 7919 % len(sealed)]}", 302),
        )
        execute("DELETE FROM links WHERE token = %s", (token,))
        limit = _inserts()
    limit_is = f"INSERTs of {BATCH} such events each, one connection"
    note = "each hit also updates its message's row; all were on disk 2 s later"
    bench.report("open pixel", "/s", opened, target=5000, limit=limit, limit_is=limit_is, note=note)
    bench.report("click redirect", "/s", clicked, target=3000, limit=limit, limit_is=limit_is, note=note)


def _sent(email: Email) -> list[int]:
    """Messages as if sent, in one transaction, so that no worker sees them before; returns their ids."""
    with transaction.atomic():
        emails.send_to_segments(email)
        execute("UPDATE outbox SET state = %s, sent_at = now() WHERE email_id = %s", (OutboxState.SENT.value, email.pk))
    return [row[0] for row in rows("SELECT id FROM outbox WHERE email_id = %s", (email.pk,))]


def _drive(bench: Bench, path_of, status: int) -> Result:
    def make(number: int) -> bytes:
        line, _, rest = request("GET", path_of(number), authorized=False).partition(b"\r\n")
        return line + b"\r\n" + AGENT + rest

    result = drive(bench.base, make)
    expect(result, status)
    return result


def _durable(kind: EventType, run) -> float:
    """The rate of answers, when every answered hit is in the log soon after."""
    count = "SELECT count(*) FROM events WHERE type = %s"
    before = scalar(count, (kind.value,))
    result = run()
    wait_until(lambda: scalar(count, (kind.value,)) - before >= sum(result.statuses.values()), seconds=2)
    return result.per_second


def _inserts() -> float:
    execute("CREATE TABLE bench_events (LIKE events INCLUDING ALL)")
    contact = scalar("SELECT min(id) FROM contacts")
    payload = '{"agent": "Firefox on Linux", "ip": "127.0.0.1"}'

    def insert() -> int:
        return execute(
            """INSERT INTO bench_events (at, type, contact_id, object_id, payload)
               SELECT now(), %s, %s, n, %s::jsonb FROM generate_series(1, %s) n""",
            (EventType.EMAIL_OPENED.value, contact, payload, BATCH),
        )

    limit = rate(insert)
    execute("DROP TABLE bench_events")
    return limit


WORKLOADS = [hits]
