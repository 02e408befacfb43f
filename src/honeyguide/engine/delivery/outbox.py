"""The outbox: who gets which message, exactly once, and what became of it.

    PENDING -> CLAIMED -> ATTEMPTING -> SENT | FAILED | UNKNOWN, or back to PENDING to be tried again; CANCELLED before it

Guarantee. A message's last byte, the dot that makes a server accept it, is written only after its row says ATTEMPTING on
disk, and the next message of that connection is marked only in the transaction that also settles this one, or a later one.
So whenever a worker, its machine or its database dies, at most one message per SMTP connection is in doubt. Every other row says
what happened or is still to be sent. A message in doubt becomes UNKNOWN and is shown as such; it is repeated only if
`mailer_unknown_policy` says so or a person does. (No protocol can do better: RFC 1047.)

A worker holds a session lock on its id. When that lock is free the worker is dead, and whoever notices inherits its rows.
"""

import os
import socket
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from django.db import transaction

from honeyguide.engine import config
from honeyguide.engine.delivery import queries
from honeyguide.engine.delivery.content import Claimed, Outcome
from honeyguide.engine.delivery.models import OutboxState
from honeyguide.engine.sql import Clause, execute, rows, scalar

BROADCAST = "broadcast"
TRANSACTIONAL, MARKETING = 1, 2
LONGEST_ANSWER = 500


def enqueue(
    audience: Clause, *, occasion: str = BROADCAST, priority: int = MARKETING, options: dict[str, Any] | None = None
) -> int:
    """Puts a message to each of the audience into the outbox; returns to how many it is new.

    `audience` is a SELECT of (contact_id, email_id, segment_id, due_at); due_at null is now.
    """
    names = {f"a{number}": value for number, value in enumerate(audience.params)}
    text = audience.text
    for name in names:
        text = text.replace("%s", f"%({name})s", 1)
    statement = queries.ENQUEUE.format(pending=OutboxState.PENDING.value, audience=text)
    return execute(statement, {**names, "occasion": occasion, "priority": priority, "options": _json(options)})


def enqueue_one(
    *,
    email_id: int | None,
    contact_id: int | None,
    occasion: str = "",
    address: str | None = None,
    priority: int = TRANSACTIONAL,
    due_at: datetime | None = None,
    options: dict[str, Any] | None = None,
) -> int | None:
    """One message, by default of an occasion of its own; its row's id, or None when there is one already."""
    return scalar(
        queries.ENQUEUE_ONE,
        {
            "email_id": email_id,
            "contact_id": contact_id,
            "occasion": occasion or f"api:{uuid.uuid4()}",
            "address": address,
            "priority": priority,
            "due_at": due_at,
            "options": _json(options),
        },
    )


def enqueue_copies(copies: Sequence[tuple[str, dict[str, Any]]]) -> int:
    """Messages of no contact and no e-mail, given as address and options, which hold all they say; returns how many."""
    names = {"addresses": [address for address, _ in copies], "options": [_json(options) for _, options in copies]}
    return execute(queries.ENQUEUE_COPIES, {**names, "priority": TRANSACTIONAL})


def register() -> int:
    """Makes this database session a worker; returns its id. It lives as long as the session."""
    with transaction.atomic():
        worker = scalar(queries.REGISTER, {"host": socket.gethostname(), "pid": os.getpid()})
        execute(queries.LOCK_WORKER, {"class": queries.WORKER_LOCKS, "worker": worker})
    return worker


def tell_trouble(worker: int, reason: str | None) -> None:
    """Notes for people why a worker cannot send, or that it can."""
    execute(queries.TROUBLE, {"worker": worker, "reason": reason and reason[:LONGEST_ANSWER]})


def trouble() -> str:
    """Why a worker cannot send right now; blank when all can."""
    return scalar("SELECT trouble FROM workers WHERE trouble IS NOT NULL ORDER BY id DESC LIMIT 1") or ""


def retire(worker: int) -> None:
    """Ends an orderly worker that has nothing claimed any more."""
    execute(queries.UNLOCK_WORKER, {"class": queries.WORKER_LOCKS, "worker": worker})
    execute(queries.FORGET_WORKERS, {"workers": [worker]})


def inherit(mine: Sequence[int]) -> int:
    """Takes over from dead workers; returns how many rows they left in the middle."""
    with transaction.atomic():
        dead = [row[0] for row in rows(queries.DEAD_WORKERS, {"mine": list(mine), "class": queries.WORKER_LOCKS})]
        if not dead:
            return 0
        left = scalar(
            queries.INHERIT,
            {
                "dead": dead,
                "resend": config.get("mailer_unknown_policy") == "resend",
                "reason": "The worker died before the server's answer.",
            },
        )
        execute(queries.FORGET_WORKERS, {"workers": dead})
        return left


def claim(worker: int, limit: int) -> list[Claimed]:
    """The most urgent due messages, now this worker's."""
    found = rows(queries.CLAIM, {"worker": worker, "limit": limit})
    claimed = [Claimed(*row[:7], options=orjson.loads(row[7]) if row[7] else None) for row in found]
    return sorted(claimed, key=lambda row: (row.priority, row.id))


def record(worker: int, workers: Sequence[int], outcomes: Sequence[Outcome], attempts: Sequence[int]) -> set[int]:
    """Settles messages and marks others as attempted, in one commit; returns those that were really marked.

    `workers` are all ids this process has had, so that an answer known since before a lost session still counts.
    """
    marked = rows(
        queries.RECORD,
        {
            "worker": worker,
            "workers": list(workers),
            "attempts": list(attempts),
            "ids": [o.id for o in outcomes],
            "states": [o.state.value for o in outcomes],
            "answers": [o.answer and o.answer.replace("\x00", "")[:LONGEST_ANSWER] for o in outcomes],
            "dues": [o.due_at for o in outcomes],
            "counted": [int(o.counted) for o in outcomes],
            "bounced": [o.bounced for o in outcomes],
            "addresses": [o.address for o in outcomes],
        },
    )
    return {row[0] for row in marked}


def unknown() -> dict[int, int]:
    """How many messages of unknown fate each e-mail has, by its id."""
    return dict(rows(queries.UNKNOWN))


def settle_unknown(email_id: int, *, resend: bool) -> int:
    """A person decided: an e-mail's messages of unknown fate are sent again, or taken as sent. Returns how many."""
    if resend:
        return execute(queries.RESEND_UNKNOWN, {"email": email_id})
    return scalar(queries.COUNT_UNKNOWN_AS_SENT, {"email": email_id})


def _json(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()
