"""Sends reports that are due: makes the file, queues a message to each address, says what became of it.

Exactly once, also when a worker is killed. Whoever holds the lock on a run makes its file, outside any transaction that writes,
so that nobody waits for it. The messages, the end of this run and the next one of the schedule are then one commit. Before it
nothing was sent and another worker begins anew; after it there is nothing left to do.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg
from django.db import Error as DatabaseError
from django.db import connection, transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.html import format_html

from honeyguide.engine import config
from honeyguide.engine.audit import record
from honeyguide.engine.delivery import outbox
from honeyguide.engine.delivery.surroundings import site_url
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.features.reports import runs
from honeyguide.features.reports.files import Made, download_address, make_file
from honeyguide.features.reports.models import Report, ReportRun, RunState
from honeyguide.features.reports.rights import senders, why_not
from honeyguide.features.reports.schedule import NOW

logger = logging.getLogger(__name__)
LOCKS = 0x5E50  # first half of the advisory lock of a run
IN_OUTBOX = 25_000_000  # bytes of the messages of one run, which a worker may have in memory at once
TEXT = (
    '<p><strong>{}</strong>{}.</p><p>{}.{}</p>{}<p><a href="{}/s/reports/view/{}">See the report</a></p>'
    "<p><small>{}</small></p>"
)
# One pass: the runs that are due, of all reports or one, those that wait longest first.
DUE = """
    SELECT id FROM report_runs WHERE state = 0 AND due_at <= %(now)s AND (%(report)s::bigint IS NULL OR report_id = %(report)s)
    ORDER BY due_at, id LIMIT 50
"""


def send_next(report_id: int | None = None) -> int:
    """Sends the due report that waits longest, or that one if it is due, unless other workers have it in hand; returns 1 or 0."""
    for (run_id,) in rows(DUE, {"now": timezone.now(), "report": report_id}):
        with _alone(run_id) as is_ours:
            run = is_ours and ReportRun.objects.filter(pk=run_id, state=RunState.WAITING).first()
            if run:
                _send(run)
                return 1
    return 0


@contextmanager
def _alone(run_id: int) -> Iterator[bool]:
    """Whether this process is the one that sends the run. The lock ends with the process or its connection."""
    lock = LOCKS, run_id % 2**31
    is_ours = scalar("SELECT pg_try_advisory_lock(%s, %s)", lock)
    try:
        yield is_ours
    finally:
        if is_ours and connection.connection and not connection.connection.closed:
            execute("SELECT pg_advisory_unlock(%s, %s)", lock)


def _send(run: ReportRun) -> None:
    report = run.report
    addresses = run.addresses.split(", ") if run.addresses else runs.addresses_of(report)
    problem, made = _objection(run), None
    if not problem:
        try:
            made = make_file(run)
        except Exception as error:
            if not connection.is_usable():
                raise  # the database went away, which says nothing about the report: it is sent when it is back
            logger.exception("Report %s was not sent.", report.pk)
            problem = _in_words(error)
    with transaction.atomic():
        report = Report.objects.select_for_update().filter(pk=report.pk).first()  # who edits it now plans after us
        if report and _ended(run, addresses, made, problem):
            if made:
                queued = [_queued(address, options) for address, options in _messages(run, report, addresses, made)]
                ReportRun.objects.filter(pk=run.pk).update(messages=queued)
                sent = {"to": addresses, "rows": made.rows, "kind": run.kind}
                record("report", "report", report.pk, "send", sent, by=run.asked_by)
            if run.kind == ReportRun.SCHEDULE:
                _go_on(report)


def _queued(address: str, options: dict[str, Any]) -> int | None:
    return outbox.enqueue_one(email_id=None, contact_id=None, address=address, options=options)


def _objection(run: ReportRun) -> str:
    """Why nobody may have these rows in the names of those who want them sent."""
    people = [run.asked_by] if run.asked_by else senders(run.report)
    return next((problem for person in people if (problem := why_not(run.report, person))), "")


def _in_words(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"The file could not be written: {error.strerror or error}."
    if isinstance(error, DatabaseError | psycopg.Error):
        return f"The database could not answer the report: {str(error).splitlines()[0]}"
    return "The report could not be made. The log of the worker says why."


def _ended(run: ReportRun, addresses: list[str], made: Made | None, problem: str) -> bool:
    """Notes what became of the run; False when it was withdrawn meanwhile."""
    found = ReportRun.objects.filter(pk=run.pk, state=RunState.WAITING)
    values: dict[str, Any] = {"addresses": ", ".join(addresses), "ended_at": timezone.now()}
    if made is None:
        return bool(found.update(state=RunState.FAILED, problem=problem, **values))
    file = {"file_name": made.path.name, "size": made.size, "is_linked": not _fits(made, addresses)}
    return bool(found.update(state=RunState.SENT, row_count=made.rows, **file, **values))


def _go_on(report: Report) -> None:
    """The next run. What is sent once is not sent again."""
    if report.schedule_unit == NOW:
        report.is_scheduled = False
        report.save(update_fields=["is_scheduled"])
    runs.plan(report)


# --- the messages


def _fits(made: Made, addresses: list[str]) -> bool:
    return made.size <= min(config.get("report_export_max_filesize_in_bytes"), IN_OUTBOX // max(1, len(addresses)))


def _messages(run: ReportRun, report: Report, addresses: list[str], made: Made) -> Iterator[tuple[str, dict[str, Any]]]:
    """To each address a message of its own, so that nobody reads who else gets it."""
    is_attached = _fits(made, addresses)
    subject = f"{'Test: ' if run.kind == ReportRun.TEST else ''}{report.name}"
    options: dict[str, Any] = {
        "subject": _plain(subject),
        "html": _text(run, report, made, is_attached),
        "transactional": True,
    }
    if is_attached:
        options["files"] = [{"name": made.name, "mime": made.mime, "path": str(made.path)}]
    return ((address, options) for address in addresses)


def _text(run: ReportRun, report: Report, made: Made, is_attached: bool) -> str:
    dates = f", {_day(made.since)} to {_day(made.until)}" if made.since and made.until else ""
    many = f"{made.rows:,} row{'' if made.rows == 1 else 's'}" if made.rows else "No rows"
    schedule = runs.schedule_of(report)
    why = (
        f"It is sent to this address: {schedule.words[0].lower()}{schedule.words[1:]}."
        if run.kind == ReportRun.SCHEDULE and schedule and schedule.unit != NOW
        else f"{run.asked_by.name} had it sent to this address."
        if run.asked_by
        else ""
    )
    days = config.get("export_keep_days")
    there = format_html(
        '<p><a href="{}">Download the file</a> ({}).{}</p>',
        download_address(run), filesizeformat(made.size), f" The link works for {days} days." if days else "",
    )  # fmt: skip
    return format_html(
        TEXT,
        _plain(report.name), dates, many, " They are in the file that comes with this message." if is_attached else "",
        "" if is_attached else there, site_url(), report.pk, why,
    )  # fmt: skip


def _plain(text: str) -> str:
    """A name that is no token of e-mails, whatever it looks like."""
    return text.replace("{", "(").replace("}", ")")


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y}"
