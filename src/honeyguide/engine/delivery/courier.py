"""Carries messages over one connection: while the server thinks about one, the next is already on its way.

The order on the wire is: envelope and body of a message, its mark on disk, then its dot together with the envelope of the
next, whose body follows after the server's answer. See `outbox` for what that guarantees.
"""

from collections.abc import Callable
from dataclasses import dataclass

from honeyguide.engine.delivery import answers
from honeyguide.engine.delivery.content import Outcome, Outgoing
from honeyguide.engine.delivery.ledger import Ledger, LedgerClosed
from honeyguide.engine.delivery.models import OutboxState
from honeyguide.engine.delivery.smtp import Connection, Disconnected, Envelope, Refusal

MESSAGES_PER_CONNECTION = 1000


@dataclass(slots=True)
class _Load:
    """A message on the wire and how far it is."""

    message: Outgoing
    envelope: Envelope
    written: bool = False  # the envelope went out together with the dot before it
    dotted: bool = False


class Courier:
    """`take` gives the next message that is ready now, or None. `carry` returns when there is none, or when the
    connection is no longer good."""

    def __init__(self, connection: Connection, take: Callable[[], Outgoing | None], ledger: Ledger) -> None:
        self._connection = connection
        self._take = take
        self._ledger = ledger
        self.error: str | None = None
        self.answered = 0

    async def carry(self) -> None:
        loaded: _Load | None = None  # marked, its dot not written yet
        while True:
            following = self._next() if self.has_room else None
            if loaded is None and following is None:
                return
            try:
                if loaded:
                    await self._finish(loaded, following)
                    loaded = None
                loaded, following = await self._load(following), None
            except Disconnected as error:
                self._interrupt(str(error), loaded, following)
                return
            except LedgerClosed:
                self._connection.close()
                return

    @property
    def has_room(self) -> bool:
        return self._connection.is_alive and self._connection.messages < MESSAGES_PER_CONNECTION

    def _next(self) -> _Load | None:
        """The next message this server can be asked to take; the others are settled here."""
        while message := self._take():
            try:
                load = _Load(message, Envelope(message.sender, message.recipients, len(message.data)))
            except ValueError:
                self._fail(message, "553 5.1.3 The address cannot be written to.", bounced=True)
                continue
            limit = self._connection.size_limit
            if limit and len(message.data) > limit:
                self._fail(message, f"552 5.3.4 The message is larger than the server's limit of {limit} bytes.")
            elif load.envelope.needs_utf8 and "SMTPUTF8" not in self._connection.extensions:
                self._fail(message, "553 5.6.7 The server cannot write to this address.")
            else:
                return load
        return None

    async def _finish(self, loaded: _Load, following: _Load | None) -> None:
        """The dot, and the server's word on it."""
        self._connection.finish(following and following.envelope)
        loaded.dotted = True
        if following:
            following.written = self._connection.pipelining
        reply = await self._connection.answer()
        self.answered += 1
        self._ledger.settle(answers.sent(loaded.message) if reply.is_ok else answers.refused(loaded.message, reply))

    async def _load(self, load: _Load | None) -> _Load | None:
        """Envelope and body of a message, and its mark; None when it was refused or taken away."""
        if load is None:
            return None
        refusal = await self._connection.begin(load.envelope, written=load.written)
        if refusal:
            self._refuse(load.message, refusal)
            return None
        await self._connection.send(load.message.data)
        if not await self._ledger.mark(load.message.id):
            self._connection.close()  # the server has all but the dot: only hanging up takes it back
            return None
        return load

    def _refuse(self, message: Outgoing, refusal: Refusal) -> None:
        if answers.is_about_us(refusal.reply):
            self.error = str(refusal.reply)
            self._ledger.settle(answers.released(message))
            self._connection.close()
        else:
            self._ledger.settle(answers.refused(message, refusal.reply, at_recipient=refusal.of_recipient))

    def _interrupt(self, reason: str, loaded: _Load | None, following: _Load | None) -> None:
        """Accounts for what was on the wire when the connection ended."""
        self.error = reason
        for load in (loaded, following):
            if load:
                settle = answers.unknown if load.dotted else answers.interrupted
                self._ledger.settle(settle(load.message, reason))
        self._connection.close()

    def _fail(self, message: Outgoing, reason: str, *, bounced: bool = False) -> None:
        outcome = Outcome(message.id, OutboxState.FAILED, reason, bounced=bounced, address=message.recipients[0])
        self._ledger.settle(outcome)
