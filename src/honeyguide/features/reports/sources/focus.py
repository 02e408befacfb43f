"""The source about focus items: who saw them, and who clicked."""

from __future__ import annotations

from honeyguide.engine.events import EventType
from honeyguide.features.reports.declaring import Source
from honeyguide.features.reports.sources.columns import (
    CATEGORY,
    CONTACT_FILTERS,
    CONTACT_LINKS,
    PERSON_JOINS,
    by_people,
    category_join,
    in_log_order,
    named_by,
    standard,
    with_person,
)

ITEM = (
    """
    f.type:t:Focus type:focus_type
    f.style:t:Style
    f.website:t:Website
"""
    + standard("f")
    + CATEGORY
)
SHOWN = f"""
    fs.type:t:Interaction::CASE fs.type WHEN {EventType.FOCUS_VIEWED:d} THEN 'view' ELSE 'click' END
    fs.type_id:i:Interaction ID::NULL::bigint
    fs.date_added:d:Interaction date::fs.at
"""

SOURCES = {
    "focus.stats": Source(
        group="focus",
        title="Focus items seen and clicked",
        tables="events fs JOIN focus_items f ON f.id = fs.object_id LEFT JOIN contacts l ON l.id = fs.contact_id",
        columns=with_person(ITEM, SHOWN),
        joins=category_join("f") | PERSON_JOINS,
        where=f"fs.type IN ({EventType.FOCUS_VIEWED:d}, {EventType.FOCUS_CLICKED:d}) AND {by_people('fs')}",
        date="fs.date_added",
        row=in_log_order("fs"),
        filters=CONTACT_FILTERS,
        links=CONTACT_LINKS | named_by("focus", "f.id", "f.name"),
    ),
}
