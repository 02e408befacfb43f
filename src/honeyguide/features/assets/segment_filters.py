"""What segments can filter contacts by, of the files they took."""

from honeyguide.engine.events import EventType
from honeyguide.engine.segmenting.sources import FilterSet, FilterSource, Related, Value

ROWS = f"events WHERE events.contact_id = contacts.id AND events.type = {EventType.ASSET_DOWNLOADED:d}"

SEGMENT_FILTERS = FilterSet(
    fixed=(
        FilterSource(
            "lead_asset_download", "Downloaded asset", "assets", ("in", "!in", "empty", "!empty"),
            Related(ROWS, Value("events.object_id", "id")), frozenset({EventType.ASSET_DOWNLOADED}), object="behaviors",
        ),
    ),
)  # fmt: skip
