"""What segments can filter contacts by, of the e-mails they got, opened and clicked in."""

from honeyguide.engine.events import EventType
from honeyguide.engine.fieldtypes import BOOLEAN
from honeyguide.engine.segmenting.sources import Counted, FilterSet, FilterSource, Related, Value, Whether

MOMENT = ("=", "!=", "gt", "lt", "gte", "lte")
COUNT = ("=", "gt", "gte", "lt", "lte")
SENT = frozenset({EventType.EMAIL_SENT})
OPENED = frozenset({EventType.EMAIL_OPENED, EventType.EMAIL_CLICKED})
SENT_ROWS = "outbox WHERE outbox.contact_id = contacts.id AND outbox.state = 3"
READ_ROWS = f"{SENT_ROWS} AND outbox.read_at IS NOT NULL"
OPENS = "SELECT contact_id, sum(open_count) AS number FROM outbox WHERE state = 3{only} GROUP BY contact_id"
CLICKS = (
    f"events WHERE events.contact_id = contacts.id AND events.type = {EventType.EMAIL_CLICKED:d} "
    "AND events.payload -> 'bot' IS DISTINCT FROM 'true'"
)


def _email(field: str, label: str, type: str, operators, reads, events: frozenset[int]) -> FilterSource:
    return FilterSource(field, label, type, operators, reads, events, object="behaviors")


def _at(rows: str, column: str) -> Related:
    return Related(rows, Value(column, "datetime", instant=True))


EMAIL_ID = Value("outbox.email_id", "id")
SEGMENT_FILTERS = FilterSet(
    fixed=(
        _email("lead_email_received", "Read e-mail", "lead_email_received", ("in", "!in"), Related(READ_ROWS, EMAIL_ID), OPENED),
        _email("lead_email_sent", "Sent e-mail", "lead_email_received", ("in", "!in"), Related(SENT_ROWS, EMAIL_ID), SENT),
        _email("lead_email_sent_date", "Date an e-mail was sent", "datetime", MOMENT, _at(SENT_ROWS, "outbox.sent_at"), SENT),
        _email("lead_email_read_date", "Date an e-mail was read", "datetime", MOMENT, _at(READ_ROWS, "outbox.read_at"), OPENED),
        _email("lead_email_read_count", "Number of e-mail opens", "number", COUNT, Counted(OPENS), OPENED),
        _email("email_id", "Clicked any link in any e-mail", "boolean", BOOLEAN, Whether(CLICKS), OPENED),
        _email("email_clicked_link_date", "Date of a click in an e-mail", "datetime", MOMENT, _at(CLICKS, "events.at"), OPENED),
    ),
)  # fmt: skip
