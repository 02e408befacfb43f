"""What segments can filter contacts by, of the companies they belong to: any of them, not only the primary one."""

from collections.abc import Iterator

from honeyguide.engine.events import EventType
from honeyguide.engine.segmenting.sources import FilterSet, FilterSource, Joined, Value
from honeyguide.features.fields.services import definitions

EVENTS = frozenset(
    {EventType.COMPANY_UPDATED, EventType.COMPANY_JOINED, EventType.COMPANY_LEFT, EventType.COMPANY_DELETED}
)
ROWS = (
    "company_contacts JOIN companies ON companies.id = company_contacts.company_id "
    "WHERE company_contacts.contact_id = contacts.id"
)


def company_fields() -> Iterator[FilterSource]:
    """Every published company field that may be filtered by."""
    for field in definitions("company").values():
        if field.is_listable:
            reads = Joined(ROWS, Value(field.expression, field.field_type.kind))
            operators = field.field_type.operators
            yield FilterSource(field.alias, field.label, field.type, operators, reads, EVENTS, object="company")


SEGMENT_FILTERS = FilterSet(defined=company_fields)
