"""The rows of dispatches: put in, claimed, marked, settled, counted. See the package for what is guaranteed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson
from django.utils import timezone

from honeyguide.engine.channels import queries
from honeyguide.engine.channels.channel import Channel, Claimed, Outcome, Outgoing
from honeyguide.engine.sql import Clause, execute, one, rows, scalar

BROADCAST = "broadcast"
EXAMPLE = "example:"
ONE, MANY = 1, 2  # priorities
LEASE_SECONDS = 300
LONGEST_ANSWER = 500
CHART_DAYS = 30


class Statistics(NamedTuple):
    """`days` are (day, sent, failed, clicked), `links` (url, clicks, contacts)."""

    sent: int
    delivered: int
    clicked: int
    failed: int
    unknown: int
    pending: int
    cancelled: int
    days: list[tuple]
    links: list[tuple]


def enqueue(channel: str, item_id: int, audience: Clause, *, occasion: str = BROADCAST, priority: int = MANY) -> int:
    """Puts a message to each of the audience into the table; returns to how many it is new.

    `audience` is a SELECT of (contact_id, segment_id, due_at); due_at null is now.
    """
    names = {f"a{number}": value for number, value in enumerate(audience.params)}
    text = audience.text
    for name in names:
        text = text.replace("%s", f"%({name})s", 1)
    given = {**names, "channel": channel, "item": item_id, "occasion": occasion, "priority": priority}
    return execute(queries.ENQUEUE.format(audience=text), given)


def enqueue_one(
    channel: str, item_id: int, contact_id: int, *, occasion: str = "", due_at: datetime | None = None
) -> int | None:
    """One message, by default of an occasion of its own; its row's id, or None when there is one already."""
    names = {"channel": channel, "item": item_id, "contact": contact_id, "due_at": due_at}
    return scalar(queries.ENQUEUE_ONE, names | {"occasion": occasion or f"api:{uuid.uuid4()}"})


def enqueue_written(channel: str, address: str, content: str) -> int:
    """A test copy, already written: to an address, of no contact and no item. Returns its row's id."""
    names = {"channel": channel, "address": address, "content": content, "occasion": f"{EXAMPLE}{uuid.uuid4()}"}
    return scalar(queries.ENQUEUE_WRITTEN, names)


def claim(channel: Channel, limit: int) -> tuple[uuid.UUID, list[Claimed]]:
    """The most urgent due messages, and the claim by which they are the caller's."""
    token = uuid.uuid4()
    found = rows(queries.CLAIM, {"channel": channel.name, "claim": token, "limit": limit})
    return token, [Claimed(*row) for row in found]


def claim_one(dispatch_id: int) -> tuple[uuid.UUID, Claimed | None]:
    """One message, unless it is not due or somebody else has it."""
    token = uuid.uuid4()
    found = one(queries.CLAIM_ONE, {"id": dispatch_id, "claim": token})
    return token, Claimed(*found) if found else None


def mark(token: uuid.UUID, messages: Sequence[Outgoing]) -> set[int]:
    """Marks messages as attempted; returns those that may be sent: the others are not the caller's any more."""
    if not messages:
        return set()
    names = {
        "claim": token,
        "ids": [m.id for m in messages],
        "addresses": [m.address for m in messages],
        "contents": [m.content for m in messages],
    }
    return {row[0] for row in rows(queries.MARK, names)}


def record(channel: Channel, token: uuid.UUID, outcomes: Sequence[Outcome]) -> None:
    """Settles messages, in one commit."""
    if not outcomes:
        return
    scalar(
        queries.RECORD,
        {
            "claim": token,
            "ids": [o.id for o in outcomes],
            "states": [o.state.value for o in outcomes],
            "answers": [o.answer and o.answer.replace("\x00", "")[:LONGEST_ANSWER] for o in outcomes],
            "delays": [o.delay for o in outcomes],
            "counted": [int(o.counted) for o in outcomes],
            "externals": [o.external_id for o in outcomes],
            "sent": channel.sent.value,
            "failed": channel.failed.value,
        },
    )


def expire(channel: Channel) -> int:
    """Takes over from processes that died; returns how many rows they left in the middle."""
    return execute(
        queries.EXPIRE,
        {
            "channel": channel.name,
            "repeatable": channel.repeatable,
            "lease": LEASE_SECONDS,
            "reason": "The sender died before the provider's answer.",
        },
    )


def withdraw(channel: str, item_id: int) -> int:
    """Cancels what is queued and not sent yet; returns how many."""
    names = {"channel": channel, "item": item_id, "reason": "Withdrawn before it was sent."}
    return execute(queries.WITHDRAW, names)


def settle_unknown(channel: Channel, item_id: int, *, resend: bool) -> int:
    """A person decided: messages of unknown fate are sent again, or taken as sent. Returns how many."""
    names: dict[str, Any] = {"channel": channel.name, "item": item_id}
    if resend:
        return execute(queries.RESEND_UNKNOWN, names)
    return scalar(queries.COUNT_UNKNOWN_AS_SENT, names | {"sent": channel.sent.value})


def statistics(channel: str, item_id: int) -> Statistics:
    """What became of an item's messages, with the last 30 days."""
    names = {"channel": channel, "item": item_id, "since": timezone.now() - timedelta(days=CHART_DAYS)}
    counts = one(queries.STATISTICS, names) or (0,) * 7
    return Statistics(*counts, days=rows(queries.OVER_TIME, names), links=rows(queries.LINKS, names))


def tell_trouble(channel: str, reason: str | None) -> None:
    """Notes for people why a channel cannot send, or that it can."""
    if reason is None:
        execute("DELETE FROM channel_troubles WHERE channel = %s", (channel,))
    else:
        execute(queries.TROUBLE, {"channel": channel, "reason": reason[:LONGEST_ANSWER]})


def trouble(channel: str) -> str:
    """Why a channel cannot send right now; blank when it can."""
    return scalar("SELECT reason FROM channel_troubles WHERE channel = %s", (channel,)) or ""


def values_of(dispatch_id: int) -> dict[str, Any]:
    """The field values of a message's contact; none when it is gone."""
    found = scalar(queries.VALUES, (dispatch_id,))
    return orjson.loads(found) if found else {}
