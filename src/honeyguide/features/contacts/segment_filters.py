"""What segments can filter contacts by: their own values, and what is kept with them."""

from collections.abc import Iterator

from honeyguide.engine.events import EventType
from honeyguide.engine.fieldtypes import BOOLEAN, COMPARED, MULTI
from honeyguide.engine.segmenting.sources import FilterSet, FilterSource, Own, Related, Value, Whether
from honeyguide.features.fields.services import definitions

CHANGED = frozenset({EventType.CONTACT_UPDATED, EventType.CONTACT_IDENTIFIED})
MODIFIED = CHANGED | {
    EventType.POINTS_CHANGED, EventType.STAGE_CHANGED, EventType.OWNER_CHANGED, EventType.TAGS_CHANGED,
    EventType.DO_NOT_CONTACT_CHANGED,
}  # fmt: skip
ACTIVE = CHANGED | {EventType.PAGE_HIT, EventType.EMAIL_OPENED, EventType.EMAIL_CLICKED}
SEEN = CHANGED | {EventType.PAGE_HIT, EventType.UTM_TAGS_ADDED}
LOOKUP = ("=", "!=", "empty", "!empty")
UTM = (*COMPARED, "in", "!in")
DEVICE_MODEL = (
    "=",
    "!=",
    "like",
    "!like",
    "regexp",
    "!regexp",
    "empty",
    "!empty",
    "contains",
    "startsWith",
    "endsWith",
)
REASONS = {"unsubscribed": 1, "bounced": 2, "manual": 3}


def contact_fields() -> Iterator[FilterSource]:
    """Every published field that may be filtered by."""
    for field in definitions("lead").values():
        if field.is_listable:
            kind = field.field_type.kind
            instant = field.column is not None and kind in ("date", "datetime")
            reads = Own(Value(field.expression, kind, instant))
            yield FilterSource(field.alias, field.label, field.type, field.field_type.operators, reads, MODIFIED)


def _instant(column: str, kind: str) -> Own:
    return Own(Value(f"contacts.{column}", kind, instant=True))


def _related(table: str, column: str, kind: str, condition: str = "") -> Related:
    return Related(f"{table} WHERE {table}.contact_id = contacts.id{condition}", Value(f"{table}.{column}", kind))


def _do_not_contact(field: str, label: str, channel: str, reason: str) -> FilterSource:
    rows = (
        "do_not_contact WHERE do_not_contact.contact_id = contacts.id "
        f"AND do_not_contact.channel = '{channel}' AND do_not_contact.reason = {REASONS[reason]}"
    )
    events = frozenset({EventType.DO_NOT_CONTACT_CHANGED, EventType.EMAIL_BOUNCED, EventType.EMAIL_UNSUBSCRIBED})
    return FilterSource(field, label, "boolean", BOOLEAN, Whether(rows), events | {EventType.EMAIL_RESUBSCRIBED})


def _utm(column: str, label: str) -> FilterSource:
    return FilterSource(column, label, "text", UTM, _related("utm_tags", column, "text"), SEEN)


def _device(field: str, label: str, column: str, operators: tuple[str, ...] = MULTI) -> FilterSource:
    type = field if operators == MULTI else "text"
    return FilterSource(field, label, type, operators, _related("devices", column, "text"), SEEN)


SEGMENT_FILTERS = FilterSet(
    fixed=(
        FilterSource("date_added", "Date added", "date", COMPARED, _instant("date_added", "date")),
        FilterSource("date_identified", "Date identified", "date", COMPARED, _instant("date_identified", "date"), CHANGED),
        FilterSource("last_active", "Date last active", "datetime", COMPARED, _instant("last_active", "datetime"), ACTIVE),
        FilterSource(
            "date_modified", "Date modified", "datetime", COMPARED, _instant("date_modified", "datetime"), MODIFIED
        ),
        FilterSource(
            "owner_id", "Owner", "lookup_id", LOOKUP, Own(Value("contacts.owner_id", "id")),
            CHANGED | {EventType.OWNER_CHANGED},
        ),
        FilterSource(
            "points", "Points", "number", COMPARED, Own(Value("contacts.points", "number")),
            CHANGED | {EventType.POINTS_CHANGED},
        ),
        FilterSource(
            "stage", "Stage", "stage", LOOKUP, Own(Value("contacts.stage_id", "id")), CHANGED | {EventType.STAGE_CHANGED}
        ),
        FilterSource(
            "tags", "Tags", "tags", MULTI, _related("contact_tags", "tag_id", "id"), CHANGED | {EventType.TAGS_CHANGED}
        ),
        FilterSource(
            "globalcategory", "Subscribed categories", "globalcategory", MULTI,
            _related("contact_categories", "category_id", "id", " AND NOT contact_categories.manually_removed"),
            CHANGED | {EventType.CATEGORIES_CHANGED},
        ),
        _device("device_type", "Device type", "device"),
        _device("device_brand", "Device brand", "device_brand"),
        _device("device_os", "Device operating system", "device_os_name"),
        _device("device_model", "Device model", "device_model", DEVICE_MODEL),
        _do_not_contact("dnc_bounced", "Bounced - Email", "email", "bounced"),
        _do_not_contact("dnc_unsubscribed", "Unsubscribed - Email", "email", "unsubscribed"),
        _do_not_contact("dnc_manual_email", "Manually set do not contact - Email", "email", "manual"),
        _do_not_contact("dnc_bounced_sms", "Bounced - Text message", "sms", "bounced"),
        _do_not_contact("dnc_unsubscribed_sms", "Unsubscribed - Text message", "sms", "unsubscribed"),
        _do_not_contact("dnc_manual_sms", "Manually set do not contact - Text message", "sms", "manual"),
        _utm("utm_campaign", "UTM campaign"),
        _utm("utm_content", "UTM content"),
        _utm("utm_medium", "UTM medium"),
        _utm("utm_source", "UTM source"),
        _utm("utm_term", "UTM term"),
    ),
    defined=contact_fields,
)  # fmt: skip
