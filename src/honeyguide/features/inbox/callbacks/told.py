"""One call of a provider. Its JSON may be anything: whoever reads it asks `text` and `entries`, which always have an answer."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from honeyguide.features.inbox.notices import Kind, Notice

_HASH = re.compile(r"(?<![0-9a-fA-F])[0-9a-f]{28}(?![0-9a-fA-F])")
LONGEST = 400


@dataclass(frozen=True)
class Told:
    """`headers` have lower-case names. `has_secret`: the caller knows `mailer_callback_secret`, which stands in the address."""

    headers: Mapping[str, str]
    body: bytes
    json: Any
    has_secret: bool


@dataclass(frozen=True)
class Event:
    """Something that happened to a message, by a name that the provider gives it."""

    key: str
    notice: Notice


@dataclass(frozen=True)
class Provider:
    """`recognises` its calls by their form, `refusal` says why one is not believed, or blank, `events` what it tells of.
    `greet` does what a believed call asks for besides, as confirming a subscription, and returns what went wrong, or blank."""

    name: str
    recognises: Callable[[Told], bool]
    refusal: Callable[[Told], str]
    events: Callable[[Told], Iterator[Event]]
    greet: Callable[[Told], str] = lambda told: ""


def secret_refusal(told: Told) -> str:
    """For providers that do not sign: the address must have the secret."""
    return "" if told.has_secret else "The secret in the address is missing or wrong, or none is configured."


def entries(value: Any) -> list[dict]:
    """The objects in a list, or the one object that stands for a list."""
    return [entry for entry in (value if isinstance(value, list) else [value]) if isinstance(entry, dict)]


def text(value: Any, *names: str) -> str:
    """What stands under these names, one in the other; blank when nothing does, or no plain value."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return str(value)[:LONGEST] if isinstance(value, str | int | float | bool) else ""


def event(entry: dict, kind: Kind, *, name: str, address: str, reason: str = "", is_hard: bool = False) -> Event:
    """The event of an entry. `name` is the provider's for it; without one its content is its name. Whatever in the entry looks
    like a tracking hash is tried as one: Message-ID, headers, or what was put into the provider's own fields."""
    raw = orjson.dumps(entry, option=orjson.OPT_SORT_KEYS)
    hashes = tuple(dict.fromkeys(_HASH.findall(raw.decode("utf-8", "replace"))))[:20]
    key = re.sub(r"[\x00-\x1f\x7f]", "", name) or hashlib.sha256(raw).hexdigest()
    return Event(key, Notice(kind, hashes, address.strip().lower(), is_hard=is_hard, reason=reason))
