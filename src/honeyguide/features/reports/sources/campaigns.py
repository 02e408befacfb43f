"""Sources about campaigns: what happened in them, and which of their steps earned what contacts are worth."""

from __future__ import annotations

from honeyguide.features.campaigns.models import LogState
from honeyguide.features.reports.declaring import Graph, Source, listed
from honeyguide.features.reports.sources.columns import (
    CONTACT_FILTERS,
    CONTACT_JOINS,
    CONTACT_LINKS,
    IP,
    category_join,
    contact_columns,
    named_by,
    standard,
    with_person,
)

LOG = (
    f"""
    log.date_triggered:d:Date triggered::log.at
    log.is_scheduled:b:Is scheduled::(log.state = {LogState.SCHEDULED:d})
    log.trigger_date:d:Log trigger date::log.due_at
    log.system_triggered:b:System triggered::(e.event_type <> 'decision')
    log.non_action_path_taken:b:Non-action path taken::(e.event_type = 'decision' AND log.taken IS FALSE)
    log.channel:t:Log channel::e.channel
    log.channel_id:i:Log channel ID::e.channel_id
    log.rotation:i:Rotation
    e.name:t:Event name
    e.description:t:Event description
    e.type:t:Event type
    e.event_type:t:Event kind
    e.trigger_date:d:Event trigger date
    e.trigger_mode:t:Event trigger mode
    e.channel:t:Event channel
    e.channel_id:i:Event channel ID
    cat.id:i:Category ID:category_id
    cat.title:t:Category name:category_title
    channel.category_id:i:Channel category ID
    channel.created_by:i:Channel created by
    channel.created_by_user:t:Channel created by name
    channel.date_added:d:Channel date added
    channel.description:t:Channel description
    channel.name:t:Channel name
"""
    + standard("c")
    + IP
)
LOG_TABLES = """campaign_log log JOIN campaign_events e ON e.id = log.event_id JOIN campaigns c ON c.id = log.campaign_id
JOIN contacts l ON l.id = log.contact_id"""
COLUMNS = "category_id, created_by, created_by_user, date_added, description, name"
# What the step sends.
CHANNEL = (
    "LEFT JOIN LATERAL ("
    + " UNION ALL ".join(
        f"SELECT {COLUMNS} FROM {table} WHERE e.channel = '{channel}' AND id = e.channel_id"
        for channel, table in (("email", "emails"), ("sms", "smses"), ("notification", "notifications"))
    )
    + ") channel ON TRUE"
)
CAMPAIGN_LINKS = named_by("campaigns", "c.id", "c.name")

ATTRIBUTION = """
    cat.id:i:Category ID:category_id
    cat.title:t:Category name:category_title
    log.campaign_id:i:Campaign ID
    log.date_triggered:d:Action date::log.at
    c.name:t:Campaign name
    l.stage_id:i:Stage ID
    ss.name:t:Stage name:stage_name
    channel:t:Channel::e.channel
    channel_action:t:Channel action::e.type
    e.name:t:Action name
"""
WORTH = "(l.fields ->> 'attribution')::numeric"
TOUCHED = f"""log.state = {LogState.DONE:d} AND e.event_type = 'decision' AND {WORTH} <> 0
AND log.at <= (l.fields ->> 'attribution_date')::timestamptz"""
# A decision of the same contact that earns as much as this one does.
OTHER = f"""SELECT FROM campaign_log other JOIN campaign_events d ON d.id = other.event_id
WHERE other.contact_id = log.contact_id AND other.state = {LogState.DONE:d} AND d.event_type = 'decision'
  AND other.at <= (l.fields ->> 'attribution_date')::timestamptz"""
ORDER = "(other.at, other.event_id, other.rotation) {} (log.at, log.event_id, log.rotation)"
TOUCHES = f"""LEFT JOIN LATERAL ({OTHER.replace("SELECT FROM", "SELECT count(*) AS number FROM", 1)}) touches ON TRUE"""
MULTI = f"""
    activity_count:i:Activity count::touches.number
    attribution_share:n:Attribution of the action::round({WORTH} / touches.number, 4)
"""


def _attribution(title: str, where: str = TOUCHED, more: str = "", worth: str = WORTH) -> Source:
    measure = {"Attribution": f"round(sum({worth}), 2)"}
    pies = (("stages", "ss.name"), ("campaigns", "c.name"), ("actions", "e.name"), ("channels", "e.channel"))
    return Source(
        group="contacts",
        title=title,
        tables=LOG_TABLES,
        columns=lambda: contact_columns() | listed(ATTRIBUTION + more),
        joins=CONTACT_JOINS
        | category_join("c", "cat")
        | {"ss": "LEFT JOIN stages ss ON ss.id = l.stage_id", "touches": TOUCHES},
        where=where,
        date="log.date_triggered",
        row="log.at, log.event_id, log.contact_id",
        filters=CONTACT_FILTERS,
        links=CONTACT_LINKS | named_by("campaigns", "log.campaign_id", "c.name"),
        graphs=[
            Graph(f"mautic.lead.graph.pie.attribution_{name}", f"Attribution by {name}", "pie", measure, by)
            for name, by in pies
        ],
    )


SOURCES = {
    "campaign_lead_event_log": Source(
        group="campaigns",
        title="Campaign events",
        tables=LOG_TABLES,
        columns=with_person(LOG),
        joins=category_join("c", "cat") | {"channel": CHANNEL} | CONTACT_JOINS,
        date="log.date_triggered",
        row="log.at, log.event_id, log.contact_id",
        filters=CONTACT_FILTERS,
        links=CONTACT_LINKS | CAMPAIGN_LINKS,
    ),
    "contact.attribution.multi": _attribution("Multi-touch attribution", more=MULTI, worth=f"{WORTH} / touches.number"),
    "contact.attribution.first": _attribution(
        "First-touch attribution", f"{TOUCHED} AND NOT EXISTS ({OTHER} AND {ORDER.format('<')})"
    ),
    "contact.attribution.last": _attribution(
        "Last-touch attribution", f"{TOUCHED} AND NOT EXISTS ({OTHER} AND {ORDER.format('>')})"
    ),
}
