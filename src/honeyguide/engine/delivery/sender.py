"""Sends the outbox, a slice at a time: claims due messages, has them written, and has them carried over all connections.

Two database sessions: one holds the worker's lock and records, the other claims and prepares the next messages meanwhile.
Connections to the server are kept between slices.
"""

import asyncio
import logging
import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection as database

from honeyguide.engine import config
from honeyguide.engine.delivery import answers, outbox, throttle
from honeyguide.engine.delivery.carrying import Round
from honeyguide.engine.delivery.content import Claimed, Content, Outcome, Outgoing
from honeyguide.engine.delivery.smtp import Connection, Endpoint, connect, endpoint_of
from honeyguide.engine.delivery.warmup import Warmup
from honeyguide.engine.observation import traces
from honeyguide.engine.sql import scalar

logger = logging.getLogger(__name__)

SLICE_SECONDS = 5.0
INHERIT_SECONDS = 3.0
IDLE_SECONDS = 20.0  # a connection unused for longer is opened anew: servers hang up without a word
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0


def configured_endpoint() -> Endpoint:
    """The SMTP server to use: `HONEYGUIDE_SMTP_URL`, else the parameter `mailer_dsn`."""
    return endpoint_of(settings.SMTP_URL or config.get("mailer_dsn"))


class Sender:
    """One per thread that sends."""

    def __init__(self, content: Content, endpoint: Endpoint | None = None) -> None:
        self._content = content
        self._given_endpoint = endpoint
        self._loop = asyncio.new_event_loop()
        self._recording = ThreadPoolExecutor(1, "outbox-record")
        self._preparing = ThreadPoolExecutor(1, "outbox-prepare")
        self._connections = _Kept()
        self._warmup = Warmup()
        self._worker: int | None = None
        self._workers: list[int] = []
        self._unrecorded: list[Outcome] = []
        self._inherited_at = -math.inf
        self._paused_until = 0.0
        self._pause = FIRST_PAUSE_SECONDS

    def send_due(self) -> int:
        """Sends what is due, for a few seconds at most; returns how many messages were handled. While the server cannot
        be used it returns 0 at once, until a growing pause is over."""
        self._in(self._recording, self._ensure_session)
        if time.monotonic() < self._paused_until:
            return 0
        self._in(self._preparing, _ensure_connection)
        began = time.time_ns()
        with config.held():
            handled = self._loop.run_until_complete(self._slice())
        if handled:
            traces.tell("send e-mail", began, {"honeyguide.messages": handled})
        return handled

    def close(self) -> None:
        """Says goodbye to the server and the database."""
        self._loop.run_until_complete(self._connections.hang_up())
        self._in(self._recording, self._end_session)
        self._in(self._preparing, lambda: database.close())  # that thread's own connection
        self._recording.shutdown()
        self._preparing.shutdown()
        self._loop.close()

    async def _slice(self) -> int:
        endpoint = self._given_endpoint or configured_endpoint()
        round_ = Round(
            open_connection=lambda: self._connections.take(endpoint),
            keep_connection=self._connections.keep,
            supply=lambda limit: self._loop.run_in_executor(self._preparing, self._supply, limit),
            record=lambda *entries: self._loop.run_in_executor(self._recording, self._record, *entries),
            most_connections=max(1, config.get("mailer_connections")),
        )
        await self._connections.freshen(endpoint)
        try:
            await round_.run(SLICE_SECONDS)
        finally:
            self._unrecorded += round_.ledger.unrecorded
            if round_.ledger.error:
                await self._connections.hang_up()
                await self._loop.run_in_executor(self._recording, self._drop_session)
        if round_.ledger.error:
            raise round_.ledger.error
        if round_.trouble:
            self._back_off(round_.trouble)
            self._in(self._recording, lambda: outbox.tell_trouble(self._worker, round_.trouble))
        elif round_.handled:
            self._recovered()
        return round_.handled

    def _back_off(self, reason: str) -> None:
        logger.warning("The SMTP server cannot be used, next try in %.0f seconds: %s", self._pause, reason)
        self._paused_until = time.monotonic() + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)

    def _recovered(self) -> None:
        if self._pause > FIRST_PAUSE_SECONDS:
            self._in(self._recording, lambda: outbox.tell_trouble(self._worker, None))
        self._pause = FIRST_PAUSE_SECONDS

    @staticmethod
    def _in(thread: ThreadPoolExecutor, work: Callable[[], Any]) -> None:
        thread.submit(work).result()

    # In the recording thread

    def _ensure_session(self) -> None:
        """A worker id whose lock this session holds. Settles what a lost session left behind; inherits from the dead."""
        if self._worker is not None and not _answers():
            self._drop_session()
        if self._worker is None:
            database.close()
            self._worker = outbox.register()
            self._workers.append(self._worker)
            self._inherited_at = -math.inf
        if self._unrecorded:
            outbox.record(self._worker, self._workers, self._unrecorded, [])
            self._warmup.settle(self._unrecorded)
            self._unrecorded = []
        if time.monotonic() - self._inherited_at > INHERIT_SECONDS:
            outbox.inherit([self._worker])
            self._inherited_at = time.monotonic()

    def _record(self, outcomes: list[Outcome], marks: list[int]) -> set[int]:
        marked = outbox.record(self._worker, self._workers, outcomes, marks)
        self._warmup.settle(outcomes)
        return marked

    def _drop_session(self) -> None:
        """Gives up the lock, so that what is not in `unrecorded` is inherited as from a dead worker."""
        database.close()
        self._worker = None

    def _end_session(self) -> None:
        if self._worker is not None and _answers():
            outbox.retire(self._worker)
        database.close()

    # In the preparing thread

    def _supply(self, limit: int) -> tuple[list[Outgoing], list[Outcome]]:
        """Up to `limit` messages that may go out now, and what became of claimed ones that may not."""
        allowed = throttle.transport_allowance(limit)
        claimed = outbox.claim(self._worker, allowed) if allowed else []
        prepared = self._prepare(claimed) if claimed else []
        urgent = {row.id for row in claimed if row.priority == outbox.TRANSACTIONAL}
        timely, tomorrow = self._warmup.hold_back([p for p in prepared if isinstance(p, Outgoing)], urgent)
        ready, later = throttle.by_domain(timely)
        throttle.give_back(allowed - len(ready))
        return ready, [*tomorrow, *later, *(p for p in prepared if isinstance(p, Outcome))]

    def _prepare(self, claimed: list[Claimed]) -> list[Outgoing | Outcome]:
        try:
            return self._content.prepare(claimed)
        except DatabaseError:
            raise
        except Exception:
            logger.exception("%d messages could not be written; they will be tried again.", len(claimed))
            return [answers.unwritten(row) for row in claimed]


def _answers() -> bool:
    try:
        return scalar("SELECT 1") == 1
    except DatabaseError:
        return False


def _ensure_connection() -> None:
    if not _answers():
        database.close()


class _Kept:
    """Connections that wait for more work."""

    def __init__(self) -> None:
        self._idle: list[Connection] = []
        self._endpoint: Endpoint | None = None
        self._used_at = 0.0

    async def freshen(self, endpoint: Endpoint) -> None:
        """Drops those that lead elsewhere, are old, or were closed by the server meanwhile."""
        if endpoint != self._endpoint or time.monotonic() - self._used_at > IDLE_SECONDS:
            await self.hang_up()
            self._endpoint = endpoint
        await asyncio.sleep(0)

    async def take(self, endpoint: Endpoint) -> Connection:
        while self._idle:
            kept = self._idle.pop()
            if kept.is_alive:
                return kept
        return await connect(endpoint)

    async def keep(self, connection: Connection, *, reusable: bool) -> None:
        self._used_at = time.monotonic()
        if reusable:
            self._idle.append(connection)
        else:
            await connection.quit()

    async def hang_up(self) -> None:
        for kept in self._idle:
            await kept.quit()
        self._idle = []
        await asyncio.sleep(0)
