"""Sources about contacts and companies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from honeyguide.engine.events import EventType
from honeyguide.features.reports.declaring import Columns, Graph, Link, Source, field_columns, listed
from honeyguide.features.reports.sources.columns import (
    COMPANY_LINKS,
    CONTACT_FILTERS,
    CONTACT_JOINS,
    CONTACT_LINKS,
    SEGMENT_LINKS,
    contact_columns,
    in_log_order,
    named_by,
    standard,
)

STAGE = """
    l.stage_id:i:Stage ID
    ss.name:t:Stage name:stage_name
    ss.date_added:d:Stage date added:stage_date_added
"""
POINTS = """
    lp.id:i:Points change ID::lp.id
    lp.type:t:Points type::(lp.payload ->> 'type')
    lp.event_name:t:Points event name::(lp.payload ->> 'event')
    lp.action_name:t:Points event action::(lp.payload ->> 'action')
    lp.delta:i:Points change::(lp.payload ->> 'delta')::integer
    lp.date_added:d:Points date added::lp.at
    pl.id:i:Group ID:group_id
    pl.name:t:Group name:group_name
"""
RULES = """
    lf.frequency_number:i:Frequency number
    lf.frequency_time:t:Frequency time
    lf.channel:t:Frequency channel
    lf.preferred_channel:b:Preferred channel
    lf.pause_from_date:d:Pause from date
    lf.pause_to_date:d:Pause to date
    lf.date_added:d:Frequency date added
"""
DEVICES = """
    dev.date_added:d:Device date added
    dev.client_info:t:Device client info::dev.client_info::text
    dev.device:t:Device
    dev.device_os_name:t:Device OS name
    dev.device_os_version:t:Device OS version
    dev.device_os_platform:t:Device OS platform
    dev.device_brand:t:Device brand
    dev.device_model:t:Device model
"""
DO_NOT_CONTACT = """
    dnc.reason:i:DNC reason
    dnc.comments:t:DNC comments
    dnc.date_added:d:DNC date added
    dnc.channel:t:DNC channel
    dnc.channel_id:i:DNC channel ID
"""
UTM_TAGS = """
    utm.utm_campaign:t:UTM campaign
    utm.utm_content:t:UTM content
    utm.utm_medium:t:UTM medium
    utm.utm_source:t:UTM source
    utm.utm_term:t:UTM term
"""
MEMBERSHIP = """
    lll.manually_removed:b:Manually removed
    lll.manually_added:b:Manually added
""" + standard("s", "publish_up", "publish_down")
SEGMENT_LOG = """
    log_added.object_id:i:Segment ID
    log_added.date_added:d:Segment joined at::log_added.at
    log_removed.date_added:d:Segment left at::log_removed.at
"""
LEFT = f"""LEFT JOIN LATERAL (
    SELECT min(x.at) AS at FROM events x WHERE x.contact_id = l.id AND x.type = {EventType.SEGMENT_LEFT:d}
       AND x.object_id = log_added.object_id AND x.at >= log_added.at
) log_removed ON TRUE"""
GROUP_SCORE = """
    pl.id:i:Group ID:group_id
    pl.name:t:Group name:group_name
    ls.score:i:Group score
"""


def _with(text: str) -> Callable[[], Columns]:
    return lambda: contact_columns() | listed(text)


def _of_contacts(
    title: str,
    tables: str,
    text: str,
    *,
    date: str,
    row: str,
    joins: Mapping[str, str] | None = None,
    where: str = "TRUE",
    graphs: Sequence[Graph] = (),
    links: Mapping[str, Link] | None = None,
) -> Source:
    """Rows that belong to contacts; `tables` names the contact `l`."""
    return Source(
        group="contacts",
        title=title,
        tables=tables,
        columns=_with(text),
        joins=CONTACT_JOINS | (joins or {}),
        where=where,
        date=date,
        row=row,
        filters=CONTACT_FILTERS,
        links=CONTACT_LINKS | (links or {}),
        graphs=graphs,
    )


def _ranked(key: str, title: str, by: str, head: str, label: str, measure: str) -> Graph:
    return Graph(f"mautic.lead.table.{key}", title, "table", {label: measure}, by, head)


DELTA = "(lp.payload ->> 'delta')::integer"
NAME = "coalesce(nullif(concat_ws(' ', l.fields ->> 'firstname', l.fields ->> 'lastname'), ''), l.fields ->> 'email', l.id::text)"
CONTACT_GRAPHS = (
    Graph(
        "mautic.lead.graph.line.leads",
        "Contacts in time",
        "line",
        {
            "Contacts": "count(DISTINCT l.id)",
            "Identified": "count(DISTINCT l.id) FILTER (WHERE l.date_identified IS NOT NULL)",
        },
    ),
)
POINT_GRAPHS = (
    Graph("mautic.lead.graph.line.leads", "Contacts in time", "line", {"Contacts": "count(DISTINCT l.id)"}),
    Graph("mautic.lead.graph.line.points", "Points in time", "line", {"Points": f"coalesce(sum({DELTA}), 0)"}),
    Graph(
        "mautic.lead.table.most.points",
        "Most points",
        "table",
        {"Points": f"sum({DELTA})"},
        NAME,
        "Contact",
        ("contacts", "min(l.id)"),
    ),
    _ranked("top.countries", "Top countries", "l.fields ->> 'country'", "Country", "Contacts", "count(DISTINCT l.id)"),
    _ranked("top.cities", "Top cities", "l.fields ->> 'city'", "City", "Contacts", "count(DISTINCT l.id)"),
    _ranked("top.events", "Top events", "lp.payload ->> 'event'", "Event", "Times", "count(*)"),
    _ranked("top.actions", "Top actions", "lp.payload ->> 'action'", "Action", "Times", "count(*)"),
)
COMPANIES = {"Companies": "count(*)"}
COMPANY_GRAPHS = (
    Graph("mautic.lead.graph.line.companies", "Companies in time", "line", COMPANIES),
    Graph(
        "mautic.lead.graph.pie.companies.industry",
        "Companies by industry",
        "pie",
        COMPANIES,
        "comp.fields ->> 'companyindustry'",
    ),
    Graph(
        "mautic.lead.table.pie.company.country",
        "Companies by country",
        "pie",
        COMPANIES,
        "comp.fields ->> 'companycountry'",
    ),
    Graph(
        "mautic.lead.company.table.top.cities",
        "Top cities",
        "table",
        COMPANIES,
        "comp.fields ->> 'companycity'",
        "City",
    ),
)
STAGE_JOIN = {"ss": "LEFT JOIN stages ss ON ss.id = l.stage_id"}

SOURCES = {
    "leads": _of_contacts(
        "Contacts", "contacts l", STAGE, date="l.date_added", row="l.id", joins=STAGE_JOIN, graphs=CONTACT_GRAPHS
    ),
    "lead.pointlog": _of_contacts(
        "Points log",
        "events lp JOIN contacts l ON l.id = lp.contact_id",
        POINTS,
        where=f"lp.type = {EventType.POINTS_CHANGED:d}",
        date="lp.date_added",
        row=in_log_order("lp"),
        joins={"pl": "LEFT JOIN point_groups pl ON pl.id = lp.object_id"},
        graphs=POINT_GRAPHS,
    ),
    "contact.frequencyrules": _of_contacts(
        "Frequency rules",
        "frequency_rules lf JOIN contacts l ON l.id = lf.contact_id",
        RULES,
        date="lf.date_added",
        row="lf.id",
    ),
    "contact.devices": _of_contacts(
        "Devices", "devices dev JOIN contacts l ON l.id = dev.contact_id", DEVICES, date="dev.date_added", row="dev.id"
    ),
    "contact.dnc": _of_contacts(
        "Do not contact",
        "do_not_contact dnc JOIN contacts l ON l.id = dnc.contact_id",
        DO_NOT_CONTACT,
        date="dnc.date_added",
        row="dnc.id",
    ),
    "lead.utmTag": _of_contacts(
        "UTM tags", "utm_tags utm JOIN contacts l ON l.id = utm.contact_id", UTM_TAGS, date="l.date_added", row="utm.id"
    ),
    "segment.membership": _of_contacts(
        "Segment membership",
        "segment_contacts lll JOIN contacts l ON l.id = lll.contact_id JOIN segments s ON s.id = lll.segment_id",
        MEMBERSHIP,
        date="l.date_added",
        row="s.id, l.id",
        links=SEGMENT_LINKS,
    ),
    "segment.log": _of_contacts(
        "Segment log",
        "events log_added JOIN contacts l ON l.id = log_added.contact_id",
        SEGMENT_LOG,
        where=f"log_added.type = {EventType.SEGMENT_JOINED:d}",
        date="log_added.date_added",
        row=in_log_order("log_added"),
        joins={"log_removed": LEFT},
        links=named_by("segments", "log_added.object_id"),
    ),
    "group.score": _of_contacts(
        "Group score",
        "point_group_scores ls JOIN contacts l ON l.id = ls.contact_id JOIN point_groups pl ON pl.id = ls.group_id",
        GROUP_SCORE,
        date="l.date_added",
        row="pl.id, l.id",
    ),
    "companies": Source(
        group="companies",
        title="Companies",
        tables="companies comp",
        columns=lambda: field_columns("company", "comp", "Company ") | listed("comp.id:i:Company ID"),
        date="comp.date_added",
        row="comp.id",
        links=COMPANY_LINKS,
        graphs=COMPANY_GRAPHS,
    ),
}
