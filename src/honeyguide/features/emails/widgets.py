"""What the dashboard knows of e-mails. The outbox is one row per recipient, so figures come from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from honeyguide.engine.delivery.models import OutboxState
from honeyguide.engine.events import EventType
from honeyguide.engine.sql import rows
from honeyguide.engine.widgets import Asked, Cell, Data, Source, Widget, in_time, line, pie, table, totals
from honeyguide.engine.widgets.charts import bar
from honeyguide.features.campaigns.models import LogState

GROUP, RIGHT, OTHERS = "Email Widgets", "email:emails:viewown", "email:emails:viewother"
NARROWED = ("segment", "company", "campaign")  # what messages may be narrowed down to


def _chosen(of: str = "") -> str:
    """The condition on messages, or on something else that has their columns."""
    return f"""(%(mine)s::bigint IS NULL OR {of}email_id IN (SELECT id FROM emails WHERE created_by = %(mine)s))
        AND {of}email_id IS NOT NULL
        AND (%(segment)s::bigint IS NULL OR {of}segment_id = %(segment)s)
        AND (%(company)s::bigint IS NULL
             OR {of}contact_id IN (SELECT contact_id FROM company_contacts WHERE company_id = %(company)s))
        AND (%(campaign)s::bigint IS NULL
             OR {of}contact_id IN (SELECT contact_id FROM campaign_contacts WHERE campaign_id = %(campaign)s))"""


CHOSEN = _chosen()
SENT = f"state IN ({OutboxState.SENT:d}, {OutboxState.UNKNOWN:d})"
CLICKS = f"""(SELECT e.at, o.email_id, o.segment_id, o.contact_id FROM events e JOIN outbox o ON o.id = e.object_id
    WHERE e.type = {EventType.EMAIL_CLICKED:d} AND e.at >= %(since)s AND e.at < %(until)s
      AND (e.payload ->> 'bot') IS DISTINCT FROM 'true') AS clicks"""


def _counted(name: str, table: str, at: str, where: str) -> Source:
    return Source(table, at, f"{where} AND {CHOSEN}", params=dict.fromkeys(NARROWED), name=name)


SENT_MAIL = _counted("e-mails sent", "outbox", "sent_at", SENT)
READ_MAIL = _counted("e-mails read", "outbox", "read_at", "TRUE")
UNSUBSCRIBED = _counted("e-mails unsubscribed", "outbox", "unsubscribed_at", "TRUE")
CLICKED = _counted("e-mails clicked", CLICKS, "at", "TRUE")
BOUNCED = _counted("e-mails bounced", "outbox", "bounced_at", "TRUE")
FAILED = _counted("e-mails failed", "outbox", "coalesce(sent_at, queued_at)", f"state = {OutboxState.FAILED:d}")
# Data set -> (label, what is counted).
SERIES = {
    "sent": ("Sent emails", SENT_MAIL),
    "opened": ("Read emails", READ_MAIL),
    "unsubscribed": ("Unsubscribed", UNSUBSCRIBED),
    "clicked": ("Clicked", CLICKED),
    "bounced": ("Bounced", BOUNCED),
    "failed": ("Failed emails", FAILED),
}
FLAGS = {
    "opened": ("opened",),
    "failed": ("failed",),
    "sent_and_opened": ("sent", "opened"),
    "sent_and_opened_and_failed": ("sent", "opened", "failed"),
}
# One pass: the latest messages with whom and what they are about.
MESSAGES = f"""
    SELECT o.contact_id, o.address, o.open_count, o.click_count,
           (SELECT string_agg(l.url, ', ' ORDER BY l.id) FROM links l WHERE l.id = ANY(o.clicked_links)),
           o.email_id, m.name, o.segment_id, s.name, k.id, k.fields ->> 'companyname',
           to_char(o.sent_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'),
           to_char(o.read_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')
    FROM (
        SELECT * FROM outbox WHERE {SENT} AND sent_at >= %(since)s AND sent_at < %(until)s AND {CHOSEN}
        ORDER BY sent_at DESC, id DESC LIMIT %(limit)s
    ) o
    JOIN emails m ON m.id = o.email_id
    LEFT JOIN segments s ON s.id = o.segment_id
    LEFT JOIN company_contacts c ON c.contact_id = o.contact_id AND c.is_primary
    LEFT JOIN companies k ON k.id = c.company_id
    ORDER BY o.sent_at DESC, o.id DESC
"""
MESSAGE_KEYS = (
    "contact_id", "contact_email", "open", "click", "links_clicked", "email_id", "email_name", "segment_id", "segment_name",
    "company_id", "company_name", "campaign_id", "campaign_name", "date_sent", "date_read",
)  # fmt: skip
MESSAGE_HEAD = tuple(
    f"mautic.dashboard.label.{name}"
    for name in (
        "contact.id", "contact.email.address", "contact.open", "contact.click", "contact.links.clicked", "email.id",
        "email.name", "segment.id", "segment.name", "company.id", "company.name", "campaign.id", "campaign.name",
        "date.sent", "date.read",
    )
)  # fmt: skip
# One pass: links by how many messages they were clicked in.
LINKS = f"""
    SELECT l.url, count(*), sum(o.click_count), o.email_id, m.name
    FROM (
        SELECT email_id, click_count, unnest(clicked_links) AS link FROM outbox
        WHERE sent_at >= %(since)s AND sent_at < %(until)s AND clicked_links IS NOT NULL AND {CHOSEN}
    ) o JOIN links l ON l.id = o.link JOIN emails m ON m.id = o.email_id
    GROUP BY l.url, o.email_id, m.name ORDER BY 2 DESC, l.url LIMIT %(limit)s
"""
# One pass each: e-mails by messages sent, or first read, in the span; e-mails made in it.
MOST = """
    SELECT m.id, m.name, count(*) FROM outbox o JOIN emails m ON m.id = o.email_id
    WHERE o.{at} >= %(since)s AND o.{at} < %(until)s AND {what} AND (%(mine)s::bigint IS NULL OR m.created_by = %(mine)s)
    GROUP BY m.id ORDER BY 3 DESC, m.id LIMIT %(limit)s
"""
CREATED = """
    SELECT id, name, to_char(date_added AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') FROM emails
    WHERE date_added >= %(since)s AND date_added < %(until)s AND (%(mine)s::bigint IS NULL OR created_by = %(mine)s)
    ORDER BY id LIMIT %(limit)s
"""
# One pass: messages first read, per hour of the day.
HOURS = f"""
    SELECT extract(hour FROM read_at AT TIME ZONE %(zone)s)::int, count(*) FROM outbox
    WHERE read_at >= %(since)s AND read_at < %(until)s AND {CHOSEN} GROUP BY 1
"""
# One pass: messages by the kind of device of an open. Opens keep a short name of program and system (`tracking.agents`).
BY_DEVICE = f"""
    SELECT CASE split_part(e.payload ->> 'agent', '/', 2)
               WHEN 'iPhone' THEN 'smartphone' WHEN 'Android' THEN 'smartphone' WHEN 'iPad' THEN 'tablet'
               WHEN 'Windows' THEN 'desktop' WHEN 'Mac' THEN 'desktop' WHEN 'Linux' THEN 'desktop' WHEN 'ChromeOS' THEN 'desktop'
               ELSE 'unknown' END AS device, count(DISTINCT e.object_id)
    FROM events e JOIN outbox o ON o.id = e.object_id
    WHERE e.type = {EventType.EMAIL_OPENED:d} AND e.at >= %(since)s AND e.at < %(until)s
      AND (e.payload ->> 'bot') IS DISTINCT FROM 'true' AND {_chosen("o.")}
    GROUP BY 1 ORDER BY 2 DESC, 1
"""
# One pass: for each step that sends an e-mail the contacts who are due next, by the index of what is planned.
NEXT = f"""
    SELECT to_char(l.due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), s.id, s.name, c.id, c.name, l.contact_id,
           coalesce(nullif(concat_ws(' ', k.fields ->> 'firstname', k.fields ->> 'lastname'), ''), k.fields ->> 'email'),
           m.id, m.name
    FROM campaign_events s
    JOIN campaigns c ON c.id = s.campaign_id AND c.is_published
    JOIN emails m ON m.id::text = s.properties ->> 'email' AND (%(mine)s::bigint IS NULL OR m.created_by = %(mine)s)
    CROSS JOIN LATERAL (
        SELECT contact_id, due_at FROM campaign_log
        WHERE event_id = s.id AND state = {LogState.SCHEDULED:d}
        ORDER BY due_at, contact_id LIMIT %(limit)s
    ) l
    JOIN contacts k ON k.id = l.contact_id
    WHERE s.type = 'email.send'
    ORDER BY l.due_at, l.contact_id, s.id LIMIT %(limit)s
"""
UPCOMING_KEYS = (
    "trigger_date", "event_id", "event_name", "campaign_id", "campaign_name", "lead_id", "lead_name", "email_id", "email_name",
)  # fmt: skip


def chosen(asked: Asked) -> dict[str, int | None]:
    return {name: asked.number(f"{name}Id") for name in NARROWED}


def in_time_chart(asked: Asked) -> Data:
    wanted = [name for name in asked.datasets if name in SERIES] or FLAGS.get(str(asked.filters.get("flag")), ("sent",))
    series = {}
    for name in wanted:
        label, source = SERIES[name]
        series[label] = in_time(asked, replace(source, params=chosen(asked)))
    return line(asked, series)


def messages(asked: Asked) -> Data:
    found = rows(MESSAGES, {**asked.params, **chosen(asked)})
    raw = [dict(zip(MESSAGE_KEYS, (*row[:11], None, None, *row[11:]), strict=True)) for row in found]
    paths = {"contact_id": "contacts", "email_id": "emails", "segment_id": "segments"}
    cells = [
        [Cell(r[k], f"/s/{paths[k]}/view/{r[k]}" if k in paths and r[k] else "") for k in MESSAGE_KEYS] for r in raw
    ]
    shown = table(MESSAGE_HEAD, raw, cells).shown
    return Data(shown, shown)  # the reference answers raw with the table, too


def most_clicked_links(asked: Asked) -> Data:
    raw = [
        {"url": url, "unique_hits": str(unique), "hits": str(hits), "email_id": str(number), "email_name": name}
        for url, unique, hits, number, name in rows(LINKS, {**asked.params, **chosen(asked)})
    ]
    cells = [
        (Cell(r["url"]), Cell(r["unique_hits"]), Cell(r["email_name"], f"/s/emails/view/{r['email_id']}")) for r in raw
    ]
    head = (
        "mautic.dashboard.label.url",
        "mautic.dashboard.label.unique.hit.count",
        "mautic.dashboard.label.email.name",
    )
    return table(head, raw, cells)


def ignored_and_read(asked: Asked) -> Data:
    params = chosen(asked)
    sources = [
        Source("outbox", "coalesce(sent_at, queued_at)", f"{where} AND {CHOSEN}", params=params)
        for where in (f"{SENT} AND read_at IS NULL", "read_at IS NOT NULL", f"state = {OutboxState.FAILED:d}")
    ]
    return pie(asked, dict(zip(("Ignored", "Read", "Failed"), totals(asked, sources), strict=True)))


def upcoming(asked: Asked) -> Data:
    """E-mails that running campaigns have planned, the next first, whatever the span."""
    found = [dict(zip(UPCOMING_KEYS, map(_text, row), strict=True)) for row in rows(NEXT, asked.params)]
    return Data({"upcomingEmails": found}, {"upcomingEmails": found})


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def most_sent(asked: Asked) -> Data:
    return _most(asked, MOST.format(at="sent_at", what=SENT), "mautic.email.label.sends")


def most_read(asked: Asked) -> Data:
    return _most(asked, MOST.format(at="read_at", what="TRUE"), "mautic.email.label.reads")


def _most(asked: Asked, statement: str, head: str) -> Data:
    raw = [{"id": str(i), "name": n, "count": str(c)} for i, n, c in rows(statement, asked.params)]
    cells = [(Cell(r["name"], f"/s/emails/view/{r['id']}"), Cell(r["count"])) for r in raw]
    return table(("mautic.dashboard.label.title", head), raw, cells)


def created(asked: Asked) -> Data:
    raw = [{"id": str(i), "name": name, "date_added": at} for i, name, at in rows(CREATED, asked.params)]
    cells = [(Cell(r["name"], f"/s/emails/view/{r['id']}"),) for r in raw]
    return table(("mautic.dashboard.label.title",), raw, cells)


def devices(asked: Asked) -> Data:
    """Messages by the kinds of device they were opened on, as far as programs say."""
    return pie(asked, dict(rows(BY_DEVICE, {**asked.params, **chosen(asked)})))


def best_hours(asked: Asked) -> Data:
    """The share of reads, in percent, per hour of the day."""
    found = dict(rows(HOURS, {**asked.params, **chosen(asked), "zone": asked.zone}))
    total = sum(found.values()) or 1
    twelve = str(asked.filters.get("timeFormat")) == "12"
    labels = [f"{hour % 12 or 12} {'AM' if hour < 12 else 'PM'}" if twelve else f"{hour:02}:00" for hour in range(24)]
    return bar(asked, {"Best hours": [round(100 * found.get(hour, 0) / total, 2) for hour in range(24)]}, labels)


def _widget(type_: str, title: str, data: Callable[[Asked], Data]) -> Widget:
    return Widget(type=type_, title=title, group=GROUP, right=RIGHT, others=OTHERS, data=data)


BEST_HOURS = _widget("emails.best.hours", "Best email read hours ", best_hours)  # the space is the reference's
IN_TIME = _widget("emails.in.time", "Emails in time", in_time_chart)
MESSAGES_SENT = _widget("sent.email.to.contacts", "Sent email to contacts", messages)
MOST_CLICKED = _widget("most.hit.email.redirects", "Most hit email redirects", most_clicked_links)
IGNORED = _widget("ignored.vs.read.emails", "Ignored vs read", ignored_and_read)
UPCOMING = _widget("upcoming.emails", "Upcoming emails", upcoming)
MOST_SENT = _widget("most.sent.emails", "Most sent emails", most_sent)
MOST_READ = _widget("most.read.emails", "Most read emails", most_read)
CREATED_EMAILS = _widget("created.emails", "Created emails", created)
DEVICES = _widget("device.granularity.email", "Devices for emails read", devices)
