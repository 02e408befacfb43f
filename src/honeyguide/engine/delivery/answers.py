"""What a server's refusal means for the message, the address and the server itself."""

import random
import re
from datetime import UTC, datetime, timedelta

from honeyguide.engine import config
from honeyguide.engine.delivery.content import Claimed, Outcome, Outgoing
from honeyguide.engine.delivery.models import OutboxState
from honeyguide.engine.delivery.smtp import Reply

FIRST_PAUSE_SECONDS = 60
LONGEST_PAUSE_SECONDS = 4 * 3600
_ENHANCED = re.compile(r"\b5\.(\d{1,3})\.(\d{1,3})\b")
# Enhanced codes (RFC 3463) that speak of the recipient's mailbox: bad address, no such host, moved, disabled, not permitted.
_ADDRESS_CODES = {"1.1", "1.2", "1.3", "1.6", "1.10", "2.1"}
_SIGN_IN = {530, 534, 535, 538}


def is_about_us(reply: Reply) -> bool:
    """Whether the server refuses us rather than this message: it goes away, or wants us to sign in."""
    return reply.code == 421 or reply.code in _SIGN_IN


def is_bounce(reply: Reply, *, at_recipient: bool) -> bool:
    """Whether a refusal says that the address does not work."""
    if reply.code < 500:
        return False
    if found := _ENHANCED.search(reply.text):
        return f"{int(found[1])}.{int(found[2])}" in _ADDRESS_CODES
    return at_recipient and reply.code in (550, 551, 553)


def pause_after(attempts: int) -> timedelta:
    """How long to wait after the attempt of this number: a minute, doubling to four hours, a fifth more or less."""
    seconds = min(FIRST_PAUSE_SECONDS * 2 ** min(attempts - 1, 20), LONGEST_PAUSE_SECONDS)
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311


def sent(message: Outgoing) -> Outcome:
    return Outcome(message.id, OutboxState.SENT, address=message.recipients[0])


def refused(message: Outgoing, reply: Reply, *, at_recipient: bool = False) -> Outcome:
    """5xx fails for good; anything else is tried again, up to `mailer_max_attempts` times."""
    if 500 <= reply.code < 600 and not is_about_us(reply):
        bounced = is_bounce(reply, at_recipient=at_recipient)
        return Outcome(message.id, OutboxState.FAILED, str(reply), bounced=bounced, address=message.recipients[0])
    return _again(message, str(reply))


def interrupted(message: Outgoing, reason: str) -> Outcome:
    """The connection ended before the dot: the message was surely not accepted."""
    return _again(message, reason)


def unknown(message: Outgoing, reason: str) -> Outcome:
    """The connection ended between the dot and its answer: nobody here can know."""
    if config.get("mailer_unknown_policy") == "resend":
        return _again(message, reason)
    return Outcome(message.id, OutboxState.UNKNOWN, reason, address=message.recipients[0])


def released(message: Outgoing) -> Outcome:
    """Nothing was tried: due again at once."""
    return Outcome(message.id, OutboxState.PENDING, counted=False)


def unwritten(row: Claimed) -> Outcome:
    """The message could not be rendered, which is our fault, not the recipient's."""
    return _again(row, "The message could not be written.")


def _again(message: Outgoing | Claimed, reason: str) -> Outcome:
    attempts = message.attempts + 1
    if attempts >= config.get("mailer_max_attempts"):
        return Outcome(message.id, OutboxState.FAILED, reason)
    return Outcome(message.id, OutboxState.PENDING, reason, due_at=datetime.now(UTC) + pause_after(attempts))
