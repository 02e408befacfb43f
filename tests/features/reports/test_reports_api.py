import pytest

from calls import call, created
from honeyguide.features.reports.models import Report
from people import ada

pytestmark = pytest.mark.django_db

LEADS = {"name": "Contacts", "source": "leads", "columns": ["l.id", "l.email"]}


def test_a_new_server_has_five_reports():
    assert call(ada(), "GET", "reports").body["total"] == 5


def test_entries_have_all_their_keys():
    body = LEADS | {"filters": [{"column": "l.city", "condition": "eq", "value": "Oslo"}], "settings": {"x": 1}}
    made = created(ada(), "reports", "report", body)
    assert made["filters"] == [{"column": "l.city", "glue": None, "dynamic": None, "condition": "eq", "value": "Oslo"}]
    assert set(made["settings"]) == {"showGraphsAboveTable", "showDynamicFilters", "hideDateRangeFilter"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"source": "nosuch"}, "source"),
        ({"source": ""}, "source"),
        ({"filters": [{"condition": "nosuch"}]}, "condition"),
        ({"filters": ["x"]}, "filters"),
        ({"tableOrder": [{"direction": "UP"}]}, "direction"),
        ({"aggregators": [{"function": "DROP"}]}, "function"),
        ({"columns": [["x"]]}, "columns"),
        ({"isScheduled": 1, "scheduleUnit": "DAILY"}, "toAddress"),
        ({"isScheduled": 1, "scheduleUnit": "DAILY", "toAddress": "a@x.test, bad"}, "toAddress"),
        ({"isScheduled": 1, "scheduleUnit": "MONTHLY", "toAddress": "a@x.test"}, "isScheduled"),
    ],
)
def test_what_cannot_be_reported_is_refused(change, field):
    reply = call(ada(), "POST", "reports/new", LEADS | change)
    assert (reply.status, list(reply.body["errors"][0]["details"])) == (400, [field])
    assert not Report.objects.filter(name="Contacts").exists()
