"""One round of carrying: couriers on all connections take from one supply, which is refilled before it is empty."""

import asyncio
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable

from honeyguide.engine.delivery import answers
from honeyguide.engine.delivery.content import Outcome, Outgoing
from honeyguide.engine.delivery.courier import Courier
from honeyguide.engine.delivery.ledger import Ledger, Record
from honeyguide.engine.delivery.smtp import Connection, Disconnected, TransportRefused

BATCH = 500
MESSAGES_PER_COURIER = 10  # so many waiting messages are worth one more connection

Supply = Callable[[int], Awaitable[tuple[list[Outgoing], list[Outcome]]]]


class Round:
    """`trouble` says why the server cannot be used at all, if so; `handled` counts messages that were taken up."""

    def __init__(
        self,
        *,
        open_connection: Callable[[], Awaitable[Connection]],
        keep_connection: Callable[..., Awaitable[None]],
        supply: Supply,
        record: Record,
        most_connections: int,
    ) -> None:
        self._open_connection = open_connection
        self._keep_connection = keep_connection
        self._supply = supply
        self._most_connections = most_connections
        self._queue: deque[Outgoing] = deque()
        self._couriers: set[asyncio.Task] = set()
        self._refill: asyncio.Task | None = None
        self._deadline = 0.0
        self._is_dry = False
        self.ledger = Ledger(record)
        self.trouble: str | None = None
        self.handled = 0

    async def run(self, seconds: float) -> None:
        """Carries what is due until nothing is, or for about `seconds`. Afterwards every message it took is settled."""
        self._deadline = time.monotonic() + seconds
        try:
            self._start_refill()
            while self._refill or self._couriers:
                waiting = [task for task in (self._refill, *self._couriers) if task]
                done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
                self._start_couriers()
        finally:
            self._is_dry = True
            for message in self._queue:
                self.ledger.settle(answers.released(message))
            self._queue.clear()
            if remaining := [task for task in (self._refill, *self._couriers) if task]:
                await asyncio.wait(remaining)
            await self.ledger.close()

    def _take(self) -> Outgoing | None:
        if len(self._queue) < BATCH // 2:
            self._start_refill()
        if self.trouble or not self._queue:
            return None
        self.handled += 1
        return self._queue.popleft()

    def _start_refill(self) -> None:
        stopped = self._is_dry or self.trouble or self.ledger.error or time.monotonic() > self._deadline
        if self._refill is None and not stopped:
            self._refill = asyncio.get_running_loop().create_task(self._fetch())

    async def _fetch(self) -> None:
        try:
            ready, outcomes = await self._supply(BATCH)
            self._is_dry = self._is_dry or not (ready or outcomes)
            self._queue += ready
            for outcome in outcomes:
                self.handled += 1
                self.ledger.settle(outcome)
        finally:
            self._refill = None
        self._start_couriers()

    def _start_couriers(self) -> None:
        if self.trouble or self.ledger.error:
            return
        wanted = min(self._most_connections, math.ceil(len(self._queue) / MESSAGES_PER_COURIER))
        for _ in range(wanted - len(self._couriers)):
            task = asyncio.get_running_loop().create_task(self._carry())
            self._couriers.add(task)
            task.add_done_callback(self._couriers.discard)

    async def _carry(self) -> None:
        """One courier's work: ends when the supply does, or the connection."""
        try:
            connection = await self._open_connection()
        except (Disconnected, TransportRefused) as error:
            self._most_connections = len(self._couriers) - 1  # the server may only want fewer
            if self._most_connections == 0:
                self.trouble = str(error)
            return
        courier = Courier(connection, self._take, self.ledger)
        await courier.carry()
        while self._refill and courier.has_room and not courier.error:
            await asyncio.wait({self._refill})
            await courier.carry()
        if courier.error and not courier.answered:
            self.trouble = courier.error
        await self._keep_connection(connection, reusable=courier.has_room and not courier.error)
