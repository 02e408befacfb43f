"""Pages of reports: a list, the rows with their figures and graphs, files, the form."""

from __future__ import annotations

from datetime import UTC
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.html import format_html

from honeyguide.engine import config, widgets
from honeyguide.engine.api import standard
from honeyguide.engine.resource import Denied, NotFound
from honeyguide.engine.ui.drawings import drawn
from honeyguide.engine.ui.guard import may
from honeyguide.engine.ui.lists import PAGE_SIZES, call_of
from honeyguide.engine.ui.screen import ADMIN, Column, Menu, Page, Pages, Screen, Section
from honeyguide.engine.ui.tags import number, when
from honeyguide.features.reports import showing
from honeyguide.features.reports.asking import Looking, read_asked, setting
from honeyguide.features.reports.exporting import FORMATS, export_report, file_name
from honeyguide.features.reports.form import DEFAULT_SOURCE, collect_form, offered, prepare_form
from honeyguide.features.reports.graphs import draw, graphs_of
from honeyguide.features.reports.models import Report
from honeyguide.features.reports.resource import REPORTS
from honeyguide.features.reports.rights import EXPORT, VIEW, may_see_source
from honeyguide.features.reports.run_pages import RUN_PAGES, sendings
from honeyguide.features.reports.running import count, page, query_of, statement_text, totals_of
from honeyguide.features.reports.runs import schedule_of
from honeyguide.features.reports.sources import SOURCES, source_of

MAX_PAGE = 1000


def title_of(report: Report) -> str:
    source = SOURCES.get(report.source)
    return source.title if source else "Answers of a form"


def show_name(report: Report) -> str:
    return format_html(
        '<a href="/s/reports/view/{}">{}</a><div class="text-secondary small">{}</div>',
        report.pk, report.name, title_of(report),
    )  # fmt: skip


def show_schedule(report: Report) -> str:
    schedule = schedule_of(report, UTC)  # words need no zone, and so no look at who owns each row
    return schedule.words if schedule else ""


# --- the rows -----------------------------------------------------------------------------------------------------------


def find(request: HttpRequest, report_id: int) -> Report:
    """The report, for those who may see it and its source. Raises `NotFound` or `Denied`."""
    call = call_of(request, REPORTS)
    report = standard.find(REPORTS, report_id, call)
    standard.check(REPORTS, call, "view", report)
    check_source(request, report)
    return report


def check_source(request: HttpRequest, report: Report) -> None:
    if not may_see_source(request.user, report):
        raise Denied()


def detail(request: HttpRequest, report: Report) -> dict[str, Any]:
    check_source(request, report)
    looking = read_asked(request, report)
    return {
        "looking": looking,
        "source": source_of(report.source),
        "source_title": title_of(report),
        "graphs": graphs_of(report),
        "graphs_above": setting(report, "showGraphsAboveTable"),
        "filters_open": setting(report, "showDynamicFilters"),
        "may_export": may(request.user, EXPORT),
        "is_admin": may(request.user, ADMIN),
        "formats": FORMATS,
        "query": urlencode(_address(request, looking)),
        **sendings(request, report),
        **_table(request, report, looking),
    }


def _address(request: HttpRequest, looking: Looking) -> list[tuple[str, str]]:
    """Everything that decides which rows are shown, as parameters."""
    kept = [(name, value) for name in ("sort", "of", "is") for value in request.GET.getlist(name)]
    return [*looking.parameters.items(), *kept]


def _table(request: HttpRequest, report: Report, looking: Looking) -> dict[str, Any]:
    query = query_of(report, looking.asked, links=True)
    if query is None:
        return {"heads": [], "rows": []}
    at, limit = _number(request, "page", 1, MAX_PAGE), _number(request, "limit", config.get("default_pagelimit"), 100)
    found = page(query, (at - 1) * limit, limit + 1)
    return {
        "heads": showing.heads(query, looking.asked.order),
        "rows": [showing.cells(query, row, looking.parameters) for row in found[:limit]],
        "totals": showing.totals(query, totals_of(query)) if found else [],
        "page": at,
        "limit": limit,
        "sizes": PAGE_SIZES,
        "first": (at - 1) * limit + 1,
        "last": (at - 1) * limit + len(found[:limit]),
        "has_next": len(found) > limit and at < MAX_PAGE,
        "inside": looking.asked.within,
    }


def _number(request: HttpRequest, name: str, default: int, most: int) -> int:
    text = request.GET.get(name, "")
    return min(max(int(text), 1), most) if text.isdecimal() and len(text) < 9 else default


def count_view(request: HttpRequest, report_id: int) -> HttpResponse:
    """How many rows there are in all; the page does not wait for it."""
    report = find(request, report_id)
    query = query_of(report, read_asked(request, report).asked)
    return HttpResponse(number(count(query) if query else 0), content_type="text/plain")


def sql_view(request: HttpRequest, report_id: int) -> HttpResponse:
    report = find(request, report_id)
    query = query_of(report, read_asked(request, report).asked)
    return render(request, "reports/sql.html", {"sql": statement_text(query) if query else ""})


def graph_view(request: HttpRequest, report_id: int, place: int) -> HttpResponse:
    """One graph, loaded when it is scrolled to."""
    report = find(request, report_id)
    graphs, looking = graphs_of(report), read_asked(request, report)
    if place >= len(graphs):
        raise NotFound()
    span = widgets.ask(looking.chart_span.query, user=request.user)
    chart = drawn(graphs[place].title, draw(report, graphs[place], looking.asked, span))
    return render(request, chart.template, {"chart": chart})


def export_view(request: HttpRequest, report_id: int, format: str) -> HttpResponse:
    report = find(request, report_id)
    asked = read_asked(request, report).asked
    response = StreamingHttpResponse(
        export_report(report, asked, format=format, by=request.user), content_type=FORMATS[format]
    )
    kind = "inline" if format == "html" else "attachment"
    response["Content-Disposition"] = f'{kind}; filename="{file_name(report, format)}"'
    return response


def builder_view(request: HttpRequest) -> HttpResponse:
    """The part of the form that depends on the source, empty for another one."""
    name = request.GET.get("source", "")
    source = name if source_of(name) else DEFAULT_SOURCE
    blank = {key: [] for key in ("columns", "filters", "tableOrder", "groupBy", "aggregators", "graphs")}
    return render(request, "reports/choices.html", {"chosen": {"source": source, **blank}, **offered(source)})


MENU = Menu(label="Reports", path="/s/reports", icon="chart-bar", order=70, right=VIEW, shortcut="Shift+R")
SCREEN = Screen(
    resource=REPORTS,
    slug="reports",
    icon="chart-bar",
    one="report",
    many="Reports",
    title=lambda report: report.name,
    columns=[
        Column(label="Name", show=show_name, sort="name"),
        Column(label="For everybody", show=lambda report: "Yes" if report.system else "No"),
        Column(label="Sent", show=show_schedule),
        Column(label="Created by", show=lambda report: report.created_by_user),
        Column(label="Modified", show=lambda report: when(report.date_modified or report.date_added, "ago")),
        Column(label="ID", show=lambda report: report.pk, sort="id", css="hg-num"),
    ],
    sections=[
        Section(title="Report", fields=["name", "description"]),
        Section(title="Data", fields=["source"], template="reports/builder.html"),
        Section(title="Who sees it", fields=["system"], aside=True),
        Section(title="By e-mail", fields=["toAddress", "isScheduled"], aside=True, template="reports/schedule.html"),
        Section(title="The page", aside=True, template="reports/settings.html"),
    ],
    labels={"system": "Everybody who may see reports"},
    initial={"system": True},
    tip="A report is a table over what was recorded: which columns, of which rows, grouped, added up, drawn, and sent by e-mail.",
    search_help=[("is:mine", "made by you")],
    detail=detail,
    detail_template="reports/detail.html",
    form_template="reports/form.html",
    prepare_form=prepare_form,
    collect_form=collect_form,
)
PAGES = Pages(
    Page(path="reports/count/<int:report_id>", view=count_view, right=VIEW),
    Page(path="reports/sql/<int:report_id>", view=sql_view, right=ADMIN),
    Page(path="reports/graph/<int:report_id>/<int:place>", view=graph_view, right=VIEW),
    Page(path="reports/builder", view=builder_view, right=VIEW),
    *RUN_PAGES,
    *(
        Page(path=f"reports/export/<int:report_id>.{name}", view=partial(export_view, format=name), right=EXPORT)
        for name in FORMATS
    ),
)
