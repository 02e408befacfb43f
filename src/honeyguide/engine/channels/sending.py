"""Sends a channel's dispatches, a round at a time: claims due ones, has them written, marks them, calls the provider for all of
them at once over kept connections, and records what it said."""

from __future__ import annotations

import asyncio
import logging
import math
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import DatabaseError

from honeyguide.engine import config
from honeyguide.engine.channels import dispatches
from honeyguide.engine.channels.channel import Channel, Claimed, Outcome, Outgoing, Said, Send, Unready, Verdict
from honeyguide.engine.delivery.answers import pause_after
from honeyguide.engine.delivery.models import OutboxState as State
from honeyguide.engine.outbound import Client

logger = logging.getLogger(__name__)

SLICE_SECONDS = 5.0
EXPIRE_SECONDS = 30.0
FIRST_PAUSE_SECONDS = 2.0
LONGEST_PAUSE_SECONDS = 60.0
MOST_ATTEMPTS = 8


class Sender:
    """One per channel and thread that sends."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._loop = asyncio.new_event_loop()
        self._client: Client | None = None
        self._expired_at = -math.inf
        self._paused_until = 0.0
        self._pause = 0.0  # the last one; 0 while all is well

    def send_due(self) -> int:
        """Sends what is due, for a few seconds at most; returns how many messages were handled. While the provider cannot be
        used it returns 0 at once, until a growing pause is over."""
        if time.monotonic() - self._expired_at > EXPIRE_SECONDS:
            dispatches.expire(self._channel)
            self._expired_at = time.monotonic()
        until = time.monotonic() + SLICE_SECONDS
        handled = 0
        with config.held():
            while time.monotonic() < until and time.monotonic() >= self._paused_until:
                done = self._round()
                handled += done
                if not done:
                    break
        return handled

    def close(self) -> None:
        if self._client:
            self._loop.run_until_complete(self._client.close())
        self._loop.close()

    def _round(self) -> int:
        connections = max(1, self._channel.connections())
        token, claimed = dispatches.claim(self._channel, connections)
        if not claimed:
            return 0
        batch = _prepare(self._channel, token, claimed)
        verdicts = self._loop.run_until_complete(self._call(batch, connections)) if batch.going else []
        outcomes = batch.outcomes(self._channel, verdicts)
        dispatches.record(self._channel, token, outcomes)
        self._channel.told(list(zip(batch.going, verdicts, strict=True)))
        self._mind(batch.trouble(verdicts), any(outcome.counted for outcome in outcomes))
        return len(claimed)

    async def _call(self, batch: _Batch, connections: int) -> list[Verdict]:
        if self._client is None:
            self._client = Client(per_host=connections)
        return await batch.call(self._client)

    def _mind(self, trouble: str | None, answered: bool) -> None:
        if trouble:
            self._pause = min(self._pause * 2 or FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS)
            self._paused_until = time.monotonic() + self._pause
            logger.warning("%s cannot be sent, next try in %.0f seconds: %s", self._channel.name, self._pause, trouble)
            dispatches.tell_trouble(self._channel.name, trouble)
        elif answered and self._pause:
            self._pause = 0.0
            dispatches.tell_trouble(self._channel.name, None)


def send_now(channel: Channel, dispatch_id: int) -> None:
    """Sends one message at once, in the calling thread; its row says what became of it. Nothing happens when it is not due or
    another sender has it."""
    token, claimed = dispatches.claim_one(dispatch_id)
    if claimed is None:
        return
    batch = _prepare(channel, token, [claimed])
    verdicts = asyncio.run(_call_once(batch)) if batch.going else []
    dispatches.record(channel, token, batch.outcomes(channel, verdicts))
    channel.told(list(zip(batch.going, verdicts, strict=True)))
    if trouble := batch.trouble(verdicts):
        dispatches.tell_trouble(channel.name, trouble)


async def _call_once(batch: _Batch) -> list[Verdict]:
    async with Client() as client:
        return await batch.call(client)


@dataclass(frozen=True)
class _Batch:
    """Claimed rows: those that go to the provider now, what became of the others, and why none can go, if so."""

    send: Send | None
    going: list[Outgoing]
    done: list[Outcome]
    unready: str | None = None

    async def call(self, client: Client) -> list[Verdict]:
        return await asyncio.gather(*(_sent(self.send, client, one) for one in self.going)) if self.send else []

    def outcomes(self, channel: Channel, verdicts: Sequence[Verdict]) -> list[Outcome]:
        return [*self.done, *(settled(channel, one, said) for one, said in zip(self.going, verdicts, strict=True))]

    def trouble(self, verdicts: Sequence[Verdict]) -> str | None:
        unusable = (verdict.reason for verdict in verdicts if verdict.said == Said.UNUSABLE)
        return self.unready or next(unusable, None)


def _prepare(channel: Channel, token: uuid.UUID, claimed: Sequence[Claimed]) -> _Batch:
    """Writes the messages and marks those that can go as attempted."""
    prepared = _written(channel, claimed)
    done = [one for one in prepared if isinstance(one, Outcome)]
    ready = [one for one in prepared if isinstance(one, Outgoing)]
    try:
        send = channel.provider()
    except Unready as error:
        return _Batch(None, [], [*done, *(_released(one, str(error)) for one in ready)], str(error))
    marked = dispatches.mark(token, ready)
    return _Batch(send, [one for one in ready if one.id in marked], done)


def _written(channel: Channel, claimed: Sequence[Claimed]) -> list[Outgoing | Outcome]:
    try:
        return channel.prepare(claimed)
    except DatabaseError:
        raise
    except Exception:
        logger.exception("%d messages could not be written; they will be tried again.", len(claimed))
        return [_again(row.id, row.attempts, "The message could not be written.") for row in claimed]


async def _sent(send: Send, client: Client, message: Outgoing) -> Verdict:
    try:
        return await send(client, message)
    except Exception:
        logger.exception("The provider's answer could not be understood.")
        return Verdict(Said.IN_DOUBT, "The provider's answer could not be understood.")


def settled(channel: Channel, message: Outgoing, verdict: Verdict) -> Outcome:
    """What a provider's word means for a message."""
    if verdict.said == Said.ACCEPTED:
        return Outcome(message.id, State.SENT, verdict.reason or None, external_id=verdict.external_id)
    if verdict.said == Said.REFUSED:
        return Outcome(message.id, State.FAILED, verdict.reason)
    if verdict.said == Said.UNUSABLE:
        return _released(message, verdict.reason)
    if verdict.said == Said.IN_DOUBT and not channel.repeatable:
        return Outcome(message.id, State.UNKNOWN, verdict.reason)
    return _again(message.id, message.attempts, verdict.reason, verdict.delay)


def _released(message: Outgoing, reason: str) -> Outcome:
    """Nothing was tried: due again at once."""
    return Outcome(message.id, State.PENDING, reason, counted=False)


def _again(dispatch_id: int, attempts: int, reason: str, delay: float = 0) -> Outcome:
    if attempts + 1 >= MOST_ATTEMPTS:
        return Outcome(dispatch_id, State.FAILED, reason)
    usual = pause_after(attempts + 1).total_seconds()
    return Outcome(dispatch_id, State.PENDING, reason, delay=max(usual, delay))
