"""A report from the form to its rows, graphs and figures."""

import pytest

from features.reports import world
from features.reports.test_figures import FIGURES
from honeyguide.features.contacts.services import create_contact
from honeyguide.features.reports.models import Report
from honeyguide.features.reports.sending import send_next
from honeyguide.features.reports.sources import source_of

LATER = {"campaign_lead_event_log"}  # one of its rows has not happened yet
# What the log says of the events themselves comes on top.
ONLY = {"audit.log": [{"column": "al.object", "condition": "eq", "value": "thing"}]}


@pytest.fixture
def contacts(transactional_db):
    for number, (name, city) in enumerate([("Anna", "Oslo"), ("Ben", "Oslo"), ("Carl", "Rome")]):
        create_contact(
            {"firstname": name, "email": f"{name}@example.com".lower(), "city": city, "points": number}, by=None
        )


def choose(page, button, label, value):
    page.get_by_role("button", name=button).click()
    page.get_by_label(label, exact=True).last.select_option(label=value)


def test_from_the_form_to_the_rows_behind_a_figure(signed_in, contacts):
    page = signed_in
    page.goto("/s/reports/new")
    page.fill("#field-name", "By city")
    page.select_option("#report-source", "companies")
    page.get_by_label("Companies in time").wait_for()
    page.select_option("#report-source", "leads")
    page.get_by_label("Contacts in time").check()
    choose(page, "Add a column", "Column", "Points")
    choose(page, "Add a column", "Column", "City")
    page.get_by_role("button", name="Move up").nth(1).click()
    choose(page, "Add a filter", "Filter by", "Points")
    assert page.get_by_label("Condition").locator("option:not([hidden])").count() == 6
    page.get_by_label("Condition").select_option("gte")
    page.get_by_label("Value").fill("0")
    choose(page, "Add a group", "Group", "City")
    page.get_by_role("button", name="Add a computed column").click()
    page.get_by_label("Of", exact=True).select_option("l.id")
    page.get_by_label("Send it").check()
    page.select_option("#schedule-unit", "MONTHLY")
    page.select_option("#schedule-frequency", "-1")
    page.select_option("#schedule-day", "FR")
    page.get_by_text("Next: Fri").wait_for()
    page.get_by_role("button", name="Save & close").click()
    page.wait_for_url("**/s/reports/view/*")
    page.get_by_text("Every month, on the last Friday, to ada@example.com").wait_for()
    page.get_by_role("link", name="City").click()
    page.get_by_role("cell", name="Totals").wait_for()
    assert page.locator("tbody tr").first.locator("td").first.inner_text() == "Oslo"
    page.locator("[data-chart] canvas").wait_for()
    page.get_by_text("Contacts in time as a table").click()
    assert page.get_by_role("columnheader", name="Identified").is_visible()
    page.get_by_text("SQL").click()
    page.get_by_text("GROUP BY").wait_for()
    page.locator("td a", has_text="2").click()
    page.get_by_role("link", name="Back to the groups").wait_for()
    assert page.locator("#content tbody tr").count() >= 2


def test_somebody_sends_herself_a_test(signed_in, contacts):
    page = signed_in
    report = Report.objects.create(name="All", source="leads", columns=["l.email"], system=True)
    page.goto(f"/s/reports/view/{report.pk}")
    page.get_by_role("button", name="Send me a test").click()
    page.get_by_text("on its way to ada@example.com").wait_for()
    assert send_next() == 1
    page.reload()
    assert (
        page.get_by_role("row", name="On its way")
        .get_by_role("link")
        .get_attribute("href")
        .startswith("/s/reports/download/")
    )


def test_a_report_of_every_source_shows_its_rows(signed_in, transactional_db):
    world.build()
    page, problems = signed_in, []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("response", lambda reply: problems.append(reply.url) if reply.status >= 400 else None)
    for name, lines in FIGURES.items():
        figures = {key: values for key, _, values in (line.partition(":") for line in lines)}
        graphs = [graph.key for graph in source_of(name).graphs]
        report = Report.objects.create(
            name=name, source=name, columns=[*figures], graphs=graphs, filters=ONLY.get(name, []), system=True
        )
        page.goto(f"/s/reports/view/{report.pk}?from=2024-01-01&to=2024-01-31")
        rows = page.locator("section[aria-labelledby=rows-title] tbody tr")
        assert rows.count() == next(iter(figures.values())).count("|") + 1 - (name in LATER), name
        for place in range(len(graphs)):
            page.locator(f"[hx-get*='/s/reports/graph/{report.pk}/{place}']").scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert not problems
