"""Filters whose data comes with features that are not there yet: they can be saved and count as "has none"."""

from honeyguide.engine.fieldtypes import COMPARED
from honeyguide.engine.segmenting.sources import Counted, FilterSource, Related, Value, Whether

MULTI = ("in", "!in", "empty", "!empty")
BOOLEAN = ("=", "!=")
NO_ROWS = "(SELECT NULL::bigint AS id) nothing WHERE FALSE"
ID = Value("nothing.id", "id")


def _behaviour(field: str, label: str, type: str, operators: tuple[str, ...], reads: Related | Whether) -> FilterSource:
    return FilterSource(field, label, type, operators, reads, object="behaviors")


LATER = (
    FilterSource("campaign", "Campaign membership", "campaign", MULTI, Related(NO_ROWS, ID)),
    _behaviour("lead_asset_download", "Downloaded asset", "assets", MULTI, Related(NO_ROWS, ID)),
)
GROUP_POINTS = Counted("SELECT NULL::bigint AS contact_id, 0 AS number WHERE FALSE{only}")


def find(object: str, field: str) -> FilterSource | None:
    """The source of `group_points_<id>`, the points a contact has in one group."""
    if object != "lead" or not field.startswith("group_points_"):
        return None
    return FilterSource(field, "Points of a group", "number", COMPARED, GROUP_POINTS)
