"""Pages of reports: what is shown, who sees it, what the form keeps, what files hold."""

import io
import re
import zipfile
from html import unescape

import pytest
from django.test import Client

import people
from calls import created
from honeyguide.engine.audit.models import AuditEntry
from honeyguide.engine.sql import execute
from honeyguide.features.reports.models import Report
from honeyguide.features.users.models import Role, User

pytestmark = pytest.mark.django_db
WIDE = "from=2020-01-01&to=2090-01-01"


def signed_in(person=None):
    client = Client()
    client.force_login(person or people.ada(), backend="honeyguide.engine.access.backend.UserNameOrEmailBackend")
    return client


@pytest.fixture
def contacts():
    return [
        created(people.ada(), "contacts", "contact", {"email": email, "city": city, "points": points, "lastname": last})["id"]
        for email, city, points, last in (
            ("ann@x.test", "Oslo", 3, "=1+1"), ("bob@x.test", "Rome", 8, "R&D"), ("cyd@x.test", "Oslo", 1, "C"),
        )
    ]  # fmt: skip


def report(**values):
    values = {"name": "R", "source": "leads", "columns": ["l.id", "l.email", "l.points"], **values}
    return created(people.ada(), "reports", "report", values)["id"]


def shown(path, person=None):
    reply = signed_in(person).get(path)
    assert reply.status_code == 200, reply.content
    return reply.content.decode()


def texts(html):
    """The table's cells, row by row, without tags."""
    rows = re.findall(r"<tr>(.*?)</tr>", html.partition("<tbody>")[2], re.S)
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.S)] for row in rows]


def test_rows_lead_to_the_contacts_they_name(contacts):
    html = shown(f"/s/reports/view/{report()}?{WIDE}&sort=email")
    assert [row[1] for row in texts(html)] == ["ann@x.test", "bob@x.test", "cyd@x.test"]
    assert html.count(f'href="/s/contacts/view/{contacts[0]}"') == 2  # its number and its address


def test_pages_sorting_and_the_range(contacts):
    path = f"/s/reports/view/{report()}"
    assert [row[1] for row in texts(shown(f"{path}?{WIDE}&sort=-points&limit=1&page=2"))] == ["ann@x.test"]
    assert "Nothing fits these dates" in shown(f"{path}?from=2020-01-01&to=2020-02-01")
    client = signed_in()
    client.get(f"{path}?from=2020-01-01&to=2020-02-01")
    assert b'value="2020-02-01"' in client.get(path).content  # as last asked for


def test_the_number_of_all_rows_comes_after_the_page(contacts):
    assert shown(f"/s/reports/count/{report()}?{WIDE}") == "3"


def test_groups_have_totals_and_lead_to_their_rows(contacts):
    made = report(
        columns=["l.city"],
        groupBy=["l.city"],
        aggregators=[{"function": f, "column": "l.points"} for f in ("COUNT", "SUM", "AVG", "MAX")],
        tableOrder=[{"column": "l.city", "direction": "ASC"}],
    )
    html = shown(f"/s/reports/view/{made}?{WIDE}")
    assert texts(html) == [
        ["Oslo", "2", "4", "2.0", "3"],
        ["Rome", "1", "8", "8.0", "8"],
        ["Totals", "3", "12", "5.0", "8"],
    ]
    behind = re.search(r'<a href="(\?[^"]*of=l\.city&amp;is=Oslo)">2</a>', html)[1].replace("&amp;", "&")
    inside = shown(f"/s/reports/view/{made}{behind}")
    assert texts(inside) == [["Oslo"], ["Oslo"]]
    assert shown(f"/s/reports/count/{made}{behind}") == "2"


def test_dynamic_filters_can_be_changed_on_the_page_and_stay(contacts):
    made = report(filters=[{"column": "l.city", "condition": "eq", "value": "Rome", "dynamic": 1, "glue": "and"}])
    client = signed_in()
    assert [row[1] for row in texts(client.get(f"/s/reports/view/{made}?{WIDE}").content.decode())] == ["bob@x.test"]
    client.get(f"/s/reports/view/{made}?{WIDE}&f0=Oslo")
    assert len(texts(client.get(f"/s/reports/view/{made}").content.decode())) == 2
    assert len(texts(client.get(f"/s/reports/view/{made}?f0=").content.decode())) == 3


def test_a_fixed_filter_cannot_be_changed(contacts):
    made = report(filters=[{"column": "l.city", "condition": "eq", "value": "Rome", "dynamic": 0, "glue": "and"}])
    assert len(texts(shown(f"/s/reports/view/{made}?{WIDE}&f0=Oslo"))) == 1


def test_a_report_may_show_all_rows_whenever_they_are_of(contacts):
    execute("UPDATE contacts SET date_added = '2001-01-01'")
    assert len(texts(shown(f"/s/reports/view/{report(settings={'hideDateRangeFilter': 1})}"))) == 3
    assert "Nothing fits" in shown(f"/s/reports/view/{report()}")


def test_administrators_see_the_statement(contacts):
    made = report(filters=[{"column": "l.city", "condition": "eq", "value": "O'Brien"}])
    assert "O''Brien" in unescape(shown(f"/s/reports/sql/{made}?{WIDE}"))
    assert signed_in(reader()).get(f"/s/reports/sql/{made}").status_code == 403


def test_graphs_are_drawn_with_a_table_behind(contacts):
    made = report(graphs=["mautic.lead.graph.line.leads"])
    assert f"/s/reports/graph/{made}/0?" in shown(f"/s/reports/view/{made}")
    html = shown(f"/s/reports/graph/{made}/0")
    assert "data-chart=" in html
    assert "Contacts in time as a table" in html
    assert signed_in().get(f"/s/reports/graph/{made}/1").status_code == 404


def reader(**rights) -> User:
    """Somebody who sees own reports and may export."""
    rights = {"report:reports": ["viewown", "editown", "create", "deleteown"], "report:export": ["enable"], **rights}
    role = Role.objects.create(name="Reader", raw_permissions=rights)
    return User.objects.create(username=f"reader{role.pk}", email=f"reader{role.pk}@example.com", role=role)


def test_only_own_reports_and_those_for_everybody(contacts):
    own, for_all, person = report(system=False), report(system=True), reader()
    for path in ("view/{}", "count/{}", "export/{}.csv", "graph/{}/0"):
        assert signed_in(person).get(f"/s/reports/{path.format(own)}").status_code == 403
    assert signed_in(person).get(f"/s/reports/view/{for_all}").status_code == 200
    assert signed_in(person).get(f"/s/reports/edit/{for_all}").status_code == 403
    listed = shown("/s/reports", person)
    assert (f"/view/{for_all}" in listed, f"/view/{own}" in listed) == (True, False)


def test_the_audit_log_is_for_administrators():
    made = report(source="audit.log", columns=["al.action"], system=True)
    assert signed_in(reader()).get(f"/s/reports/view/{made}").status_code == 403
    assert signed_in(reader()).get(f"/s/reports/export/{made}.csv").status_code == 403
    assert signed_in().get(f"/s/reports/view/{made}").status_code == 200


def file(report_id, kind, person=None, query=WIDE):
    reply = signed_in(person).get(f"/s/reports/export/{report_id}.{kind}?{query}")
    assert reply.status_code == 200
    return b"".join(reply.streaming_content), reply["Content-Disposition"]


def test_csv_has_all_rows_and_no_formulas(contacts):
    made = report(name="Who/is new?", columns=["l.email", "l.lastname", "l.points"])
    content, disposition = file(made, "csv", query=f"{WIDE}&sort=email&limit=1")
    assert content.decode().splitlines() == [
        "Email,Last Name,Points", "ann@x.test,'=1+1,3", "bob@x.test,R&D,8", "cyd@x.test,C,1",
    ]  # fmt: skip
    assert disposition.endswith('_Who_is_new.csv"')


def test_xlsx_keeps_numbers_numbers(contacts):
    content, _ = file(report(columns=["l.lastname", "l.points"]), "xlsx")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>8</v>" in sheet
    assert "'=1+1" in sheet


def test_the_page_to_print_escapes(contacts):
    content, _ = file(report(columns=["l.lastname"]), "html")
    assert b"<td>R&amp;D</td>" in content


def test_exports_are_noted_and_need_the_right(contacts):
    made = report(system=True)
    file(made, "csv")
    assert AuditEntry.objects.filter(bundle="report", object_id=made, action="export").count() == 1
    person = reader(**{"report:export": []})
    assert signed_in(person).get(f"/s/reports/export/{made}.csv").status_code == 403


FORM = {
    "name": "By city", "description": "", "system": "1", "source": "leads", "columns": ["l.city", ""],
    "filter_glue": ["and"], "filter_column": ["l.points"], "filter_condition": ["gt"], "filter_value": ["2"],
    "filter_dynamic": ["1"], "groupBy": ["l.city"], "aggregate_function": ["COUNT"], "aggregate_column": ["l.id"],
    "order_column": ["l.city"], "order_direction": ["DESC"], "graphs": ["mautic.lead.graph.line.leads"],
    "settings": ["showDynamicFilters"],
}  # fmt: skip


def test_the_form_keeps_what_was_chosen():
    assert signed_in().post("/s/reports/new", FORM).status_code == 302
    made = Report.objects.get(name="By city")
    assert (made.columns, made.group_by, made.graphs) == (["l.city"], ["l.city"], ["mautic.lead.graph.line.leads"])
    assert made.filters == [{"column": "l.points", "glue": "and", "dynamic": 1, "condition": "gt", "value": "2"}]
    assert (made.table_order, made.aggregators) == (
        [{"column": "l.city", "direction": "DESC"}], [{"function": "COUNT", "column": "l.id"}],
    )  # fmt: skip
    assert made.settings == {"showGraphsAboveTable": 0, "showDynamicFilters": 1, "hideDateRangeFilter": 0}
    edit = shown(f"/s/reports/edit/{made.pk}")
    assert '<option value="l.points" data-kind="integer" data-conditions="eq gt gte lt lte neq" selected>' in edit
    assert signed_in().post(f"/s/reports/clone/{made.pk}", {**FORM, "name": "Copy"}).status_code == 302
    assert Report.objects.get(name="Copy").filters == made.filters


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": ""}, "A name is required."),
        ({"source": "nonsense"}, "This value is not valid."),
        ({"filter_value": ["1", "2"]}, "The form cannot be read"),
        ({"filter_condition": ["drop"]}, "This value is not valid."),
        ({"isScheduled": "1", "scheduleUnit": "DAILY"}, "To address is required"),
        ({"isScheduled": "1", "scheduleUnit": "WEEKLY", "toAddress": "a@x.test"}, "Schedule settings is not valid"),
        ({"isScheduled": "1", "scheduleUnit": "DAILY", "toAddress": "nobody"}, "nobody is invalid"),
    ],
)
def test_the_form_says_what_is_wrong(wrong, told):
    reply = signed_in().post("/s/reports/new", {**FORM, **wrong})
    assert told in reply.content.decode()
    assert reply.status_code in (400, 422)
    assert not Report.objects.filter(name=FORM["name"]).exists()


def test_another_source_offers_its_own_columns():
    html = shown("/s/reports/builder?source=companies")
    assert 'value="comp.companyname"' in html
    assert 'value="l.email"' not in html
    assert 'value="l.email"' in shown("/s/reports/builder?source=nonsense")


@pytest.mark.parametrize(
    "query", ["sort=%00", "of=l.id&is=x%00", "of=x", "page=99999999999", "from=x&to=9999-99-99", "f0=%00"]
)
def test_nonsense_in_the_address_is_harmless(contacts, query):
    made = report(filters=[{"column": "l.points", "condition": "gt", "value": "0", "dynamic": 1}])
    for path in ("view/{}", "count/{}", "sql/{}", "export/{}.csv"):
        assert signed_in().get(f"/s/reports/{path.format(made)}?{query}").status_code == 200
