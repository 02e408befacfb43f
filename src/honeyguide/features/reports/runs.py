"""Sendings of reports: when the next one is due, those that somebody wants at once, and what became of the last ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from django.db import transaction
from django.utils import timezone

from honeyguide.engine.delivery.addresses import is_address
from honeyguide.engine.delivery.models import OutboxState
from honeyguide.engine.resource import Refused
from honeyguide.engine.sql import rows
from honeyguide.engine.ui.guard import zone_of
from honeyguide.features.reports.models import Report, ReportRun, RunState
from honeyguide.features.reports.rights import owner
from honeyguide.features.reports.schedule import Schedule, read_schedule

MOST_ADDRESSES = 100
MESSAGES = "SELECT id, state, address, answer FROM outbox WHERE id = ANY(%s)"
SHOWN = 10


def schedule_of(report: Report, zone: tzinfo | None = None) -> Schedule | None:
    """The report's schedule, by default in its owner's time zone, while it is switched on and complete."""
    if not (report.is_published and report.is_scheduled and addresses_of(report)):
        return None
    parts = report.schedule_unit, report.schedule_day, report.schedule_month_frequency
    return read_schedule(*parts, zone or zone_of(owner(report)))


def addresses_of(report: Report) -> list[str]:
    listed = (one.strip() for one in (report.to_address or "").split(","))
    return list(dict.fromkeys(one for one in listed if is_address(one)))[:MOST_ADDRESSES]


def plan(report: Report, now: datetime | None = None) -> None:
    """Notes when the schedule sends the report next, in the transaction of what changed it. What is due already stays so."""
    now = now or timezone.now()
    schedule = schedule_of(report)
    waiting = report.runs.filter(kind=ReportRun.SCHEDULE, state=RunState.WAITING)
    if schedule is None:
        waiting.delete()
        return
    due = schedule.after(now)
    waiting.filter(due_at__gt=now).exclude(due_at=due).delete()
    ReportRun.objects.bulk_create([ReportRun(report=report, due_at=due)], ignore_conflicts=True)


def plan_all() -> None:
    """Plans every scheduled report: time zones of owners change, and so do the days that begin in them."""
    for report in Report.objects.filter(is_scheduled=True).iterator():
        with transaction.atomic():
            if found := Report.objects.select_for_update().filter(pk=report.pk).first():
                plan(found)


def request_run(report: Report, *, to: Sequence[str], kind: str, by: Any) -> ReportRun:
    """Has the report sent as soon as a worker can, whatever its schedule says. Raises `Refused` when nobody would get it."""
    addresses = [one for one in to if is_address(one)]
    if not addresses:
        raise Refused("There is no address to send it to.")
    return ReportRun.objects.create(
        report=report, kind=kind, due_at=timezone.now(), asked_by=by, addresses=", ".join(addresses)
    )


def last_runs(report: Report) -> list[ReportRun]:
    """The newest ones that are over or due, the newest first."""
    due = report.runs.exclude(state=RunState.WAITING, due_at__gt=timezone.now())
    return list(due.select_related("asked_by").order_by("-due_at", "-pk")[:SHOWN])


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of the messages of a run: how many wait, how many servers have taken, and the last words on the others."""

    waiting: int
    taken: int
    failures: Sequence[str]


def deliveries(shown: Sequence[ReportRun]) -> dict[int, Delivery]:
    """By run. Messages whose rows were cleaned away count as nothing."""
    ids = [message for run in shown for message in run.messages]
    found = {row[0]: row[1:] for row in rows(MESSAGES, (ids,))} if ids else {}
    return {run.pk: _delivery([found[message] for message in run.messages if message in found]) for run in shown}


def _delivery(messages: Sequence[tuple[int, str, str | None]]) -> Delivery:
    waiting = (OutboxState.PENDING, OutboxState.CLAIMED, OutboxState.ATTEMPTING)
    failures = [
        f"{address}: {answer or 'not sent'}"
        for state, address, answer in messages
        if state not in (*waiting, OutboxState.SENT)
    ]
    states = [state for state, *_ in messages]
    return Delivery(sum(state in waiting for state in states), states.count(OutboxState.SENT), failures)


def next_run(report: Report) -> ReportRun | None:
    return report.runs.filter(kind=ReportRun.SCHEDULE, state=RunState.WAITING).first()
