import pytest

from calls import call, created
from honeyguide.engine.delivery.models import OutboxState
from honeyguide.engine.sql import execute
from honeyguide.features.stats.tables import TABLES
from people import ada, bo, cy

pytestmark = pytest.mark.django_db


def contact(user, **values):
    return created(user, "contacts", "contact", {"firstname": "Jim", **values})["id"]


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_table_can_be_read_ordered_and_filtered_by_every_column(table):
    for column in TABLES[table].columns:
        query = f"order[0][col]={column}&where[0][col]={column}&where[0][expr]=isNotNull"
        body = call(ada(), "GET", f"stats/{table}?{query}").body
        assert body.keys() == {"total", "stats"}, body


def test_rows_are_text_without_nulls():
    who = contact(ada())
    call(ada(), "POST", f"contacts/{who}/points/plus/5")
    row = call(ada(), "GET", "stats/LEAD_points_change_log?order[0][col]=delta").body["stats"][0]
    assert (row["lead_id"], row["delta"], row["type"], len(row["date_added"])) == (str(who), "5", "API", 19)
    assert "group_id" not in row


def test_one_sees_ones_own_contacts_only():
    for user in (ada(), bo()):
        call(user, "POST", f"contacts/{contact(user)}/dnc/email/add")
    assert call(ada(), "GET", "stats/lead_donotcontact").body["total"] == "2"
    assert call(bo(), "GET", "stats/lead_donotcontact").body["total"] == "1"


def test_errors_are_told_with_status_200():
    refused = call(cy(), "GET", "stats/lead_donotcontact")
    text = "You do not have the view permission to load data from the lead table"
    assert (refused.status, refused.body) == (200, {"errors": [{"message": text, "code": 403}]})
    unknown = call(ada(), "GET", "stats/lead_donotcontact?where[0][col]=x%22;--&where[0][expr]=eq&where[0][val]=1")
    assert (unknown.status, unknown.body["errors"][0]["code"]) == (200, 0)


def test_an_unknown_table_lists_those_there_are():
    assert call(ada(), "GET", "stats/nosuch").body == call(ada(), "GET", "stats").body


def test_a_message_tells_what_made_it_and_its_hash_by_which_its_reply_is_noted():
    who = contact(ada(), email="jim@example.com")
    email = created(ada(), "emails", "email", {"name": "Hi", "subject": "Hi", "customHtml": "<p>Hi</p>"})["id"]
    call(ada(), "POST", f"emails/{email}/contact/{who}/send")
    execute("UPDATE outbox SET state = %s, sent_at = now()", (OutboxState.SENT.value,))
    row = call(ada(), "GET", "stats/email_stats").body["stats"][0]
    assert (row["source"], row["source_id"], row["open_details"]) == ("api", "0", "a:0:{}")
    assert call(ada(), "POST", f"emails/reply/{row['tracking_hash']}").status == 201
    execute("UPDATE outbox SET occasion = 'campaign:7:1'")
    row = call(ada(), "GET", "stats/email_stats").body["stats"][0]
    assert (row["source"], row["source_id"]) == ("campaign.event", "7")
