"""Every column, graph and aggregate of every report source, on rows that can be counted by hand (`world.py`)."""

from pathlib import Path

import pytest

from features.reports import world
from honeyguide.engine import widgets
from honeyguide.features.reports.compiling import EVERYTHING, Asked
from honeyguide.features.reports.exporting import pieces
from honeyguide.features.reports.graphs import draw
from honeyguide.features.reports.models import Report
from honeyguide.features.reports.running import query_of, run
from honeyguide.features.reports.sources import SOURCES, source_of
from honeyguide.features.reports.sources.columns import contact_columns, person_columns
from people import ada

pytestmark = pytest.mark.django_db
JANUARY = {"dateFrom": "2024-01-01", "dateTo": "2024-01-31", "timeUnit": "d", "dataFormat": "raw"}
ANSWERS = "form.results.form_results_1_signup"
NAMES = [*(name for name, source in SOURCES.items() if source.tables), ANSWERS]


def read(file):
    """Source -> its lines."""
    found = {}
    for line in (Path(__file__).parent / file).read_text().splitlines():
        if line.startswith("== "):
            lines = found.setdefault(line.removeprefix("== "), [])
        elif line and not line.startswith("#"):
            lines.append(line)
    return found


FIGURES, DRAWN = read("figures.txt"), read("drawn.txt")


@pytest.fixture(autouse=True)
def _january():
    world.build()


@pytest.mark.parametrize("name", NAMES)
def test_columns(name):
    expected = {
        key: [value.strip() for value in values.split("|")]
        for key, _, values in (line.partition(":") for line in FIGURES[name])
    }
    ran = run(Report(name="R", source=name, columns=[*expected]))
    by_key = {ran.names[alias]: [row[alias] for row in ran.rows] for alias in (ran.rows[0] if ran.rows else ())}
    assert by_key == expected
    columns = source_of(name).columns()
    shared = set() if name in ("leads", "companies") else {*contact_columns(), *person_columns()}
    assert columns.keys() - shared <= expected.keys()


@pytest.mark.parametrize("name", [name for name in NAMES if name in DRAWN])
def test_graphs(name):
    report, span = Report(source=name), widgets.ask(JANUARY, user=ada())
    graphs = [*source_of(name).graphs]
    shown = [f"{graph.key} -> {_in_words(draw(report, graph, EVERYTHING, span).raw)}" for graph in graphs]
    assert shown == DRAWN[name]


def test_every_source_is_here():
    assert set(FIGURES) == set(NAMES)
    assert set(DRAWN) == {name for name in NAMES if source_of(name).graphs}


def _in_words(raw):
    if isinstance(raw, list):
        return "; ".join(" = ".join(map(str, row.values())) for row in raw)
    return "; ".join(
        f"{label} = {found}" if not isinstance(found, dict) else f"{label}: {_days(found)}"
        for label, found in raw.items()
    )


def _days(found):
    return ", ".join(f"{day.split()[1].rstrip(',')} = {figure}" for day, figure in found.items() if figure) or "nothing"


@pytest.mark.parametrize(
    ("name", "group", "key", "expected"),
    [  # group: COUNT, SUM, AVG, MIN, MAX
        ("leads", "l.country", "l.points", {"Italy": "1 5 5.0000 5 5", "Norway": "1 30 30.0000 30 30", "": "1 0 0.0000 0 0"}),
        ("lead.pointlog", "l.email", "lp.delta", {"ann@x.test": "2 30 15.0000 10 20", "bob@x.test": "1 5 5.0000 5 5"}),
        ("contact.frequencyrules", "lf.channel", "lf.frequency_number", {"email": "1 2 2.0000 2 2"}),
        ("contact.devices", "dev.device", "dev.device_brand", {"desktop": "1 - - TUX TUX"}),
        ("contact.dnc", "dnc.channel", "dnc.reason", {"email": "1 2 2.0000 2 2"}),
        ("lead.utmTag", "utm.utm_source", "utm.utm_term", {"letter": "1 - - shoes shoes"}),
        ("segment.membership", "s.name", "lll.manually_added", {"Readers": "3 1 0.3333 0 1"}),
        ("segment.log", "log_added.object_id", "log_removed.date_added",
         {"1": "1 - - 2024-01-09_10:00:00 2024-01-09_10:00:00"}),
        ("group.score", "pl.name", "ls.score", {"Reading": "2 15 7.5000 5 10"}),
        ("companies", "comp.companyindustry", "comp.id", {"Energy": "2 3 1.5000 1 2"}),
        ("emails", "e.lang", "click_through_count", {"en": "2 1 0.5000 0 1"}),
        ("email.stats", "es.email_address", "hits", {"ann@x.test": "2 2 1.0000 0 2", "bob@x.test": "1 0 0.0000 0 0"}),
        ("pages", "p.is_published", "p.hits", {"1": "2 3 1.5000 0 3"}),
        ("page.hits", "p.title", "ph.code", {"Welcome": "3 804 268.0000 200 404", "": "1 200 200.0000 200 200"}),
        ("assets", "a.lang", "a.download_count", {"en": "1 2 2.0000 2 2"}),
        ("asset.downloads", "a.title", "ad.code", {"Prices": "2 604 302.0000 200 404"}),
        ("audit.log", "al.object", "al.object_id", {"thing": "2 10 5.0000 5 5"}),
        ("forms", "c.title", "f.id", {"News": "1 1 1.0000 1 1"}),
        ("form.submissions", "f.name", "p.id", {"Sign up": "1 1 1.0000 1 1"}),
        (ANSWERS, "results.town", "fs.id", {"Oslo": "1 1 1.0000 1 1", "Rome": "1 2 2.0000 2 2"}),
        ("campaign_lead_event_log", "e.event_type", "log.is_scheduled",
         {"action": "2 1 0.5000 0 1", "decision": "3 0 0.0000 0 0"}),
        ("contact.attribution.multi", "c.name", "attribution_share", {"Welcome": "2 120.0000 60.0000 60.0000 60.0000"}),
        ("contact.attribution.first", "e.name", "l.attribution", {"Opens?": "1 120 120.0000 120 120"}),
        ("contact.attribution.last", "e.name", "l.attribution", {"Visits?": "1 120 120.0000 120 120"}),
        ("message.channel", "mq.channel", "mq.attempts", {"email": "4 5 1.2500 0 3", "notification": "2 2 1.0000 1 1"}),
        ("mobile_notifications", "pn.lang", "pn.sent_count", {"en": "1 2 2.0000 2 2"}),
        ("mobile_notifications.stats", "pns.source", "pns.source_id", {"broadcast": "0 - - - -", "campaign": "1 1 1.0000 1 1"}),
        ("focus.stats", "fs.type", "f.id", {"click": "1 1 1.0000 1 1", "view": "1 1 1.0000 1 1"}),
    ],
)  # fmt: skip
def test_aggregates(name, group, key, expected):
    functions = ("COUNT", "SUM", "AVG", "MIN", "MAX")
    aggregators = [{"function": function, "column": key} for function in functions]
    report = Report(name="R", source=name, columns=[group], group_by=[group], aggregators=aggregators)
    found = {}
    for row in run(report).rows:
        shown, *values = row.values()
        found[shown] = " ".join(value.replace(" ", "_") or "-" for value in values)
    assert found == expected


@pytest.mark.parametrize(
    ("name", "rows"),
    [("leads", 2), ("email.stats", 2), ("page.hits", 1), ("campaign_lead_event_log", 0), ("companies", 2)],
)
def test_a_range_of_dates_counts_what_happened_in_it(name, rows):
    """The tenth of January, and before it."""
    first, last = world.january(1, "00:00"), world.january(10, "23:59")
    query = query_of(Report(name="R", source=name, columns=[next(iter(source_of(name).columns()))]), Asked(first, last))
    text = b"".join(pieces(Report(name="R"), query, "csv")).decode()
    assert len(text.split("\r\n")) - 2 == rows
