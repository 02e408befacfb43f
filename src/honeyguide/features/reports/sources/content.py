"""Sources about e-mails, forms, pages, assets, campaigns and what else is sent and shown, and the audit log."""

from __future__ import annotations

from collections.abc import Callable

from honeyguide.engine.delivery.models import OutboxState
from honeyguide.engine.events import EventType
from honeyguide.features.reports.declaring import Columns, Source, listed
from honeyguide.features.reports.sources.columns import (
    CAMPAIGN,
    CATEGORY,
    CONTACT_FILTERS,
    IP,
    PERSON_JOINS,
    category_join,
    person_columns,
    standard,
)

EMAIL = (
    """
    e.subject:t:Subject
    e.lang:t:Language::e.language
    e.sent_count:i:Sent count
    e.revision:i:Revision
    e.variant_start_date:d:A/B test start date
    vp.id:i:A/B test parent ID
    vp.subject:t:A/B test parent subject
"""
    + standard("e")
    + CATEGORY
)
EMAIL_TOTALS = """
    e.read_count:i:Read count
    read_ratio:t:Read ratio::concat(round(100.0 * e.read_count / nullif(e.sent_count, 0), 1)::text, '%%')
    e.variant_sent_count:i:A/B test sent count
    e.variant_read_count:i:A/B test read count
    click_through_count:i:Clickthrough count::totals.clicked
    click_through_rate:t:Clickthrough rate::concat(round(100.0 * totals.clicked / nullif(e.sent_count, 0), 1)::text, '%%')
    click_to_open_rate:t:Click to open rate::concat(round(100.0 * totals.clicked / nullif(e.read_count, 0), 1)::text, '%%')
    unsubscribed:i:Unsubscribed::totals.unsubscribed
    unsubscribed_ratio:t:Unsubscribed ratio::concat(round(100.0 * totals.unsubscribed / nullif(e.sent_count, 0), 1)::text, '%%')
    bounced:i:Bounced::totals.bounced
    bounced_ratio:t:Bounced ratio::concat(round(100.0 * totals.bounced / nullif(e.sent_count, 0), 1)::text, '%%')
    hits:i:Clicks::clicks.hits
    unique_hits:i:Unique clicks::clicks.unique_hits
    hits_ratio:t:Clicks ratio::concat(round(100.0 * clicks.hits / nullif(e.sent_count, 0), 1)::text, '%%')
    unique_ratio:t:Unique clicks ratio::concat(round(100.0 * clicks.unique_hits / nullif(e.sent_count, 0), 1)::text, '%%')
"""
TOTALS = """LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE o.click_count > 0) AS clicked, count(o.unsubscribed_at) AS unsubscribed,
           count(o.bounced_at) AS bounced
    FROM outbox o WHERE o.email_id = e.id
) totals ON TRUE"""
CLICKS = """LEFT JOIN LATERAL (
    SELECT coalesce(sum(k.hits), 0) AS hits, coalesce(sum(k.unique_hits), 0) AS unique_hits
    FROM links k WHERE k.channel = 'email' AND k.channel_id = e.id
) clicks ON TRUE"""
VARIANT_EMAIL = {"vp": "LEFT JOIN emails vp ON vp.id = e.variant_parent_id"}
EMAIL_STAT = f"""
    es.email_address:t:Email::es.address
    es.date_sent:d:Date sent::es.sent_at
    es.is_read:b:Read::(es.read_at IS NOT NULL)
    es.is_failed:b:Failed::(es.state = {OutboxState.FAILED:d})
    es.viewed_in_browser:b:Viewed in browser
    es.date_read:d:Date read::es.read_at
    es.retry_count:i:Retry count::greatest(es.attempts - 1, 0)
    es.source:t:Source::CASE WHEN clel.id IS NULL THEN 'email' ELSE 'campaign.event' END
    es.source_id:i:Source ID::coalesce(clel.id, es.email_id)
    is_hit:b:Clicked::(es.click_count > 0)
    hits:i:Clicks::es.click_count
    unique_hits:i:Unique clicks::cardinality(coalesce(es.clicked_links, array[]::bigint[]))
    read_delay:t:Read delay::to_char(make_interval(secs => extract(epoch FROM es.read_at - es.sent_at)), 'HH24:MI:SS')
    unsubscribed:b:Unsubscribed::(es.unsubscribed_at IS NOT NULL)
    bounced:b:Bounced::(es.bounced_at IS NOT NULL)
"""
# The step of a campaign that sent the message; the occasion names it.
SENDING_EVENT = """LEFT JOIN campaign_events clel ON clel.id =
    CASE WHEN es.occasion ~ '^campaign:[0-9]{1,18}:' THEN split_part(es.occasion, ':', 2)::bigint END
LEFT JOIN campaigns cmp ON cmp.id = clel.campaign_id"""
SENT = f"es.state IN ({OutboxState.SENT:d}, {OutboxState.FAILED:d}, {OutboxState.UNKNOWN:d})"

FORM = "f.alias:t:Alias\n" + standard("f") + CATEGORY
SUBMISSION = """
    fs.date_submitted:d:Date submitted
    fs.referer:t:Referrer
    p.id:i:Page ID
    p.title:t:Page title
"""
PAGE = (
    """
    p.title:t:Title
    p.alias:t:Alias
    p.revision:i:Revision
    p.hits:i:Hits
    p.unique_hits:i:Unique hits
    tp.id:i:Translation parent ID
    tp.title:t:Translation parent title
    vp.id:i:A/B test parent ID
    vp.title:t:A/B test parent title
    p.lang:t:Language::p.language
    p.variant_start_date:d:A/B test start date
    p.variant_hits:i:A/B test hits
"""
    + standard("p", "name", "description")
    + CATEGORY
)
HIT = """
    ph.id:i:Hit ID
    ph.date_hit:d:Date hit::ph.at
    ph.date_left:d:Date left::left_at.at
    ph.country:t:Hit country::NULL::text
    ph.region:t:Hit region::NULL::text
    ph.city:t:Hit city::NULL::text
    ph.isp:t:Hit ISP::NULL::text
    ph.organization:t:Hit organization::NULL::text
    ph.code:i:Hit code::coalesce((ph.payload ->> 'code')::int, 200)
    ph.referer:t:Hit referrer::(ph.payload ->> 'referer')
    ph.url:t:Hit URL::coalesce(ph.payload ->> 'url', r.url)
    ph.url_title:t:Hit page title::(ph.payload ->> 'title')
    ph.user_agent:t:Hit user agent::(ph.payload ->> 'agent')
    ph.remote_host:t:Hit remote host::(ph.payload ->> 'ip')
    ph.browser_languages:t:Hit browser languages::(ph.payload ->> 'language')
    ph.source:t:Source::(ph.payload ->> 'source')
    ph.source_id:i:Source ID::(ph.payload ->> 'source_id')::bigint
    r.url:t:Redirect URL
    r.hits:i:Redirect hits
    r.unique_hits:i:Redirect unique hits
    ds.device:t:Device
    ds.device_brand:t:Device brand
    ds.device_model:t:Device model
    ds.device_os_name:t:Device OS name
    ds.device_os_shortname:t:Device OS short name::ds.device_os_short_name
    ds.device_os_version:t:Device OS version
    ds.device_os_platform:t:Device OS platform
"""
# A visit ends with the visitor's next one, when that comes within half an hour.
LEFT_AT = f"""LEFT JOIN LATERAL (
    SELECT min(n.at) AS at FROM events n
    WHERE n.contact_id = ph.contact_id AND n.type = {EventType.PAGE_HIT:d} AND n.id > ph.id
      AND n.at <= ph.at + interval '30 minutes'
) left_at ON TRUE"""
HITS = f"""events ph LEFT JOIN pages p ON p.id = CASE ph.type WHEN {EventType.PAGE_HIT:d} THEN ph.object_id END
LEFT JOIN contacts l ON l.id = ph.contact_id"""
HIT_JOINS = {
    "left_at": LEFT_AT,
    "r": "LEFT JOIN links r ON r.id = (ph.payload ->> 'link')::bigint",
    "ds": "LEFT JOIN devices ds ON ds.tracking_id = ph.payload ->> 'device'",
}
FAMILY = {
    "tp": "LEFT JOIN pages tp ON tp.id = p.translation_parent_id",
    "vp": "LEFT JOIN pages vp ON vp.id = p.variant_parent_id",
}
# What is visited by links of campaigns' e-mails is told by the e-mail.
NO_CAMPAIGN = """
    clel.campaign_id:i:Campaign ID::NULL::bigint
    cmp.name:t:Campaign name::NULL::text
"""


def _address_of(event: str) -> str:
    return f"i.ip_address:t:IP address::({event}.payload ->> 'ip')"


def _by_people(event: str) -> str:
    return f"{event}.contact_id IS NOT NULL AND {event}.payload -> 'bot' IS NULL"


VIDEO = """
    vh.id:i:Hit ID
    vh.date_hit:d:Date hit
    vh.country:t:Hit country
    vh.region:t:Hit region
    vh.city:t:Hit city
    vh.isp:t:Hit ISP
    vh.organization:t:Hit organization
    vh.code:i:Hit code
    vh.referer:t:Hit referrer
    vh.url:t:Hit URL
    vh.user_agent:t:Hit user agent
    vh.remote_host:t:Hit remote host
    vh.browser_languages:t:Hit browser languages
    vh.channel:t:Channel
    vh.channel_id:i:Channel ID
    vh.time_watched:i:Time watched
    vh.duration:i:Duration
"""
ASSET = (
    """
    a.download_count:i:Download count
    a.unique_download_count:i:Unique download count
    a.alias:t:Alias
    a.lang:t:Language::a.language
    a.title:t:Title
"""
    + standard("a", "name")
    + CATEGORY
)
DOWNLOAD = """
    ad.date_download:d:Date download::ad.at
    ad.code:i:Response code::coalesce((ad.payload ->> 'code')::int, 200)
    ad.referer:t:Referrer::(ad.payload ->> 'referer')
    ad.source:t:Source::(ad.payload ->> 'source')
    ad.source_id:i:Source ID::(ad.payload ->> 'source_id')::bigint
    ad.utm_campaign:t:UTM campaign::(ad.payload -> 'query' ->> 'utm_campaign')
    ad.utm_content:t:UTM content::(ad.payload -> 'query' ->> 'utm_content')
    ad.utm_medium:t:UTM medium::(ad.payload -> 'query' ->> 'utm_medium')
    ad.utm_source:t:UTM source::(ad.payload -> 'query' ->> 'utm_source')
    ad.utm_term:t:UTM term::(ad.payload -> 'query' ->> 'utm_term')
"""
CAMPAIGN_LOG = (
    """
    log.date_triggered:d:Date triggered
    log.is_scheduled:b:Is scheduled
    log.trigger_date:d:Log trigger date
    log.system_triggered:b:System triggered
    log.non_action_path_taken:b:Non-action path taken
    log.channel:t:Log channel
    log.channel_id:i:Log channel ID
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
QUEUED = """
    mq.channel:t:Channel
    mq.channel_id:i:Channel ID
    mq.priority:i:Priority
    mq.max_attempts:i:Maximum attempts
    mq.attempts:i:Attempts
    mq.success:b:Success
    mq.status:t:Status
    mq.last_attempt:d:Last attempt
    mq.date_sent:d:Date sent
    mq.scheduled_date:d:Scheduled date
    mq.date_published:d:Date published
"""
NOTIFICATION = (
    """
    pn.heading:t:Heading
    pn.lang:t:Language
    pn.read_count:i:Read count
    pn.read_ratio:t:Read ratio
    pn.sent_count:i:Sent count
    pn.hits:i:Clicks
    pn.unique_hits:i:Unique clicks
    pn.hits_ratio:t:Clicks ratio
    pn.unique_ratio:t:Unique clicks ratio
"""
    + standard("pn")
    + CATEGORY
)
NOTIFIED = """
    pns.date_sent:d:Date sent
    pns.date_read:d:Date read
    pns.source:t:Source
    pns.source_id:i:Source ID
"""
AUDIT = """
    al.user_id:i:User ID
    al.user_name:t:User
    al.object:t:Object
    al.object_id:i:Object ID
    al.action:t:Action
    al.details:t:Details
    al.date_added:d:Date added
    al.ip_address:t:IP address
"""


def _only(text: str) -> Callable[[], Columns]:
    return lambda: listed(text)


def _with_person(*texts: str) -> Callable[[], Columns]:
    return lambda: person_columns() | listed("\n".join(texts))


# Sources without tables have columns already, and rows as soon as something records them.
SOURCES = {
    "emails": Source(
        group="emails",
        title="Emails",
        tables="emails e",
        columns=_only(EMAIL + EMAIL_TOTALS),
        joins=category_join("e") | VARIANT_EMAIL | {"totals": TOTALS, "clicks": CLICKS},
        date="e.date_added",
        row="e.id",
    ),
    "email.stats": Source(
        group="emails",
        title="Emails sent",
        tables="outbox es JOIN emails e ON e.id = es.email_id LEFT JOIN contacts l ON l.id = es.contact_id",
        columns=_with_person(EMAIL, EMAIL_STAT, CAMPAIGN, "i.ip_address:t:IP address::NULL::text"),
        joins=category_join("e") | VARIANT_EMAIL | PERSON_JOINS | {"clel": SENDING_EVENT, "cmp": SENDING_EVENT},
        where=SENT,
        date="es.date_sent",
        row="es.id",
        filters=CONTACT_FILTERS,
    ),
    "forms": Source(
        group="forms",
        title="Forms",
        tables="forms f",
        columns=_only(FORM),
        joins=category_join("f"),
        date="f.date_added",
        row="f.id",
    ),
    "form.submissions": Source(
        group="forms", title="Form submissions", tables="", columns=_with_person(FORM, SUBMISSION, CAMPAIGN, IP)
    ),
    "pages": Source(
        group="pages",
        title="Landing pages",
        tables="pages p",
        columns=_only(PAGE),
        joins=category_join("p") | FAMILY,
        date="p.date_added",
        row="p.id",
    ),
    "page.hits": Source(
        group="pages",
        title="Page hits",
        tables=HITS,
        columns=_with_person(PAGE, HIT, NO_CAMPAIGN, _address_of("ph")),
        joins=category_join("p") | FAMILY | HIT_JOINS | PERSON_JOINS,
        where=f"ph.type IN ({EventType.PAGE_HIT:d}, {EventType.EMAIL_CLICKED:d}) AND {_by_people('ph')}",
        date="ph.date_hit",
        row="ph.id",
        filters=CONTACT_FILTERS,
    ),
    "video.hits": Source(group="videos", title="Video hits", tables="", columns=_with_person(VIDEO, IP)),
    "assets": Source(
        group="assets",
        title="Assets",
        tables="assets a",
        columns=_only(ASSET),
        joins=category_join("a"),
        date="a.date_added",
        row="a.id",
    ),
    "asset.downloads": Source(
        group="assets",
        title="Asset downloads",
        tables="events ad JOIN assets a ON a.id = ad.object_id LEFT JOIN contacts l ON l.id = ad.contact_id",
        columns=_with_person(ASSET, DOWNLOAD, NO_CAMPAIGN, _address_of("ad")),
        joins=category_join("a") | PERSON_JOINS,
        where=f"ad.type = {EventType.ASSET_DOWNLOADED:d} AND {_by_people('ad')}",
        date="ad.date_download",
        row="ad.id",
        filters=CONTACT_FILTERS,
    ),
    "campaign_lead_event_log": Source(
        group="campaigns", title="Campaign events", tables="", columns=_with_person(CAMPAIGN_LOG)
    ),
    "message.channel": Source(group="message queue", title="Message queue", tables="", columns=_with_person(QUEUED)),
    "mobile_notifications": Source(
        group="mobile notifications", title="Mobile notifications", tables="", columns=_only(NOTIFICATION)
    ),
    "mobile_notifications.stats": Source(
        group="mobile notifications",
        title="Mobile notifications sent",
        tables="",
        columns=_with_person(NOTIFICATION, NOTIFIED),
    ),
    "audit.log": Source(
        group="audit log",
        title="Audit log",
        tables="audit_log al",
        columns=_only(AUDIT),
        date="al.date_added",
        row="al.id",
        admin_only=True,
    ),
}
