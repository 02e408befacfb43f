"""What segments can filter contacts by, of notifications."""

from honeyguide.engine.events import EventType
from honeyguide.engine.fieldtypes import BOOLEAN
from honeyguide.engine.segmenting.sources import FilterSet, FilterSource, Whether

BROWSERS = "push_subscriptions WHERE push_subscriptions.contact_id = contacts.id"
CHANGES = frozenset({EventType.NOTIFICATION_SUBSCRIBED, EventType.NOTIFICATION_UNSUBSCRIBED})
SEGMENT_FILTERS = FilterSet(
    fixed=(
        FilterSource(
            "notification", "Subscribed to notifications", "boolean", BOOLEAN, Whether(BROWSERS), CHANGES, "behaviors"
        ),
    ),
)
