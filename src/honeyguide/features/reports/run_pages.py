"""Pages of sendings: the next days of a schedule, what was sent, sending at once, the file that a message links to."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from honeyguide.engine.api import standard
from honeyguide.engine.resource import Denied, NotFound
from honeyguide.engine.ui import messages
from honeyguide.engine.ui.guard import to_login, zone_of
from honeyguide.engine.ui.lists import call_of
from honeyguide.engine.ui.screen import PUBLIC, Page
from honeyguide.features.reports import runs
from honeyguide.features.reports.exporting import file_name
from honeyguide.features.reports.files import file_of, run_of_token
from honeyguide.features.reports.models import Report, ReportRun
from honeyguide.features.reports.resource import REPORTS
from honeyguide.features.reports.rights import EXPORT, VIEW, owner, senders, why_not
from honeyguide.features.reports.schedule import NOW, read_schedule


def sendings(request: HttpRequest, report: Report) -> dict[str, Any]:
    """What the page of a report says of its sendings."""
    found = runs.last_runs(report)
    became = runs.deliveries(found)
    for run in found:
        run.is_kept = file_of(run) is not None
        run.delivery = became[run.pk]
    may_have = not why_not(report, request.user)
    addresses = runs.addresses_of(report)
    return {
        "schedule": runs.schedule_of(report),
        "next": runs.next_run(report),
        "now": timezone.now(),
        "runs": found,
        "addresses": addresses,
        "may_send_test": may_have,
        "may_send_now": may_have
        and bool(addresses)
        and REPORTS.store.allowed("edit", report, call_of(request, REPORTS)),
    }


def dates_view(request: HttpRequest) -> HttpResponse:
    """The next days on which a schedule would send, in the time zone of the report's owner."""
    number = request.GET.get("of", "")
    report = Report.objects.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    zone = zone_of((report and owner(report)) or request.user)
    given = [request.GET.get(name, "") for name in ("scheduleUnit", "scheduleDay", "scheduleMonthFrequency")]
    schedule = read_schedule(*given, zone)
    now = timezone.now()
    context = {
        "dates": schedule.upcoming(now) if schedule else [],
        "first": schedule.after(now).astimezone(zone).time() if schedule and schedule.unit != NOW else None,
        "zone": zone,
    }
    return render(request, "reports/dates.html", context)


def send_view(request: HttpRequest, report_id: int, kind: str) -> HttpResponse:
    """Sends the report at once: `now` to everybody it is for, `test` to whoever asks."""
    call = call_of(request, REPORTS)
    report = standard.find(REPORTS, report_id, call)
    standard.check(REPORTS, call, "edit" if kind == ReportRun.NOW else "view", report)
    if why_not(report, request.user):
        raise Denied()
    to = runs.addresses_of(report) if kind == ReportRun.NOW else [request.user.email]
    run = runs.request_run(report, to=to, kind=kind, by=request.user)
    messages.success(request, f"The report is on its way to {run.addresses}.")
    return redirect(f"/s/reports/view/{report_id}#sending-title")


def download_view(request: HttpRequest, report_id: int) -> HttpResponse:
    """The file of a sending: for whoever has the link of its message, and for those who may see the report and export."""
    if token := request.GET.get("token", ""):
        run = run_of_token(token, report_id)
        if run and not run.asked_by and any(why_not(run.report, person) for person in senders(run.report)):
            raise Denied()  # in whose name it was sent may not have it any more
    else:
        if not request.user.is_authenticated:
            return to_login(request)
        run = _shown(request, report_id)
    path = file_of(run) if run else None
    if run is None or path is None:
        raise NotFound("The file is no longer there: files of reports are kept for some days only.")
    name = file_name(run.report, path.suffix.lstrip("."), run.due_at)
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)


def _shown(request: HttpRequest, report_id: int) -> ReportRun | None:
    """The run that is asked for, else the newest that has a file."""
    call = call_of(request, REPORTS)
    report = standard.find(REPORTS, report_id, call)
    standard.check(REPORTS, call, "view", report)
    if why_not(report, request.user):
        raise Denied()
    number = request.GET.get("run", "")
    found = report.runs.exclude(file_name="").order_by("-pk")
    if number:
        found = found.filter(pk=int(number)) if number.isdecimal() and len(number) < 19 else found.none()
    return found.first()


RUN_PAGES = (
    Page(path="reports/dates", view=dates_view, right=VIEW),
    *(
        Page(
            path=f"reports/send/<int:report_id>/{kind}",
            view=partial(send_view, kind=kind),
            right=EXPORT,
            methods=("POST",),
        )
        for kind in (ReportRun.NOW, ReportRun.TEST)
    ),
    Page(path="reports/download/<int:report_id>", view=download_view, right=PUBLIC),
)
