"""Does what a notice means, exactly once: whoever hears it, in whatever process, and however often it is told.

Whom to believe. A tracking hash proves that its bearer got, or carried, that message; so a stranger's mail may act on the
message whose hash it has. Without one, mail may only report a bounce or a complaint of an address that we wrote to in the last
days, as reports do that leave the original out. A provider proves who it is, and is believed about any address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import transaction

from honeyguide.engine.delivery.addresses import is_address
from honeyguide.engine.delivery.sealed import seal, unseal
from honeyguide.engine.sql import execute, one, scalar
from honeyguide.features.emails import services as emails
from honeyguide.features.inbox import queries
from honeyguide.features.inbox.models import State
from honeyguide.features.inbox.notices import Kind, Notice

SOFT_BOUNCES_THAT_ARE_HARD = 5
SOFT_WITHIN = "30 days"
WRITTEN_WITHIN = "14 days"
KEPT = "90 days"
_BY_ADDRESS = {Kind.BOUNCE, Kind.COMPLAINT}


@dataclass(frozen=True, slots=True)
class Message:
    """A message that was sent. `address` is where it went, `contact_address` where the contact is now, `copies` who else."""

    id: int
    contact_id: int | None
    address: str
    contact_address: str
    copies: str


@transaction.atomic
def act(notice: Notice, *, source: str, key: str, trusted: bool = False) -> State | None:
    """What became of the notice; None when the one of this key was handled before. `trusted`: who tells it has proved
    who they are. Of mail that has nothing to do with ours nothing is kept."""
    if notice.kind == Kind.NOTHING:
        return State.NOTHING
    taken = scalar(
        queries.TAKE,
        {
            "key": key, "source": source, "kind": notice.kind, "state": State.NOTHING, "is_hard": notice.is_hard,
            "reason": _clean(notice.reason), "address": _clean(notice.address),
        },
    )  # fmt: skip
    if taken is None:
        return None
    message = _message(notice, trusted)
    is_hard = notice.is_hard or _has_become_hard(notice, message)
    state = _do(notice, message, is_hard, trusted)
    known = message.id if message else None
    execute(queries.SETTLE, {"id": taken, "state": state, "is_hard": is_hard, "message": known})
    return state


def note_broken(reason: str, *, source: str, key: str) -> None:
    """Keeps for people that something came which cannot be read."""
    values = {
        "key": key,
        "source": source,
        "kind": Kind.NOTHING,
        "state": State.BROKEN,
        "is_hard": False,
        "address": "",
    }
    execute(queries.TAKE, {**values, "reason": _clean(reason)})


def forget_old() -> None:
    """Notices are for people to look at, and for counting soft bounces: after a quarter of a year they can go."""
    execute(queries.FORGET_OLD, {"keep": KEPT})


def _message(notice: Notice, trusted: bool) -> Message | None:
    """The message it is about: the first that a hash proves, else the last one to the address where that may count."""
    proved = [number for number in map(unseal, notice.hashes) if number is not None]
    if not proved and is_address(notice.address) and (trusted or notice.kind in _BY_ADDRESS):
        within = "10 years" if trusted else WRITTEN_WITHIN
        last = scalar(queries.LAST_TO_ADDRESS, {"address": notice.address, "within": within})
        proved = [last] if last else []
    found = one(queries.MESSAGES, {"ids": proved}) if proved else None
    return Message(*found) if found else None


def _has_become_hard(notice: Notice, message: Message | None) -> bool:
    if notice.kind != Kind.BOUNCE or message is None or message.contact_id is None:
        return False
    before = scalar(queries.SOFT_BOUNCES, {"contact": message.contact_id, "within": SOFT_WITHIN})
    return before + 1 >= SOFT_BOUNCES_THAT_ARE_HARD


def _do(notice: Notice, message: Message | None, is_hard: bool, trusted: bool) -> State:
    if message is None:
        return _do_by_address(notice) if trusted and is_address(notice.address) else State.UNMATCHED
    if notice.kind == Kind.REPLY:
        return _reply(notice, message)
    if notice.address and notice.address != message.address and notice.address in _listed(message.copies):
        return State.UNMATCHED  # a blind copy came back, which says nothing of the contact
    if notice.kind == Kind.BOUNCE:
        if not is_hard:
            emails.note_delivery_trouble(message.id, notice.reason)
            return State.DONE
        done = emails.record_bounce(message.id, notice.reason)
    else:
        done = emails.record_unsubscribe(message.id, notice.reason)
    return State.DONE if done else State.REPEATED


def _do_by_address(notice: Notice) -> State:
    """A provider knows an address to which we have no message any more."""
    if notice.kind == Kind.BOUNCE and notice.is_hard:
        emails.record_bounced_address(notice.address, notice.reason)
        return State.DONE
    if notice.kind in (Kind.COMPLAINT, Kind.UNSUBSCRIBE):
        emails.record_unsubscribed_address(notice.address, notice.reason)
        return State.DONE
    return State.UNMATCHED


def _reply(notice: Notice, message: Message) -> State:
    """A reply counts when it comes from the contact: others may have got the message forwarded."""
    if _plain(notice.sender) not in {_plain(message.address), _plain(message.contact_address)}:
        return State.UNMATCHED
    return State.DONE if emails.record_reply(seal(message.id), notice.message_id) else State.REPEATED


def _plain(address: str) -> str:
    """An address without what its owner may vary: dots and what follows a plus."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{domain}"


def _listed(addresses: str) -> list[str]:
    return [part.strip() for part in addresses.split(",")]


def _clean(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]+", " ", text)[:500]
