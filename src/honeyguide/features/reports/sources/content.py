"""Sources about e-mails, pages, assets and videos, and the audit log."""

from __future__ import annotations

from honeyguide.engine.delivery.models import OutboxState
from honeyguide.engine.events import EventType
from honeyguide.features.reports.declaring import Graph, Source
from honeyguide.features.reports.sources.columns import (
    ASSET_LINKS,
    CAMPAIGN,
    CAMPAIGN_LINKS,
    CATEGORY,
    CONTACT_FILTERS,
    CONTACT_LINKS,
    EMAIL_LINKS,
    IP,
    PAGE_LINKS,
    PERSON_JOINS,
    by_people,
    category_join,
    in_log_order,
    only,
    ratio,
    standard,
    with_person,
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
EMAIL_TOTALS = f"""
    e.read_count:i:Read count
    read_ratio:t:Read ratio::{ratio("e.read_count", "e.sent_count")}
    e.variant_sent_count:i:A/B test sent count
    e.variant_read_count:i:A/B test read count
    click_through_count:i:Clickthrough count::totals.clicked
    click_through_rate:t:Clickthrough rate::{ratio("totals.clicked", "e.sent_count")}
    click_to_open_rate:t:Click to open rate::{ratio("totals.clicked", "e.read_count")}
    unsubscribed:i:Unsubscribed::totals.unsubscribed
    unsubscribed_ratio:t:Unsubscribed ratio::{ratio("totals.unsubscribed", "e.sent_count")}
    bounced:i:Bounced::totals.bounced
    bounced_ratio:t:Bounced ratio::{ratio("totals.bounced", "e.sent_count")}
    hits:i:Clicks::clicks.hits
    unique_hits:i:Unique clicks::clicks.unique_hits
    hits_ratio:t:Clicks ratio::{ratio("clicks.hits", "e.sent_count")}
    unique_ratio:t:Unique clicks ratio::{ratio("clicks.unique_hits", "e.sent_count")}
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
# Where the address of a visit is, as far as the file of addresses knows.
PLACE_OF_HIT = "nullif((SELECT g.ip_details ->> '{}' FROM ip_addresses g WHERE g.ip_address = ph.payload ->> 'ip'), '')"
PLACES = (
    ("country", "country"),
    ("region", "region"),
    ("city", "city"),
    ("isp", "ISP"),
    ("organization", "organization"),
)
HIT = (
    """
    ph.id:i:Hit ID
    ph.date_hit:d:Date hit::ph.at
    ph.date_left:d:Date left::left_at.at
"""
    + "".join(f"    ph.{name}:t:Hit {label}::{PLACE_OF_HIT.format(name)}\n" for name, label in PLACES)
    + """    ph.code:i:Hit code::coalesce((ph.payload ->> 'code')::int, 200)
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
)
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


def _of_people(event: str) -> str:
    return f"{event}.contact_id IS NOT NULL AND {by_people(event)}"


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


def _most(key: str, title: str, label: str, measure: str) -> Graph:
    """E-mails ranked by a measure."""
    return Graph(
        f"mautic.email.table.most.emails.{key}",
        title,
        "table",
        {label: measure},
        "e.name",
        "E-mail",
        ("emails", "min(e.id)"),
    )


EMAIL_GRAPHS = (
    Graph(
        "mautic.email.graph.pie.read.ingored.unsubscribed.bounced",
        "Read, ignored, unsubscribed, bounced",
        "pie",
        {
            "Read": "coalesce(sum(e.read_count), 0)",
            "Ignored": "coalesce(sum(e.sent_count - e.read_count), 0)",
            "Unsubscribed": "coalesce(sum(totals.unsubscribed), 0)",
            "Bounced": "coalesce(sum(totals.bounced), 0)",
        },
    ),
    _most("clicks", "Most clicked e-mails", "Clicks", "sum(clicks.hits)"),
)
READ = "count(es.read_at)"
FAILED = f"count(*) FILTER (WHERE es.state = {OutboxState.FAILED:d})"
SENT_GRAPHS = (
    Graph(
        "mautic.email.graph.line.stats", "E-mails in time", "line", {"Sent": "count(*)", "Read": READ, "Failed": FAILED}
    ),
    Graph(
        "mautic.email.graph.pie.ignored.read.failed",
        "Ignored, read, failed",
        "pie",
        {
            "Ignored": f"count(*) FILTER (WHERE es.read_at IS NULL AND es.state <> {OutboxState.FAILED:d})",
            "Read": READ,
            "Failed": FAILED,
        },
    ),
    _most("sent", "Most sent e-mails", "Sent", "count(*)"),
    _most("read", "Most read e-mails", "Read", READ),
    _most("read.percent", "E-mails read most often of those sent", "Read, %", f"round(100.0 * {READ} / count(*), 1)"),
    _most("unsubscribed", "Most unsubscribed e-mails", "Unsubscribed", "count(es.unsubscribed_at)"),
    _most("bounced", "Most bounced e-mails", "Bounced", "count(es.bounced_at)"),
    _most("failed", "Most failed e-mails", "Failed", FAILED),
    _most("clicks", "Most clicked e-mails", "Clicks", "sum(es.click_count)"),
)
SECONDS = "extract(epoch FROM left_at.at - ph.at)"
HIT_GRAPHS = (
    Graph(
        "mautic.page.graph.line.hits",
        "Hits in time",
        "line",
        {"Hits": "count(*)", "Visitors": "count(DISTINCT ph.contact_id)"},
    ),
    Graph(
        "mautic.page.graph.line.time.on.site",
        "Time on site",
        "line",
        {"Seconds, on average": f"coalesce(round(avg({SECONDS})), 0)::int"},
    ),
    Graph(
        "mautic.page.graph.pie.time.on.site",
        "Time on site",
        "pie",
        {
            "Less than a minute": f"count(*) FILTER (WHERE {SECONDS} < 60)",
            "1 to 5 minutes": f"count(*) FILTER (WHERE {SECONDS} >= 60 AND {SECONDS} < 300)",
            "5 to 10 minutes": f"count(*) FILTER (WHERE {SECONDS} >= 300 AND {SECONDS} < 600)",
            "More than 10 minutes": f"count(*) FILTER (WHERE {SECONDS} >= 600)",
        },
    ),
    Graph(
        "mautic.page.graph.pie.new.vs.returning",
        "New and returning visits",
        "pie",
        {"New": "count(DISTINCT ph.contact_id)", "Returning": "count(*) - count(DISTINCT ph.contact_id)"},
    ),
    Graph("mautic.page.graph.pie.devices", "Devices", "pie", {"Hits": "count(*)"}, "ds.device"),
    Graph("mautic.page.graph.pie.languages", "Languages", "pie", {"Hits": "count(*)"}, "p.language"),
    Graph(
        "mautic.page.table.referrers",
        "Top referrers",
        "table",
        {"Hits": "count(*)"},
        "ph.payload ->> 'referer'",
        "Referrer",
    ),
    Graph(
        "mautic.page.table.most.visited",
        "Most visited pages",
        "table",
        {"Hits": "count(*)"},
        "p.title",
        "Page",
        ("pages", "min(p.id)"),
    ),
    Graph(
        "mautic.page.table.most.visited.unique",
        "Pages with most visitors",
        "table",
        {"Visitors": "count(DISTINCT ph.contact_id)"},
        "p.title",
        "Page",
        ("pages", "min(p.id)"),
    ),
)
DOWNLOAD_GRAPHS = (
    Graph(
        "mautic.asset.graph.line.downloads",
        "Downloads in time",
        "line",
        {"Downloads": "count(*)", "By different contacts": "count(DISTINCT ad.contact_id)"},
    ),
    Graph(
        "mautic.asset.table.most.downloaded",
        "Most downloaded assets",
        "table",
        {"Downloads": "count(*)"},
        "a.title",
        "Asset",
        ("assets", "min(a.id)"),
    ),
    Graph(
        "mautic.asset.table.top.referrers",
        "Top referrers",
        "table",
        {"Downloads": "count(*)"},
        "ad.payload ->> 'referer'",
        "Referrer",
    ),
    Graph(
        "mautic.asset.graph.pie.statuses",
        "Answers to downloads",
        "pie",
        {"Downloads": "count(*)"},
        "coalesce(ad.payload ->> 'code', '200')",
    ),
)

# Sources without tables have columns already, and rows as soon as something records them.
SOURCES = {
    "emails": Source(
        group="emails",
        title="Emails",
        tables="emails e",
        columns=only(EMAIL + EMAIL_TOTALS),
        joins=category_join("e") | VARIANT_EMAIL | {"totals": TOTALS, "clicks": CLICKS},
        date="e.date_added",
        row="e.id",
        links=EMAIL_LINKS,
        graphs=EMAIL_GRAPHS,
    ),
    "email.stats": Source(
        group="emails",
        title="Emails sent",
        tables="outbox es JOIN emails e ON e.id = es.email_id LEFT JOIN contacts l ON l.id = es.contact_id",
        columns=with_person(EMAIL, EMAIL_STAT, CAMPAIGN, "i.ip_address:t:IP address::NULL::text"),
        joins=category_join("e") | VARIANT_EMAIL | PERSON_JOINS | {"clel": SENDING_EVENT, "cmp": SENDING_EVENT},
        where=SENT,
        date="es.date_sent",
        row="es.id",
        filters=CONTACT_FILTERS,
        links=EMAIL_LINKS | CONTACT_LINKS | CAMPAIGN_LINKS,
        graphs=SENT_GRAPHS,
    ),
    "pages": Source(
        group="pages",
        title="Landing pages",
        tables="pages p",
        columns=only(PAGE),
        joins=category_join("p") | FAMILY,
        date="p.date_added",
        row="p.id",
        links=PAGE_LINKS,
    ),
    "page.hits": Source(
        group="pages",
        title="Page hits",
        tables=HITS,
        columns=with_person(PAGE, HIT, NO_CAMPAIGN, _address_of("ph")),
        joins=category_join("p") | FAMILY | HIT_JOINS | PERSON_JOINS,
        where=f"ph.type IN ({EventType.PAGE_HIT:d}, {EventType.EMAIL_CLICKED:d}) AND {_of_people('ph')}",
        date="ph.date_hit",
        row=in_log_order("ph"),
        filters=CONTACT_FILTERS,
        links=PAGE_LINKS | CONTACT_LINKS,
        graphs=HIT_GRAPHS,
    ),
    "video.hits": Source(group="videos", title="Video hits", tables="", columns=with_person(VIDEO, IP)),
    "assets": Source(
        group="assets",
        title="Assets",
        tables="assets a",
        columns=only(ASSET),
        joins=category_join("a"),
        date="a.date_added",
        row="a.id",
        links=ASSET_LINKS,
    ),
    "asset.downloads": Source(
        group="assets",
        title="Asset downloads",
        tables="events ad JOIN assets a ON a.id = ad.object_id LEFT JOIN contacts l ON l.id = ad.contact_id",
        columns=with_person(ASSET, DOWNLOAD, NO_CAMPAIGN, _address_of("ad")),
        joins=category_join("a") | PERSON_JOINS,
        where=f"ad.type = {EventType.ASSET_DOWNLOADED:d} AND {_of_people('ad')}",
        date="ad.date_download",
        row=in_log_order("ad"),
        filters=CONTACT_FILTERS,
        links=ASSET_LINKS | CONTACT_LINKS,
        graphs=DOWNLOAD_GRAPHS,
    ),
    "audit.log": Source(
        group="audit log",
        title="Audit log",
        tables="audit_log al",
        columns=only(AUDIT),
        date="al.date_added",
        row="al.id",
        admin_only=True,
    ),
}
