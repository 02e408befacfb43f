"""The fields a resource can have: how a value arrives, is kept in the model and goes out.

A `Field` is data. `parse` turns a raw value (JSON or form) into what the model stores, or raises ValueError with the
contract's text; `render` turns the stored value into JSON-able data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from honeyguide.engine.dates import to_datetime

INVALID = "This value is not valid."
MISSING: Any = object()
TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--.*?(?:-->|\Z)|<!\w[^<>]*>", re.DOTALL)
ZONE = re.compile(r":\d\d(\.\d+)?\s*[+-]\d\d:?\d\d$")
CAMEL = re.compile(r"(?<=[a-z0-9])([A-Z])")


def snake(name: str) -> str:
    return CAMEL.sub(r"_\1", name).lower()


def strip_tags(text: str) -> str:
    """Text without HTML tags; what stood between them stays (contract conventions 2, input cleaning). A comment that is not
    closed reaches to the end."""
    for _ in range(3):  # what is left of nested tags may be tags again
        text, found = TAG.subn("", text)
        if not found:
            return text
    return text.replace("<", "")


def text_of(raw: Any) -> str:
    """A scalar as text. ValueError for arrays."""
    if isinstance(raw, (dict, list)):
        raise ValueError(INVALID)
    if raw is None or raw is False:
        return ""
    return "1" if raw is True else str(raw).replace("\x00", "")


def same(value: Any) -> Any:
    return value


@dataclass(frozen=True, kw_only=True)
class Field:
    """One property of a resource.

    `default` is the class default: what a new item has, and what a partly selected one shows. `reset` is what PUT makes of
    a field that was not sent. `brief` fields stay in `minimal` answers. `tracked` = changing it counts as a modification.
    `hidden` fields are taken but never shown; `readonly` ones shown but never taken;
    `create_only` ones are ignored by edits.
    """

    name: str
    parse: Callable[[Any], Any] = same
    render: Callable[[Any], Any] = same
    attribute: str = ""
    column: str = ""
    default: Any = None
    reset: Any = None
    required: str = ""
    max_length: int | None = None
    brief: bool = True
    tracked: bool = True
    hidden: bool = False
    readonly: bool = False
    create_only: bool = False
    relation: bool = False  # joined: shown even when not selected
    kind: str = "text"  # for pages and OpenAPI
    choices: Sequence = ()
    label: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "attribute", self.attribute or snake(self.name))
        object.__setattr__(self, "column", self.column or self.attribute)

    def clean(self, raw: Any) -> Any:
        """The parsed value. ValueError carries the message for this field."""
        value = self.parse(raw)
        if self.required and value in (None, "", [], {}):
            raise ValueError(self.required)
        if self.max_length and isinstance(value, str) and len(value) > self.max_length:
            raise ValueError(f"This value is too long. It should have {self.max_length} characters or less.")
        return value


def Text(name: str, *, html: bool = False, blank: Any = None, **options: Any) -> Field:
    """A line or block of text. Tags are stripped unless `html`; blank becomes `blank`."""

    def parse(raw: Any) -> Any:
        text = text_of(raw) if html else strip_tags(text_of(raw))
        return text.strip() or blank

    options.setdefault("max_length", None if html else 191)
    options.setdefault("kind", "html" if html else "text")
    return Field(name=name, parse=parse, **options)


def Integer(name: str, *, out_of_range: str = INVALID, **options: Any) -> Field:
    """A whole number that a 32-bit column holds; blank is what `reset` says."""

    def parse(raw: Any) -> int | None:
        text = text_of(raw).strip()
        if text == "":
            return options.get("reset")
        try:
            number = int(float(text))
        except (ValueError, OverflowError):
            raise ValueError(INVALID) from None
        if not -(2**31) <= number < 2**31:
            raise ValueError(out_of_range)
        return number

    return Field(name=name, parse=parse, kind="integer", **options)


def Boolean(name: str, *, default: bool = False, reset: Any = False, **options: Any) -> Field:
    """Yes or no: 1/0, true/false, on/off, yes/no, or a list of one of them; anything else is no."""

    def parse(raw: Any) -> bool:
        if isinstance(raw, list):
            raw = raw[0] if raw else False
        if isinstance(raw, dict):
            raise ValueError(INVALID)
        return str(raw).strip().lower() in {"1", "true", "on", "yes", "1.0"}

    return Field(name=name, parse=parse, default=default, reset=reset, kind="boolean", **options)


def DateTime(name: str, **options: Any) -> Field:
    """A moment in UTC. Seconds are dropped; blank is none; a zone is refused, as the reference does."""

    def parse(raw: Any) -> datetime | None:
        text = text_of(raw).strip()
        moment = to_datetime(text)
        if (moment is None and text) or ZONE.search(text):
            raise ValueError(INVALID)
        return moment.replace(second=0, microsecond=0) if moment else None

    return Field(name=name, parse=parse, render=iso, kind="datetime", **options)


def Stamp(name: str, **options: Any) -> Field:
    """A moment that only the server sets."""
    return Field(name=name, render=iso, readonly=True, kind="datetime", **options)


def Choice(name: str, choices: Sequence[str], *, invalid: str = INVALID, **options: Any) -> Field:
    """One of `choices`, else the message `invalid`; blank is what `reset` says."""

    def parse(raw: Any) -> str | None:
        text = text_of(raw)
        if text == "":
            return options.get("reset")
        if text not in choices:
            raise ValueError(invalid)
        return text

    return Field(name=name, parse=parse, choices=tuple(choices), kind="choice", **options)


def Structure(name: str, *, default: Any = None, **options: Any) -> Field:
    """A list or map kept as it is sent. Text is refused."""

    def parse(raw: Any) -> Any:
        if raw in (None, ""):
            return default() if callable(default) else default
        if not isinstance(raw, (list, dict)):
            raise ValueError(INVALID)
        return raw

    options.setdefault("parse", parse)
    options.setdefault("reset", default)
    return Field(name=name, default=default, kind="structure", **options)


def ReadOnly(name: str, **options: Any) -> Field:
    return Field(name=name, readonly=True, **options)


def iso(moment: datetime | None) -> str | None:
    """`2024-05-01T12:00:00+00:00`, the only date shape of the API."""
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else None
