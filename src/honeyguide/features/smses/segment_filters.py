"""What segments can filter contacts by, of the text messages they got and clicked in."""

from honeyguide.engine.events import EventType
from honeyguide.engine.fieldtypes import BOOLEAN
from honeyguide.engine.segmenting.sources import FilterSet, FilterSource, Related, Value, Whether

MOMENT = ("=", "!=", "gt", "lt", "gte", "lte")
CLICKS = (
    f"events WHERE events.contact_id = contacts.id AND events.type = {EventType.SMS_CLICKED:d} "
    "AND events.payload -> 'bot' IS DISTINCT FROM 'true'"
)
AT = Related(CLICKS, Value("events.at", "datetime", instant=True))
CLICKED = frozenset({EventType.SMS_CLICKED})
SEGMENT_FILTERS = FilterSet(
    fixed=(
        FilterSource(
            "sms_clicked_link",
            "Clicked a link in a text message",
            "boolean",
            BOOLEAN,
            Whether(CLICKS),
            CLICKED,
            "behaviors",
        ),
        FilterSource(
            "sms_clicked_link_date", "Date of a click in a text message", "datetime", MOMENT, AT, CLICKED, "behaviors"
        ),
    ),
)
