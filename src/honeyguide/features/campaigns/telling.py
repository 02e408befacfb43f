"""Campaigns in words: when a step is due, as people say it."""

from __future__ import annotations

from django.utils import timezone

from honeyguide.features.campaigns.steps import Timing

UNITS = {"i": "minute", "h": "hour", "d": "day", "m": "month", "y": "year"}
DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


def timing_in_words(timing: Timing) -> str:
    """`after 3 days, at 09:00, on Monday or Tuesday`; `at once` when nothing is waited for."""
    if timing.mode == "date" and timing.date:
        return f"on {timezone.localtime(timing.date):%-d %b %Y, %H:%M}"
    if timing.mode != "interval":
        return "at once"
    unit = UNITS.get(timing.unit or "d", "day")
    said = [f"after {timing.interval} {unit}{'' if timing.interval == 1 else 's'}"] if timing.interval > 0 else []
    if timing.hour is not None:
        said.append(f"at {timing.hour:%H:%M}")
    elif timing.start is not None and timing.stop is not None:
        said.append(f"between {timing.start:%H:%M} and {timing.stop:%H:%M}")
    if days := [DAYS[day] for day in sorted(set(timing.days)) if day < len(DAYS)]:
        said.append(f"on {days[0]}" if len(days) == 1 else f"on {', '.join(days[:-1])} or {days[-1]}")
    return ", ".join(said) or "at once"
