"""What pages show of an item's dispatches: figures, a chart, who got it and what became of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from honeyguide.engine.channels import dispatches, queries
from honeyguide.engine.delivery.models import OutboxState as State
from honeyguide.engine.sql import rows, scalar
from honeyguide.engine.ui.charts import per_day

PAGE_SIZE = 50
STATES = {
    "waiting": ("Waiting", "secondary", (State.PENDING, State.CLAIMED, State.ATTEMPTING)),
    "sent": ("Sent", "green", (State.SENT,)),
    "failed": ("Failed", "red", (State.FAILED,)),
    "unknown": ("Unknown", "orange", (State.UNKNOWN,)),
    "cancelled": ("Cancelled", "secondary", (State.CANCELLED,)),
}
NAMES = ("id", "contact_id", "address", "name", "state", "sent_at", "delivered_at", "clicks", "answer", "due_at")


def figures(channel: str, item_id: int, *, enabled: bool, off: str) -> dict[str, Any]:
    """The statistics, and why nothing moves when nothing does; `off` says that the channel is switched off."""
    found = dispatches.statistics(channel, item_id)
    queued = found.sent + found.pending + found.failed + found.unknown + found.cancelled
    days = [(day.date(), sent, failed, clicked) for day, sent, failed, clicked in found.days if day]
    return {
        "stats": found,
        "queued": queued,
        "done": queued - found.pending,
        "sending": found.pending > 0,
        "still": _why_still(channel, enabled, off) if found.pending else "",
        "chart": per_day("Messages", days, ("Sent", "Failed", "Clicked"), last=timezone.localdate()),
    }


def _why_still(channel: str, enabled: bool, off: str) -> str:
    if not enabled:
        return off
    if trouble := dispatches.trouble(channel):
        return f"Nothing leaves at the moment, and is tried again by itself. {trouble}"
    return "" if scalar("SELECT 1 FROM workers LIMIT 1") else "Messages leave when a worker runs."


def recipients(request: HttpRequest, channel: str, item_id: int) -> dict[str, Any]:
    """A page of who it went to, all or those of one state."""
    show = request.GET.get("show", "")
    chosen = STATES.get(show)
    before = request.GET.get("before", "")
    given = {
        "channel": channel,
        "item": item_id,
        "before": int(before) if before.isdecimal() and len(before) < 19 else 2**62,
        "states": [state.value for state in chosen[2]] if chosen else None,
        "limit": PAGE_SIZE + 1,
    }
    found = [dict(zip(NAMES, row, strict=True)) for row in rows(queries.RECIPIENTS, given)]
    badges = {state.value: (label, color) for label, color, group in STATES.values() for state in group}
    for entry in found:
        entry["label"], entry["color"] = badges[entry["state"]]
        entry["waits"] = entry["state"] == State.PENDING
    return {
        "entries": found[:PAGE_SIZE],
        "next": found[PAGE_SIZE - 1]["id"] if len(found) > PAGE_SIZE else None,
        "show": show if chosen else "",
        "filters": [("", "All"), *((key, label) for key, (label, _, _) in STATES.items())],
    }
