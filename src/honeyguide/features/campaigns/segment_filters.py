"""What segments can filter contacts by, of the campaigns they are in."""

from honeyguide.engine.events import EventType
from honeyguide.engine.segmenting.sources import FilterSet, FilterSource, Related, Value

ROWS = "campaign_contacts member WHERE member.contact_id = contacts.id AND NOT member.manually_removed"
MOVED = frozenset({EventType.CAMPAIGN_JOINED, EventType.CAMPAIGN_LEFT})

SEGMENT_FILTERS = FilterSet(
    fixed=(
        FilterSource(
            "campaign", "Campaign membership", "campaign", ("in", "!in", "empty", "!empty"),
            Related(ROWS, Value("member.campaign_id", "id")), MOVED,
        ),
    ),
)  # fmt: skip
