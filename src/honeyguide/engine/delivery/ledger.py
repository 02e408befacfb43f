"""Group commit: the couriers of all connections share the transactions that settle and mark their messages."""

import asyncio
from collections.abc import Awaitable, Callable

from honeyguide.engine.delivery.content import Outcome
from honeyguide.engine.delivery.models import OutboxState

GATHER_SECONDS = 0.002  # lets every connection that is about ready take part: fewer, larger commits

# Outcomes and ids to mark -> the ids that were really marked, when all of it is on disk.
Record = Callable[[list[Outcome], list[int]], Awaitable[set[int]]]


class LedgerClosed(Exception):
    """The database did not take an entry: nothing may be sent any more."""


class Ledger:
    """While one commit is on its way, what comes up waits and goes together into the next.

    After a failed commit nothing more is written and every mark is refused; `unrecorded` holds what must still be recorded,
    in a later session.
    """

    def __init__(self, record: Record) -> None:
        self._record = record
        self._outcomes: list[Outcome] = []
        self._marks: dict[int, asyncio.Future[bool]] = {}
        self._writer: asyncio.Task | None = None
        self.unrecorded: list[Outcome] = []
        self.error: Exception | None = None

    def settle(self, outcome: Outcome) -> None:
        """Soon on disk: at the latest with the next mark."""
        if self.error:
            self.unrecorded.append(outcome)
            return
        self._outcomes.append(outcome)
        self._wake()

    async def mark(self, message_id: int) -> bool:
        """Returns when the message is marked as attempted on disk, with everything settled before. False: it is not ours
        any more and must not be sent."""
        if self.error:
            raise LedgerClosed from self.error
        future = asyncio.get_running_loop().create_future()
        self._marks[message_id] = future
        self._wake()
        return await future

    async def close(self) -> None:
        """Waits until everything settled is on disk, or in `unrecorded`."""
        while self._writer:
            await self._writer

    def _wake(self) -> None:
        if self._writer is None:
            self._writer = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        try:
            while (self._outcomes or self._marks) and not self.error:
                await asyncio.sleep(GATHER_SECONDS)
                outcomes, self._outcomes = self._outcomes, []
                marks, self._marks = self._marks, {}
                try:
                    marked = await self._record(outcomes, list(marks))
                except Exception as error:
                    self._fail(error, outcomes, marks)
                    return
                for message_id, future in marks.items():
                    if not future.done():
                        future.set_result(message_id in marked)
        finally:
            self._writer = None

    def _fail(self, error: Exception, outcomes: list[Outcome], marks: dict[int, asyncio.Future[bool]]) -> None:
        """Whether the commit arrived is unknown. No dot was written for the marked ones: they can go out later."""
        self.error = error
        self.unrecorded += outcomes + self._outcomes
        for message_id, future in {**marks, **self._marks}.items():
            self.unrecorded.append(Outcome(message_id, OutboxState.PENDING, counted=False))
            if not future.done():
                future.set_exception(LedgerClosed())
        self._outcomes, self._marks = [], {}
