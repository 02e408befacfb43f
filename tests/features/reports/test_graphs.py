"""The graphs of reports on known rows, and as the figures of a widget."""

import pytest

from calls import call, created
from honeyguide.engine import widgets
from honeyguide.engine.sql import execute
from honeyguide.features.reports.compiling import EVERYTHING
from honeyguide.features.reports.graphs import draw, graphs_of
from honeyguide.features.reports.models import Report
from honeyguide.features.reports.sources import SOURCES
from people import ada, bo

pytestmark = pytest.mark.django_db
JANUARY = {"dateFrom": "2024-01-01", "dateTo": "2024-01-31", "timeUnit": "d"}
ALL_GRAPHS = [(name, graph) for name, source in SOURCES.items() for graph in source.graphs]


def company(name, day, **values):
    made = created(ada(), "companies", "company", {"companyname": name, **values})
    execute("UPDATE companies SET date_added = %s WHERE id = %s", (day, made["id"]))
    return made["id"]


@pytest.mark.parametrize(("name", "graph"), ALL_GRAPHS, ids=lambda value: getattr(value, "key", value))
def test_every_graph_of_every_source_can_be_drawn(name, graph):
    assert draw(Report(source=name), graph, EVERYTHING, widgets.ask(JANUARY, user=ada())).shown


@pytest.fixture
def companies():
    company("One", "2024-01-02 10:00+00", companycity="Oslo", companycountry="Norway")
    company("Two", "2024-01-02 23:30+00", companycity="Oslo", companycountry="Norway")
    company("Three", "2024-01-05 10:00+00", companycity="Rome", companycountry="Italy")
    company("Four", "2023-01-05 10:00+00")


def report(**values):
    return created(ada(), "reports", "report", {"name": "R", "source": "companies", "columns": ["comp.id"], **values})[
        "id"
    ]


def figures(report_id, key, user=None, query="dateFrom=2024-01-01&dateTo=2024-01-31&timeUnit=d"):
    return call(user or ada(), "GET", f"data/report?filter[graph]={report_id}:{key}&{query}")


def test_a_line_counts_rows_of_the_range_per_day(companies):
    chart = figures(report(), "mautic.lead.graph.line.companies").body["data"]["chartData"]
    assert chart["datasets"][0]["data"] == [0, 2, 0, 0, 1, *[0] * 26]


def test_a_line_counts_days_of_the_callers_zone(companies):
    query = "dateFrom=2024-01-01&dateTo=2024-01-31&timeUnit=d&timezone=Europe/Oslo"
    chart = figures(report(), "mautic.lead.graph.line.companies", query=query).body["data"]["chartData"]
    assert chart["datasets"][0]["data"][:5] == [0, 1, 1, 0, 1]


def test_a_pie_and_a_table_rank(companies):
    raw = figures(
        report(), "mautic.lead.table.pie.company.country", query="dateFrom=2020-01-01&dateFormat=x&dataFormat=raw"
    )
    assert raw.body["data"] == {"Norway": 2, "Italy": 1, "Unknown": 1}
    table = figures(report(), "mautic.lead.company.table.top.cities", query="dateFrom=2024-01-01&dateTo=2024-01-31")
    assert [[cell["value"] for cell in row] for row in table.body["data"]["bodyItems"]] == [["Oslo", 2], ["Rome", 1]]


def test_the_filters_of_the_report_count(companies):
    filters = [{"column": "comp.companycity", "condition": "eq", "value": "Rome"}]
    raw = figures(
        report(filters=filters), "mautic.lead.graph.line.companies", query="dateFrom=2020-01-01&dataFormat=raw"
    )
    assert sum(raw.body["data"]["Companies"].values()) == 1


def test_graphs_that_do_not_exist_are_not_found(companies):
    for named in ("9999:mautic.lead.graph.line.companies", f"{report()}:nonsense", "x", f"{report()}:"):
        assert call(ada(), "GET", f"data/report?filter[graph]={named}").status == 404


def test_others_reports_are_not_drawn_unless_they_are_for_all():
    own, shared = report(system=False), report(system=True)
    assert figures(own, "mautic.lead.graph.line.companies", user=bo()).status == 403
    assert figures(shared, "mautic.lead.graph.line.companies", user=bo()).status == 200


def test_a_report_shows_the_graphs_that_it_names_and_its_source_has():
    made = Report(source="companies", graphs=["mautic.lead.company.table.top.cities", "mautic.email.graph.line.stats"])
    assert [graph.title for graph in graphs_of(made)] == ["Top cities"]
