"""The dialog of what a contact wants to get: on which channels, how often, which segments (engine contacts.md 7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from honeyguide.engine.ui import messages
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
    """A row of the dialog; `reason` says why the contact is not to be reached, `problem` what is wrong with the row."""

    name: str
    contactable: bool
    rule: Rule
    reason: str = ""
    problem: str = ""

    @property
    def label(self) -> str:
        return LABELS.get(self.name, self.name.capitalize())


def dialog(request: HttpRequest, row: Row) -> HttpResponse:
    channels, members = _channels(row), {number for number, _, _ in page_queries.segments_of(row.id)}
    if request.method == "POST":
        sent = [_sent(request, channel) for channel in channels]
        wanted = {int(text) for text in request.POST.getlist("segments") if text.isdecimal() and len(text) < 19}
        if not any(channel.problem for channel in sent):
            _save(request, row, channels, sent, members, wanted)
            messages.success(request, "The preferences have been saved.")
            return HttpResponse(status=204, headers={"HX-Redirect": f"/s/contacts/view/{row.id}"})
        channels, members = sent, wanted
    context = {
        "item": row,
        "channels": channels,
        "periods": PERIODS,
        "none_preferred": not any(channel.rule.preferred for channel in channels),
        "segments": [(number, name, number in members) for number, name in page_queries.names("segments")],
    }
    wrong = any(channel.problem for channel in channels)
    return render(request, "contacts/preferences.html", context, status=422 if wrong else 200)


def _channels(row: Row) -> list[Channel]:
    reasons = {entry["channel"]: entry["reason"] for entry in loaded(row.nested.do_not_contact)}
    rules = {channel: _shown(*rest) for channel, *rest in page_queries.rules_of(row.id)}
    return [
        Channel(
            name,
            name not in reasons,
            rules.get(name, Rule()),
            REASONS.get(reasons[name], REASONS[3])[0] if name in reasons else "",
        )
        for name in dict.fromkeys([*LABELS, *reasons, *rules])
    ]


def _shown(
    number: int | None, period: str | None, preferred: bool, start: datetime | None, end: datetime | None
) -> Rule:
    days = [timezone.localtime(moment).date().isoformat() if moment else "" for moment in (start, end)]
    return Rule("", "", *days, preferred) if number is None else Rule(str(number), period or "DAY", *days, preferred)


def _sent(request: HttpRequest, channel: Channel) -> Channel:
    """The row as it was sent, with what is wrong about it."""
    number, period, start, end = (
        request.POST.get(f"{channel.name}-{name}", "").strip()[:20] for name in ("number", "period", "from", "to")
    )
    rule = Rule(number, period if number else "", start, end, request.POST.get("preferred") == channel.name)
    contactable = channel.name in request.POST.getlist("contactable")
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
def _save(
    request: HttpRequest, row: Row, before: list[Channel], after: list[Channel], members: set[int], wanted: set[int]
) -> None:
    """Writes what differs from what was shown."""
    changed = {}
    for old, new in zip(before, after, strict=True):
        if new.contactable and not old.contactable:
            services.remove_do_not_contact(row.id, new.name, by=request.user)
        elif old.contactable and not new.contactable:
            services.set_do_not_contact(row.id, new.name, services.MANUAL, by=request.user)
        if new.rule != old.rule:
            changed[new.name] = _as_sent_by_clients(new.rule)
    if changed:
        services.set_frequency_rules(row.id, changed, by=request.user)
    for segment in _segments(wanted - members):
        segment_services.add_contacts(segment, contact_ids=[row.id], by=request.user)
    for segment in _segments(members - wanted):
        segment_services.remove_contacts(segment, contact_ids=[row.id], by=request.user)


def _as_sent_by_clients(rule: Rule) -> dict[str, Any]:
    return {
        "frequency_number": rule.number,
        "frequency_time": rule.period,
        "pause_from_date": _midnight(rule.pause_from),
        "pause_to_date": _midnight(rule.pause_to),
        "preferred_channel": rule.preferred,
    }


def _midnight(day: str) -> str:
    """When the day begins where the user is."""
    zone = timezone.get_current_timezone()
    return datetime.combine(date.fromisoformat(day), time.min, tzinfo=zone).isoformat() if day else ""


def _segments(numbers: Iterable[int]) -> list[Segment]:
    return list(Segment.objects.filter(pk__in=numbers).order_by("pk")) if numbers else []
