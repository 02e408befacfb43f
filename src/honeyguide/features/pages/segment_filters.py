"""What segments can filter contacts by, of the web pages they visited and the links they followed."""

from honeyguide.engine.events import EventType
from honeyguide.engine.fieldtypes import BOOLEAN, COMPARED
from honeyguide.engine.segmenting.sources import Counted, FilterSet, FilterSource, Related, Value, Whether

TEXT = ("=", "!=", "like", "!like", "regexp", "!regexp", "startsWith", "endsWith", "contains")
MOMENT = ("=", "!=", "gt", "lt", "gte", "lte")
COUNT = ("=", "gt", "gte", "lt", "lte")
HIT = EventType.PAGE_HIT.value
EVENTS = frozenset({EventType.PAGE_HIT, EventType.EMAIL_CLICKED})
ROWS = f"events WHERE events.contact_id = contacts.id AND events.type = {HIT}"
LINK_ROWS = (
    "events WHERE events.contact_id = contacts.id "
    f"AND (events.type = {EventType.EMAIL_CLICKED:d} OR events.type = {HIT} AND events.payload ->> 'redirect_id' IS NOT NULL)"
)
HITS = f"SELECT contact_id, count(*) AS number FROM events WHERE type = {HIT}{{only}} GROUP BY contact_id"
# A session begins with a hit that comes to a page by itself, when nothing was seen for half an hour.
SESSIONS = f"""
    SELECT contact_id, count(*) AS number
    FROM (
        SELECT contact_id, payload, at - lag(at) OVER (PARTITION BY contact_id ORDER BY at, id) AS pause
        FROM events
        WHERE type = {HIT}{{only}}
    ) hits
    WHERE (pause IS NULL OR pause > interval '30 minutes')
      AND payload ->> 'email_id' IS NULL AND payload ->> 'redirect_id' IS NULL
    GROUP BY contact_id
"""


def _hit(field: str, label: str, type: str, operators, reads) -> FilterSource:
    return FilterSource(field, label, type, operators, reads, EVENTS, object="behaviors")


def _said(name: str) -> Related:
    return Related(ROWS, Value(f"(events.payload ->> '{name}')", "text"))


SEGMENT_FILTERS = FilterSet(
    fixed=(
        _hit("hit_url", "Visited URL", "text", TEXT, _said("url")),
        _hit("hit_url_date", "Date of a visit", "datetime", MOMENT, Related(ROWS, Value("events.at", "datetime", instant=True))),
        _hit("hit_url_count", "Number of visited pages", "number", COUNT, Counted(HITS)),
        _hit("sessions", "Number of visits", "number", COUNT, Counted(SESSIONS)),
        _hit("referer", "Referer", "text", TEXT, _said("referer")),
        _hit("url_title", "Page title", "text", TEXT, _said("title")),
        _hit("source", "Source of a visit", "text", TEXT, _said("source")),
        _hit("source_id", "Id of the source of a visit", "number", COMPARED,
             Related(ROWS, Value("(events.payload ->> 'source_id')::numeric", "number"))),
        _hit("page_id", "Visited any landing page", "boolean", BOOLEAN,
             Whether(f"{ROWS} AND events.payload ->> 'page_id' IS NOT NULL")),
        _hit("redirect_id", "Followed any tracked link", "boolean", BOOLEAN, Whether(LINK_ROWS)),
    ),
)  # fmt: skip
