"""Reports with rows, as `GET reports/{id}` answers them."""

import pytest

from calls import call, created
from honeyguide.features.reports.models import Report
from honeyguide.features.reports.resource import CONDITIONS, FUNCTIONS
from honeyguide.features.reports.running import run
from honeyguide.features.reports.sources import SOURCES
from people import ada, bo

pytestmark = pytest.mark.django_db
KINDS_OF_CONDITION = ("eq", "neq", "gt", "contains", "empty", "in")
RANGE = "dateFrom=2020-01-01&dateTo=2090-01-01"


@pytest.fixture
def people():
    for email, city, points in (("ann@x.test", "Oslo", 3), ("bob@x.test", "Rome", 8), ("cyd@x.test", "Oslo", 1)):
        created(ada(), "contacts", "contact", {"email": email, "city": city, "points": points})
    created(ada(), "contacts", "contact", {"email": "dan@x.test", "firstname": "Tom & Jerry"})


def rows_of(report, query=RANGE, user=None):
    made = created(ada(), "reports", "report", {"name": "R", "source": "leads", **report})
    reply = call(user or ada(), "GET", f"reports/{made['id']}?{query}")
    assert reply.status == 200, reply.body
    return reply.body


def emails(report, query=RANGE):
    order = [{"column": "l.email", "direction": "ASC"}]
    return "".join(
        r["email"][0] for r in rows_of({"columns": ["l.email"], "tableOrder": order, **report}, query)["data"]
    )


def test_rows_are_text_and_null_is_blank(people):
    told = rows_of(
        {"columns": ["l.email", "l.city", "l.points"], "tableOrder": [{"column": "l.points", "direction": "DESC"}]}
    )
    assert told["data"][0] == {"email": "bob@x.test", "city": "Rome", "points": "8"}
    assert told["data"][-1] == {"email": "dan@x.test", "city": "", "points": "0"}
    assert (told["totalResults"], told["limit"], told["page"]) == (4, 0, 1)
    assert told["dataColumns"]["email"] == "l.email"


def test_names_that_occur_again_are_numbered(people):
    told = rows_of({"columns": ["l.date_added", "companies_lead.date_added"]})
    assert [*told["data"][0]] == ["date_added", "date_added1"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ([("l.city", "eq", "oslo", "and")], "ac"),
        ([("l.city", "neq", "Oslo", "and")], "bd"),
        ([("l.city", "empty", "", "and")], "d"),
        ([("l.city", "notEmpty", "", "and")], "abc"),
        ([("l.city", "like", "sl", "and")], "ac"),
        ([("l.city", "startsWith", "ro", "and")], "b"),
        ([("l.city", "contains", "%", "and")], ""),
        ([("l.city", "in", ["Rome", "Paris"], "and")], "b"),
        ([("l.city", "eq", " ", "and")], "abcd"),
        ([("l.points", "gte", "3", "and")], "ab"),
        ([("l.city", "eq", "Oslo", "and"), ("l.points", "gt", "1", "and")], "a"),
        ([("l.city", "eq", "Rome", "and"), ("l.city", "eq", "Oslo", "or"), ("l.points", "lt", "2", "and")], "bc"),
        ([("l.nosuch; drop table contacts", "eq", "x", "and")], "abcd"),
    ],
)
def test_filters(people, filters, found):
    given = [dict(zip(("column", "condition", "value", "glue"), f, strict=True)) for f in filters]
    assert emails({"filters": given}) == found


def test_segments_and_tags_can_be_asked_for(people):
    contact = call(ada(), "GET", "contacts?search=ann").body["contacts"]
    (contact_id,) = contact
    segment = created(ada(), "segments", "list", {"name": "S"})
    call(ada(), "POST", f"segments/{segment['id']}/contact/{contact_id}/add")
    call(ada(), "PATCH", f"contacts/{contact_id}/edit", {"tags": ["vip"]})
    assert emails({"filters": [{"column": "s.leadlist_id", "condition": "eq", "value": str(segment["id"])}]}) == "a"
    assert emails({"filters": [{"column": "tag", "condition": "notIn", "value": ["vip"]}]}) == "bcd"
    assert emails({"filters": [{"column": "tag", "condition": "notEmpty"}]}) == "a"


def test_groups_have_totals(people):
    functions = [{"function": f, "column": "l.points"} for f in FUNCTIONS]
    told = rows_of({
        "columns": ["l.city"],
        "groupBy": ["l.city"],
        "aggregators": functions,
        "filters": [{"column": "l.city", "condition": "notEmpty"}],
        "tableOrder": [{"column": "l.city", "direction": "ASC"}],
    })  # fmt: skip
    assert told["data"][0] == {
        "city": "Oslo", "COUNT l.points": "2", "AVG l.points": "2.0000", "SUM l.points": "4", "MIN l.points": "1",
        "MAX l.points": "3",
    }  # fmt: skip
    assert (told["totalResults"], told["aggregatorColumns"]["SUM l.points"]) == (2, "l.points")


def test_pages(people):
    assert emails({}, f"{RANGE}&limit=2&page=2") == "cd"
    told = rows_of({"columns": ["l.email"]}, f"{RANGE}&page=1")
    assert (told["totalResults"], told["limit"], len(told["data"])) == (4, 30, 4)


def test_a_range_of_dates_restricts_rows(people):
    assert emails({}, "dateTo=2020-01-01") == ""
    assert emails({}, "dateFrom=2020-01-01") == "abcd"
    told = rows_of({"columns": ["l.email"]}, "dateFrom=2020-01-01")
    assert told["dateFrom"] == "2020-01-01T00:00:00+00:00"
    assert "dateTo" not in told


@pytest.mark.parametrize("query", ["dateFrom=garbage", "dateTo[]=x", "page=0", "page=x", "limit=-1"])
def test_what_is_no_range_or_page_is_refused(query):
    assert call(ada(), "GET", f"reports/5?{query}").status == 400


def test_the_rights_are_those_of_the_report():
    made = created(ada(), "reports", "report", {"name": "R", "source": "leads", "columns": ["l.email"]})
    assert call(bo(), "GET", f"reports/{made['id']}").status == 403
    assert call(ada(), "GET", "reports/99999999").status == 404


@pytest.mark.parametrize("name", [name for name, source in SOURCES.items() if source.tables])
def test_every_column_of_every_source_is_true(name):
    """Each column can be shown, grouped, totalled, sorted and filtered, and each filter of the source be asked."""
    columns = SOURCES[name].columns()
    filters = [
        {"column": key, "condition": c, "value": "5"} for key in [*columns, *SOURCES[name].filters] for c in CONDITIONS
    ]
    asked = {"name": "R", "source": name, "columns": [*columns], "table_order": [{"column": k} for k in columns]}
    run(Report(**asked, filters=filters))
    totals = [{"function": f, "column": key} for key in columns for f in FUNCTIONS]
    run(Report(**asked, group_by=[next(iter(columns))], aggregators=totals), limit=10)


def test_sources_that_record_nothing_yet_have_columns_all_the_same():
    for name, source in SOURCES.items():
        assert source.named(), name
        assert run(Report(name="R", source=name, columns=[*source.columns()])).total == 0
