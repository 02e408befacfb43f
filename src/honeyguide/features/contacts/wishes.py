"""What a contact wants to get, as a form shows it and is sent back: on which channels, how often, which segments and
categories (engine contacts.md 7). The dialog of the admin pages and the page behind an e-mail's link both fill it in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from honeyguide.features.contacts import page_queries, services
from honeyguide.features.contacts.columns import REASONS, loaded
from honeyguide.features.contacts.rows import Row
from honeyguide.features.segments import services as segment_services
from honeyguide.features.segments.models import Segment

LABELS = {"email": "E-mail", "sms": "Text message"}
PERIODS = (("DAY", "a day"), ("WEEK", "a week"), ("MONTH", "a month"))
MAX_NUMBER = 1000


@dataclass(frozen=True, slots=True)
class Rule:
    """How often to write on a channel, as the form's inputs hold it."""

    number: str = ""
    period: str = ""
    pause_from: str = ""
    pause_to: str = ""
    preferred: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """A row of the form; `reason` says why the contact is not to be reached, `problem` what is wrong with the row."""

    name: str
    contactable: bool
    rule: Rule
    reason: str = ""
    problem: str = ""

    @property
    def label(self) -> str:
        return LABELS.get(self.name, self.name.capitalize())


@dataclass(frozen=True, slots=True)
class Choice:
    """A segment or category that the form offers."""

    id: int
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Wishes:
    channels: Sequence[Channel]
    segments: Sequence[Choice] = ()
    categories: Sequence[Choice] = ()

    @property
    def wrong(self) -> bool:
        return any(channel.problem for channel in self.channels)

    @property
    def none_preferred(self) -> bool:
        return not any(channel.rule.preferred for channel in self.channels)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a form asks about. What it does not ask stays as it is."""

    channels: bool = True
    frequency: bool = True
    pauses: bool = True
    preferred: bool = True
    segments: bool = True
    categories: bool = True


EVERY_PART = Parts()


def current(row: Row, *, names: Iterable[str] = LABELS, public: bool = False) -> Wishes:
    """What holds now, on the channels named and those that something is known of. `public` leaves out segments that are
    not meant for a preference centre, and shows their public names."""
    reasons = {entry["channel"]: entry["reason"] for entry in loaded(row.nested.do_not_contact)}
    rules = {channel: _shown(*rest) for channel, *rest in page_queries.rules_of(row.id)}
    return Wishes(
        [
            Channel(
                name,
                name not in reasons,
                rules.get(name, Rule()),
                REASONS.get(reasons[name], REASONS[3])[0] if name in reasons else "",
            )
            for name in dict.fromkeys([*names, *(() if public else (*reasons, *rules))])
        ],
        [Choice(*found) for found in page_queries.segment_choices(row.id, public=public)],
        [Choice(*found) for found in page_queries.category_choices(row.id)],
    )


def _shown(
    number: int | None, period: str | None, preferred: bool, start: datetime | None, end: datetime | None
) -> Rule:
    days = [timezone.localtime(moment).date().isoformat() if moment else "" for moment in (start, end)]
    return Rule("", "", *days, preferred) if number is None else Rule(str(number), period or "DAY", *days, preferred)


def sent(post: QueryDict, shown: Wishes, parts: Parts = EVERY_PART) -> Wishes:
    """What a form that showed these wishes was filled in with, and what is wrong about it."""
    return Wishes(
        [_sent_channel(post, channel, parts) for channel in shown.channels],
        _sent_choices(post, "segments", shown.segments) if parts.segments else shown.segments,
        _sent_choices(post, "categories", shown.categories) if parts.categories else shown.categories,
    )


def _sent_choices(post: QueryDict, name: str, shown: Sequence[Choice]) -> list[Choice]:
    wanted = set(post.getlist(name))
    return [replace(choice, chosen=str(choice.id) in wanted) for choice in shown]


def _sent_channel(post: QueryDict, channel: Channel, parts: Parts) -> Channel:
    rule = channel.rule
    number, period, start, end = (
        post.get(f"{channel.name}-{name}", "").strip()[:20] for name in ("number", "period", "from", "to")
    )
    if parts.frequency:
        rule = replace(rule, number=number, period=period if number else "")
    if parts.pauses:
        rule = replace(rule, pause_from=start, pause_to=end)
    if parts.preferred:
        rule = replace(rule, preferred=post.get("preferred") == channel.name)
    contactable = channel.name in post.getlist("contactable") if parts.channels else channel.contactable
    return Channel(channel.name, contactable, rule, channel.reason, _problem(rule))


def _problem(rule: Rule) -> str:
    if rule.number and not (rule.number.isdecimal() and len(rule.number) < 5 and 0 < int(rule.number) <= MAX_NUMBER):
        return f"Please enter a number of messages from 1 to {MAX_NUMBER}, or nothing."
    if rule.number and rule.period not in dict(PERIODS):
        return "Please choose a period."
    try:
        start, end = (date.fromisoformat(text) if text else None for text in (rule.pause_from, rule.pause_to))
    except ValueError:
        return "Please enter dates."
    if start and not end:
        return "Please say when to write again."
    if start and end and end <= start:
        return "The pause must end after it begins."
    return ""


@transaction.atomic
def save(
    row: Row, before: Wishes, after: Wishes, *, reason: int = services.MANUAL, comments: str = "", by: Any = None
) -> None:
    """Writes what differs from what was shown. `reason` is why a channel is closed that was unticked."""
    changed = {}
    for old, new in zip(before.channels, after.channels, strict=True):
        if new.contactable and not old.contactable:
            services.remove_do_not_contact(row.id, new.name, by=by)
        elif old.contactable and not new.contactable:
            services.set_do_not_contact(row.id, new.name, reason, comments=comments, by=by)
        if new.rule != old.rule:
            changed[new.name] = _as_sent_by_clients(new.rule)
    if changed:
        services.set_frequency_rules(row.id, changed, by=by)
    joined, left = _turned(before.segments, after.segments)
    for segment in _segments(joined):
        segment_services.add_contacts(segment, contact_ids=[row.id], by=by)
    for segment in _segments(left):
        segment_services.remove_contacts(segment, contact_ids=[row.id], by=by)
    wanted, unwanted = _turned(before.categories, after.categories)
    if wanted or unwanted:
        services.set_categories(row.id, wanted=wanted, unwanted=unwanted)


def _turned(before: Sequence[Choice], after: Sequence[Choice]) -> tuple[list[int], list[int]]:
    """The ids of what was ticked, and of what was unticked."""
    pairs = [(new.id, new.chosen) for old, new in zip(before, after, strict=True) if old.chosen != new.chosen]
    return [number for number, chosen in pairs if chosen], [number for number, chosen in pairs if not chosen]


def _as_sent_by_clients(rule: Rule) -> dict[str, Any]:
    return {
        "frequency_number": rule.number,
        "frequency_time": rule.period,
        "pause_from_date": _midnight(rule.pause_from),
        "pause_to_date": _midnight(rule.pause_to),
        "preferred_channel": rule.preferred,
    }


def _midnight(day: str) -> str:
    """When the day begins where who fills in the form is."""
    zone = timezone.get_current_timezone()
    return datetime.combine(date.fromisoformat(day), time.min, tzinfo=zone).isoformat() if day else ""


def _segments(numbers: Iterable[int]) -> list[Segment]:
    return list(Segment.objects.filter(pk__in=numbers).order_by("pk")) if numbers else []
