"""What a request wants a contact to become: cleaned field values and the special keys (contract resource-contacts "Create")."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from honeyguide.engine.dates import to_datetime
from honeyguide.engine.fieldtypes import INVALID
from honeyguide.engine.sql import rows
from honeyguide.features.fields.cleaning import clean_values
from honeyguide.features.fields.definitions import Definitions
from honeyguide.features.tags import split_tags

KEEP: Any = object()  # not sent
BIGGEST = 2**31 - 1
DNC_MANUAL = 3
LOCALHOST = "127.0.0.1"  # the reference attaches this in place of an address that is none


@dataclass(frozen=True, slots=True)
class DncChange:
    """`reason` 0 makes the channel contactable again."""

    channel: str
    reason: int
    comments: str = ""
    channel_id: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """How often a contact wants to hear from a channel."""

    channel: str
    number: int | None
    time: str | None
    preferred: bool
    pause_from: datetime | None
    pause_to: datetime | None


@dataclass(slots=True)
class Draft:
    """`values` are typed field values by alias (None = sent blank). The rest are KEEP or empty when not sent."""

    values: dict[str, Any]
    errors: dict[str, str]
    owner_id: Any = KEEP
    stage_id: Any = KEEP
    companies: Any = KEEP
    preferred_profile_image: Any = KEEP
    ip: str | None = None
    add_tags: list[str] = field(default_factory=list)
    remove_tags: list[str] = field(default_factory=list)
    do_not_contact: list[DncChange] = field(default_factory=list)
    frequency_rules: list[Rule] = field(default_factory=list)

    @property
    def is_plain(self) -> bool:
        """Whether field values are all there is to save, in the contact's own row."""
        return not (
            self.add_tags or self.remove_tags or self.do_not_contact or self.frequency_rules or self.ip
            or self.companies is not KEEP or self.values.get("company")
        )  # fmt: skip

    @property
    def is_unowned(self) -> bool:
        """Whether the contact's owner, stage and picture are left alone."""
        return {self.owner_id, self.stage_id, self.preferred_profile_image} <= {KEEP, None}


SPECIAL = {
    "owner", "stage", "companies", "preferred_profile_image", "ipAddress", "tags", "doNotContact", "frequencyRules",
    "lastActive",
}  # fmt: skip


def read_draft(values: Mapping[str, Any], fields: Definitions) -> Draft:
    """Cleans raw values. What is wrong stands in `errors`; nothing is raised."""
    cleaned, errors = clean_values(values, fields)
    draft = Draft(cleaned, errors)
    points = cleaned.get("points")
    if points is not None:
        cleaned["points"] = int(max(-BIGGEST, min(BIGGEST, points)))
    for name in SPECIAL.intersection(values):
        try:
            READERS[name](draft, values[name])
        except ValueError as error:
            errors[name] = str(error)
    return draft


def _id(raw: Any) -> int | None:
    """A reference by id; blank is None. ValueError for anything that cannot be one."""
    if raw is None or raw is False or raw == "":
        return None
    if isinstance(raw, (list, dict, bool)) or not str(raw).strip().isdecimal() or len(str(raw)) > 18:
        raise ValueError(INVALID)
    return int(raw) or None


def _existing(table: str, raw: Any) -> int | None:
    number = _id(raw)
    if number is not None and not rows(f"SELECT 1 FROM {table} WHERE id = %s", (number,)):
        raise ValueError(INVALID)
    return number


def _owner(draft: Draft, raw: Any) -> None:
    draft.owner_id = _existing("users", raw)


def _stage(draft: Draft, raw: Any) -> None:
    draft.stage_id = _existing("stages", raw)


def _companies(draft: Draft, raw: Any) -> None:
    listed = list(raw.values()) if isinstance(raw, dict) else raw if isinstance(raw, list) else [raw]
    wanted = [number for number in map(_id, listed) if number]
    known = {row[0] for row in rows("SELECT id FROM companies WHERE id = ANY(%s)", (wanted,))} if wanted else set()
    if not known.issuperset(wanted):
        raise ValueError(INVALID)
    draft.companies = wanted


def _image(draft: Draft, raw: Any) -> None:
    draft.preferred_profile_image = _text(raw)[:191] or None


def _ip(draft: Draft, raw: Any) -> None:
    text = _text(raw).strip()
    if text:
        try:
            draft.ip = str(ipaddress.ip_address(text))
        except ValueError:
            draft.ip = LOCALHOST


def _tags(draft: Draft, raw: Any) -> None:
    draft.add_tags, draft.remove_tags = split_tags(raw)


def _last_active(draft: Draft, raw: Any) -> None:
    found = to_datetime(_text(raw))
    if found:
        draft.values["last_active"] = found.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _do_not_contact(draft: Draft, raw: Any) -> None:
    listed = list(raw.values()) if isinstance(raw, dict) and "channel" not in raw else raw
    for entry in listed if isinstance(listed, list) else [listed]:
        if entry in (None, ""):
            continue
        if not isinstance(entry, dict) or not _text(entry.get("channel")).strip():
            raise ValueError(INVALID)
        reason = entry.get("reason", DNC_MANUAL)
        if str(reason).strip() not in ("0", "1", "2", "3"):
            raise ValueError(INVALID)
        channel = _text(entry["channel"]).strip()[:50]
        draft.do_not_contact.append(
            DncChange(channel, int(reason), _text(entry.get("comments")), _id(entry.get("channelId")))
        )


def _frequency_rules(draft: Draft, raw: Any) -> None:
    if raw in (None, "", []):
        return
    if not isinstance(raw, dict):
        raise ValueError(INVALID)
    draft.frequency_rules = [read_rule(channel, entry) for channel, entry in raw.items()]


def read_rule(channel: str, entry: Any) -> Rule:
    """A channel's preferences as the API sends them. ValueError for what is none."""
    if not isinstance(entry, dict):
        raise ValueError(INVALID)
    number, time = _text(entry.get("frequency_number")).strip(), _text(entry.get("frequency_time")).strip().upper()
    wrong = number and (not number.isdecimal() or len(number) > 10 or int(number) > BIGGEST)
    if wrong or time not in ("", "DAY", "WEEK", "MONTH"):
        raise ValueError(INVALID)
    return Rule(
        channel=str(channel).replace("\x00", "")[:50],
        number=int(number) if number else None,
        time=time or None,
        preferred=_text(entry.get("preferred_channel")).strip().lower() in ("1", "true", "on", "yes"),
        pause_from=to_datetime(_text(entry.get("pause_from_date"))),
        pause_to=to_datetime(_text(entry.get("pause_to_date"))),
    )


def _text(raw: Any) -> str:
    if isinstance(raw, (list, dict)):
        raise ValueError(INVALID)
    return "" if raw is None or raw is False else "1" if raw is True else str(raw).replace("\x00", "")


READERS = {
    "owner": _owner,
    "stage": _stage,
    "companies": _companies,
    "preferred_profile_image": _image,
    "ipAddress": _ip,
    "tags": _tags,
    "doNotContact": _do_not_contact,
    "frequencyRules": _frequency_rules,
    "lastActive": _last_active,
}
