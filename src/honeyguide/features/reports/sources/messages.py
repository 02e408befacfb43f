"""Sources about messages of every channel, and about notifications."""

from __future__ import annotations

from honeyguide.engine.delivery.models import OutboxState
from honeyguide.features.reports.declaring import Graph, Source
from honeyguide.features.reports.sources.columns import (
    CATEGORY,
    CONTACT_FILTERS,
    CONTACT_LINKS,
    PERSON_JOINS,
    category_join,
    named_by,
    only,
    ratio,
    standard,
    with_person,
)

QUEUED = """
    mq.channel:t:Channel
    mq.channel_id:i:Channel ID
    mq.priority:i:Priority
    mq.max_attempts:i:Maximum attempts::NULL::integer
    mq.attempts:i:Attempts
    mq.success:b:Success
    mq.status:t:Status
    mq.last_attempt:d:Last attempt
    mq.date_sent:d:Date sent
    mq.scheduled_date:d:Scheduled date
    mq.date_published:d:Date published
"""
STATUS = f"""CASE WHEN state <= {OutboxState.ATTEMPTING:d} THEN 'pending' WHEN state = {OutboxState.SENT:d} THEN 'sent'
    WHEN state = {OutboxState.CANCELLED:d} THEN 'cancelled' ELSE 'failed' END"""
SAME = f"""contact_id, priority, attempts, state = {OutboxState.SENT:d} AS success, {STATUS} AS status,
    sent_at AS last_attempt, sent_at AS date_sent, due_at AS scheduled_date, queued_at AS date_published"""
# Every message that was put into a queue: e-mails, and what leaves by other channels.
QUEUES = f"""(
    SELECT id, 'email' AS channel, email_id AS channel_id, {SAME} FROM outbox WHERE email_id IS NOT NULL
    UNION ALL SELECT id, channel, item_id, {SAME} FROM dispatches WHERE item_id > 0
) mq LEFT JOIN contacts l ON l.id = mq.contact_id"""

NOTIFICATION = (
    f"""
    pn.heading:t:Heading
    pn.lang:t:Language::pn.language
    pn.read_count:i:Read count
    pn.read_ratio:t:Read ratio::{ratio("pn.read_count", "pn.sent_count")}
    pn.sent_count:i:Sent count
    pn.hits:i:Clicks::clicks.hits
    pn.unique_hits:i:Unique clicks::clicks.unique_hits
    pn.hits_ratio:t:Clicks ratio::{ratio("clicks.hits", "pn.sent_count")}
    pn.unique_ratio:t:Unique clicks ratio::{ratio("clicks.unique_hits", "pn.sent_count")}
"""
    + standard("pn")
    + CATEGORY
)
CLICKS = {
    "clicks": """LEFT JOIN LATERAL (
    SELECT coalesce(sum(k.hits), 0) AS hits, coalesce(sum(k.unique_hits), 0) AS unique_hits
    FROM links k WHERE k.channel = 'notification' AND k.channel_id = pn.id
) clicks ON TRUE"""
}
NOTIFIED = """
    pns.date_sent:d:Date sent::pns.sent_at
    pns.date_read:d:Date read::pns.clicked_at
    pns.source:t:Source::split_part(pns.occasion, ':', 1)
    pns.source_id:i:Source ID::nullif(substring(pns.occasion FROM '^campaign:([0-9]{1,18}):'), '')::bigint
"""
NOTIFICATION_LINKS = named_by("notifications", "pn.id", "pn.name", "pn.heading")


def _most(key: str, title: str, label: str, measure: str) -> Graph:
    by = {"by": "pn.name", "head": "Notification", "link": ("notifications", "min(pn.id)")}
    return Graph(f"mautic.mobile_notification.table.most.{key}", title, "table", {label: measure}, **by)


READ = "count(pns.clicked_at)"
GRAPHS = (
    Graph(
        "mautic.mobile_notification.graph.line.stats",
        "Notifications in time",
        "line",
        {"Sent": "count(*)", "Read": READ},
    ),
    _most("sent", "Most sent notifications", "Sent", "count(*)"),
    _most("read", "Most read notifications", "Read", READ),
    _most(
        "read.percent", "Notifications read most often of those sent", "Read, %", f"round(100.0 * {READ} / count(*), 1)"
    ),
)

SOURCES = {
    "message.channel": Source(
        group="message queue",
        title="Message queue",
        tables=QUEUES,
        columns=with_person(QUEUED),
        joins=PERSON_JOINS,
        date="mq.date_published",
        row="mq.date_published, mq.channel, mq.id",
        filters=CONTACT_FILTERS,
        links=CONTACT_LINKS,
    ),
    "mobile_notifications": Source(
        group="mobile notifications",
        title="Mobile notifications",
        tables="notifications pn",
        columns=only(NOTIFICATION),
        joins=category_join("pn") | CLICKS,
        where="pn.mobile",
        date="pn.date_added",
        row="pn.id",
        links=NOTIFICATION_LINKS,
    ),
    "mobile_notifications.stats": Source(
        group="mobile notifications",
        title="Mobile notifications sent",
        tables="dispatches pns JOIN notifications pn ON pn.id = pns.item_id LEFT JOIN contacts l ON l.id = pns.contact_id",
        columns=with_person(NOTIFICATION, NOTIFIED),
        joins=category_join("pn") | CLICKS | PERSON_JOINS,
        where=f"pns.channel = 'notification' AND pn.mobile AND pns.state = {OutboxState.SENT:d}",
        date="pns.date_sent",
        row="pns.id",
        filters=CONTACT_FILTERS,
        links=NOTIFICATION_LINKS | CONTACT_LINKS,
        graphs=GRAPHS,
    ),
}
