"""Telling receivers what waits for them: in order, again after failures, each receiver for itself.

A hook is one process's for as long as its lease, which goes on with every call that is recorded; a killed process's hooks are
taken over when it ends, and what it had sent without recording it is sent again: at least once. A receiver that fails is
left alone for a growing time, so a dead one costs the others nothing.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from honeyguide.engine import config
from honeyguide.engine.outbound import Answer, Client, Unreachable
from honeyguide.engine.resource.fields import strip_tags
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.features.webhooks import queries
from honeyguide.features.webhooks.models import Webhook
from honeyguide.features.webhooks.signing import signature, standard_signature
from honeyguide.features.webhooks.stopping import stop

HOOKS_AT_ONCE = 50
LEASE_SECONDS = 60  # beyond the time for one call
SLICE_SECONDS = 5.0
READ_AT_ONCE = 500
RECORD_AT_ONCE = 50
LONGEST_NOTE = 190
LONGEST_REQUEST = 100_000
# Seconds until the next call after so many failures in a row; some 40 hours in all.
BACKOFF = (5, 30, 120, 600, 3600, 4 * 3600, 12 * 3600, 24 * 3600)
JITTER = 0.2
LONGEST_WAIT = BACKOFF[-1]


@dataclass
class Call:
    """Events that are told in one call. `id` stays the same when it is repeated."""

    ids: list[int]
    body: bytes
    first: int

    @property
    def message_id(self) -> str:
        return f"msg_{self.first}"


@dataclass
class Results:
    """What became of calls, not recorded yet."""

    told: list[int] = field(default_factory=list)
    logs: list[tuple] = field(default_factory=list)
    untold: list[int] = field(default_factory=list)
    batch: int | None = None
    delay: float | None = None  # seconds until the next call, after a failure
    gone: bool = False


def calls_of(waiting: Sequence[tuple], most: int, *, whole: bool) -> Iterator[Call]:
    """Groups rows (id, type, payload, attempts, batch) into calls of `most` events; those that were sent together stay together.

    `whole`: there are no rows but these, so the last group cannot be missing some.
    """
    group: list[tuple] = []
    for row in waiting:
        together = group and (row[4] == group[0][4] if group[0][4] else not row[4] and len(group) < most)
        if group and not together:
            yield _call(group)
            group = []
        group.append(row)
    if group and (whole or len(group) == len(waiting)):
        yield _call(group)


def _call(group: Sequence[tuple]) -> Call:
    by_type: dict[str, list[str]] = {}
    for _, name, payload, *_ in group:
        by_type.setdefault(name, []).append(payload)
    body = ",".join(f'"{_escaped(name)}":[{",".join(payloads)}]' for name, payloads in by_type.items())
    ids = [row[0] for row in group]
    return Call(ids, f"{{{body}}}".encode(), group[0][4] or ids[0])


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


def headers_of(hook: Webhook, body: bytes, message_id: str) -> dict[str, str]:
    """The headers of a call, signed with the hook's secret, or as Standard Webhooks wants it with both valid ones."""
    now = int(time.time())
    found = {
        "Content-Type": "application/json",
        "X-Origin-Base-URL": config.get("site_url"),
        "webhook-id": message_id,
        "webhook-timestamp": str(now),
        "Webhook-Signature": signature(body, hook.secret),
    }
    if hook.standard_signature:
        secrets = [hook.secret]
        if hook.previous_secret and hook.previous_secret_until and hook.previous_secret_until > timezone.now():
            secrets.append(hook.previous_secret)
        found["Webhook-Signature"] = standard_signature(body, secrets, message_id=message_id, timestamp=now)
    return found


def backoff(failures: int, answer: Answer | None) -> float:
    """Seconds to wait after that many failures in a row; longer when the receiver asks for it."""
    usual = BACKOFF[min(failures, len(BACKOFF)) - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311
    asked = (answer.headers.get("retry-after") or "") if answer else ""
    return min(max(usual, float(asked)) if asked.isdecimal() and len(asked) < 9 else usual, LONGEST_WAIT)


class Deliverer:
    """One per thread that delivers: its event loop, its kept connections, and one thread for the database."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._client = Client()
        self._database = ThreadPoolExecutor(1, "webhooks-database")

    def deliver_due(self) -> int:
        """Tells receivers for a few seconds at most; returns how many calls were made."""
        with config.held():
            return self._loop.run_until_complete(self._slice())

    def close(self) -> None:
        self._loop.run_until_complete(self._client.close())
        self._database.submit(lambda: connection.close()).result()  # that thread's own
        self._database.shutdown()
        self._loop.close()

    async def _in_database(self, work: Any, *given: Any) -> Any:
        return await self._loop.run_in_executor(self._database, work, *given)

    async def _slice(self) -> int:
        hooks = await self._in_database(_claim)
        until = time.monotonic() + SLICE_SECONDS
        done = await asyncio.gather(*(self._deliver(hook, failures, until) for hook, failures in hooks))
        return sum(done)

    async def _deliver(self, hook: Webhook, failures: int, until: float) -> int:
        """Calls one receiver until nothing waits, it fails, or the time is over."""
        made, results = 0, Results()
        try:
            while True:
                waiting = await self._in_database(_waiting, hook)
                most = config.get("webhook_limit") if config.get("queue_mode") == "command_process" else 1
                for call in calls_of(waiting, max(most, 1), whole=len(waiting) < READ_AT_ONCE):
                    await self._make(hook, call, failures, results)
                    made += 1
                    if results.delay is not None or time.monotonic() > until:
                        return made
                    if len(results.logs) >= RECORD_AT_ONCE:
                        recorded, results = results, Results()
                        if not await self._in_database(_record, hook, recorded):
                            return made
                if len(waiting) < READ_AT_ONCE:
                    return made
                recorded, results = results, Results()
                await self._in_database(_record, hook, recorded)  # else the same rows would be read again
        finally:
            await self._in_database(_finish, hook, results)

    async def _make(self, hook: Webhook, call: Call, failures: int, results: Results) -> None:
        answer, note = await attempt(self._client, hook, call.body, call.message_id)
        results.logs.append(log_entry(answer, note, call.body, call.message_id, len(call.ids)))
        if answer and answer.is_ok:
            results.told += call.ids
            return
        results.untold, results.batch = call.ids, call.first
        results.gone = answer is not None and answer.status == 410
        results.delay = backoff(failures + 1, answer)


async def attempt(client: Client, hook: Webhook, body: bytes, message_id: str) -> tuple[Answer | None, str | None]:
    """One call; the answer, and what is remembered of it. No answer: why."""
    seconds = max(1, config.get("webhook_timeout"))
    try:
        answer = await client.send(
            "POST", hook.webhook_url, body=body, headers=headers_of(hook, body, message_id), seconds=seconds
        )
    except Unreachable as error:
        return None, str(error)[:LONGEST_NOTE]
    text = strip_tags(answer.body.decode("utf-8", "replace").replace("\x00", "")).strip()
    return answer, text[:LONGEST_NOTE] or None


def log_entry(answer: Answer | None, note: str | None, body: bytes, message_id: str, events: int) -> tuple:
    """A call as the log keeps it."""
    code, seconds = (str(answer.status), round(answer.seconds, 3)) if answer else ("N/A", 0.0)
    return message_id, datetime.now(UTC), code, seconds, note, events, body.decode()[:LONGEST_REQUEST]


# --- in the database thread -------------------------------------------------------------------------------------------


def _lease() -> int:
    return LEASE_SECONDS + config.get("webhook_timeout")


def _claim() -> list[tuple[Webhook, int]]:
    claimed = [row[0] for row in rows(queries.CLAIM, {"limit": HOOKS_AT_ONCE, "lease": _lease()})]
    if not claimed:
        return []
    hooks = Webhook.objects.filter(pk__in=claimed).select_related("webhookreceiver")
    return [(hook, hook.webhookreceiver.failures) for hook in hooks]


def _waiting(hook: Webhook) -> list[tuple]:
    direction = hook.events_orderby_dir or config.get("events_orderby_dir")
    statement = queries.WAITING.format(direction="DESC" if direction == "DESC" else "ASC")
    return rows(statement, {"hook": hook.pk, "limit": READ_AT_ONCE})


def _record(hook: Webhook, results: Results) -> bool:
    """Writes down what happened; returns whether the hook may still be sent to."""
    columns = list(map(list, zip(*results.logs, strict=True))) if results.logs else [[]] * 7
    names = ("messages", "ats", "codes", "runtimes", "notes", "events", "requests")
    return bool(
        scalar(
            queries.RECORD,
            {
                **dict(zip(names, columns, strict=True)),
                "hook": hook.pk,
                "told": results.told,
                "untold": results.untold,
                "batch": results.batch,
                "gone": results.gone,
                "most": config.get("webhook_max_attempts"),
                "delay": results.delay,
                "lease": _lease(),
            },
        )
    )


def _finish(hook: Webhook, results: Results) -> None:
    if results.logs:
        _record(hook, results)
    execute(queries.TRIM_LOGS, {"hook": hook.pk, "keep": max(1, config.get("webhook_log_max"))})
    if results.gone:
        stop(hook, "the response HTTP code was 410, which means the receiver doesn't want us to send more requests.")
    elif results.delay is not None and scalar(
        queries.IS_SICK, {"hook": hook.pk, "limit": max(1, config.get("webhook_disable_limit"))}
    ):
        times = config.get("webhook_disable_limit")
        stop(
            hook, f"Webhook was automatically deactivated, because the response has errored out {times} times in a row."
        )
    execute(queries.RELEASE, {"hook": hook.pk})
