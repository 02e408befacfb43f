"""The tables that `GET /stats` knows (contract resource-stats), and where their rows come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from honeyguide.engine.audit.log import catch_up
from honeyguide.engine.delivery.models import OutboxState
from honeyguide.engine.delivery.sealed import DISPATCH, seal
from honeyguide.engine.events import EventType
from honeyguide.engine.resource.columns import Column

# The parts in the order that clients know, which jsonb does not keep.
CLIENT_INFO = (
    "coalesce((SELECT json_object_agg(key, t.client_info -> key ORDER BY place) FROM unnest("
    "ARRAY['type', 'name', 'short_name', 'version', 'engine', 'engine_version', 'family']) WITH ORDINALITY p(key, place) "
    "WHERE t.client_info ? key HAVING count(*) > 0)::text, '[]')"
)
KINDS = {"i": "integer", "t": "text", "b": "boolean", "d": "datetime", "s": "structure", "n": "number"}


@dataclass(frozen=True)
class Table:
    """`source` is what stands behind FROM, empty while nothing records these rows; `columns` are in the order of a row.

    `right` guards the table, none when empty; `contact` is the expression of the contact whose owner sees the row.
    `prepare` is called before rows are read; `made` are columns whose text follows from the row's id.
    """

    columns: dict[str, Column]
    source: str = ""
    right: str = "lead:leads"
    alias: str = "lead"
    contact: str = "t.contact_id"
    conditions: str = field(default="TRUE")
    prepare: Callable[[], None] | None = None
    made: Mapping[str, Callable[[int], str]] = field(default_factory=dict)


def _columns(text: str) -> dict[str, Column]:
    """`name:kind` or `name:kind:expression`, one a line; the expression defaults to the column of that name."""
    found = {}
    for line in text.strip().splitlines():
        name, kind, *expression = line.strip().split(":", 2)
        found[name] = Column(expression[0] if expression else f"t.{name}", KINDS[kind])
    return found


def _empty(names: str, **options: str) -> Table:
    return Table({name: Column("NULL") for name in names.split()}, **options)


LOG = "events t"
HIT, CLICK = int(EventType.PAGE_HIT), int(EventType.EMAIL_CLICKED)
NO_BOT = "NOT coalesce(t.payload ? 'bot', false)"
PEOPLE = f"t.contact_id IS NOT NULL AND {NO_BOT}"
LEFT = (
    f"(SELECT min(n.at) FROM events n WHERE n.contact_id = t.contact_id AND n.type = {HIT} AND n.id > t.id "
    "AND n.at <= t.at + interval '30 minutes')"
)
PLACE = "nullif((SELECT g.ip_details ->> '{}' FROM ip_addresses g WHERE g.ip_address = t.payload ->> 'ip'), '')"
CODE = "coalesce((t.payload ->> 'code')::int, 200)"
POINTS, STAGES = (f"t.type = {kind:d}" for kind in (EventType.POINTS_CHANGED, EventType.STAGE_CHANGED))
FAILED = f"(t.state = {OutboxState.FAILED:d})"
# What made a message be sent is in its occasion: "broadcast", "api:<uuid>" or "campaign:<event>:<rotation>".
SOURCE = """CASE split_part(t.occasion, ':', 1) WHEN 'api' THEN 'api' WHEN 'campaign' THEN 'campaign.event' ELSE 'email' END"""
SOURCE_ID = """CASE split_part(t.occasion, ':', 1) WHEN 'api' THEN 0 WHEN 'campaign' THEN split_part(t.occasion, ':', 2)::bigint
            ELSE t.email_id END""".replace("\n", " ")
SENT = f"t.state IN ({OutboxState.SENT:d}, {OutboxState.FAILED:d}, {OutboxState.UNKNOWN:d})"

TABLES: dict[str, Table] = {
    "asset_downloads": Table(
        _columns(f"""
            id:i
            asset_id:i:t.object_id
            ip_id:i:NULL::bigint
            lead_id:i:t.contact_id
            email_id:i:(t.payload ->> 'email_id')::bigint
            date_download:d:t.at
            code:i:{CODE}
            referer:t:t.payload ->> 'referer'
            tracking_id:t:t.payload ->> 'device'
            source:t:t.payload ->> 'source'
            source_id:i:(t.payload ->> 'source_id')::bigint
            utm_campaign:t:t.payload -> 'query' ->> 'utm_campaign'
            utm_content:t:t.payload -> 'query' ->> 'utm_content'
            utm_medium:t:t.payload -> 'query' ->> 'utm_medium'
            utm_source:t:t.payload -> 'query' ->> 'utm_source'
            utm_term:t:t.payload -> 'query' ->> 'utm_term'
        """),
        LOG,
        conditions=f"t.type = {EventType.ASSET_DOWNLOADED:d} AND {PEOPLE}",
    ),
    "audit_log": Table(
        _columns("""
            id:i
            user_id:i:coalesce(t.user_id, 0)
            user_name:t
            bundle:t
            object:t
            object_id:i:coalesce(t.object_id, 0)
            action:t
            details:s
            date_added:d
            ip_address:t
        """),
        "audit_log t",
        right="",
        prepare=catch_up,
    ),
    # The log's key is (event, contact, rotation): its rows have no number and no address of their own.
    "campaign_lead_event_log": Table(
        _columns("""
            id:i:NULL::bigint
            event_id:i
            lead_id:i:t.contact_id
            campaign_id:i
            ip_id:i:NULL::bigint
            rotation:i
            date_triggered:d:coalesce(t.at, t.since)
            is_scheduled:b:(t.state = 0)
            trigger_date:d:t.due_at
            system_triggered:b:(t.rotation > 0)
            metadata:t:t.note
            channel:t:NULL::text
            channel_id:i:NULL::bigint
            non_action_path_taken:b:(t.taken IS FALSE)
        """),
        "(SELECT * FROM campaign_log WHERE state <> 1) t",
    ),
    "campaign_leads": Table(
        _columns("""
            campaign_id:i
            lead_id:i:t.contact_id
            date_added:d
            manually_removed:b
            manually_added:b
            date_last_exited:d
            rotation:i
        """),
        "campaign_contacts t",
    ),
    "channel_url_trackables": _empty("channel_id redirect_id channel hits unique_hits", right=""),
    "companies_leads": Table(
        _columns("""
            company_id:i
            lead_id:i:t.contact_id
            date_added:d:t.date_associated
            is_primary:b
        """),
        "company_contacts t",
    ),
    # What was given is kept by contact and slot: these rows have no number of their own.
    "dynamic_content_lead_data": Table(
        _columns("""
            id:i:NULL::bigint
            lead_id:i:t.contact_id
            dynamic_content_id:i:t.content_id
            date_added:d
            slot:t
        """),
        "dynamic_contents_given t",
    ),
    "dynamic_content_stats": Table(
        _columns("""
            id:i
            dynamic_content_id:i:t.object_id
            lead_id:i:t.contact_id
            date_sent:d:t.at
            source:t:NULL::text
            source_id:i:NULL::bigint
            tokens:t:NULL::text
            sent_count:i:1
            last_sent:d:t.at
            sent_details:t:NULL::text
        """),
        LOG,
        conditions=f"t.type = {EventType.DYNAMIC_CONTENT_ASKED:d} AND t.object_id IS NOT NULL",
    ),
    "email_stat_replies": Table(
        _columns("""
            id:i
            stat_id:i:t.object_id
            date_replied:d:t.at
            message_id:t:t.payload ->> 'message_id'
        """),
        LOG,
        conditions=f"t.type = {EventType.EMAIL_REPLIED:d}",
    ),
    "email_stats": Table(
        _columns(
            f"""
            id:i
            email_id:i
            lead_id:i:t.contact_id
            list_id:i:t.segment_id
            ip_id:i:NULL::bigint
            email_address:t:t.address
            date_sent:d:t.sent_at
            is_read:b:(t.read_at IS NOT NULL)
            is_failed:b:{FAILED}
            viewed_in_browser:b
            date_read:d:t.read_at
            tracking_hash:t:NULL::text
            retry_count:i:greatest(t.attempts - 1, 0)
            source:t:{SOURCE}
            source_id:i:{SOURCE_ID}
            open_count:i
            last_opened:d:t.last_opened_at
            open_details:s:'[]'::jsonb
            copy_id:t:NULL::text
            tokens:s:NULL::jsonb
        """
        ),
        "outbox t",
        conditions=SENT,
        made={"tracking_hash": seal},
    ),
    "email_stats_devices": _empty("id device_id stat_id ip_id date_opened"),
    "focus_stats": Table(
        _columns(f"""
            id:i
            focus_id:i:t.object_id
            lead_id:i:t.contact_id
            type:t:CASE t.type WHEN {EventType.FOCUS_VIEWED:d} THEN 'view' ELSE 'click' END
            type_id:i:NULL::bigint
            date_added:d:t.at
        """),
        LOG,
        conditions=f"t.type IN ({EventType.FOCUS_VIEWED:d}, {EventType.FOCUS_CLICKED:d}) AND {NO_BOT}",
    ),
    "form_submissions": Table(
        _columns("""
            id:i
            form_id:i
            ip_id:i:t.ip_address_id
            lead_id:i:t.contact_id
            page_id:i
            tracking_id:t
            date_submitted:d
            referer:t
        """),
        "form_submissions t",
    ),
    "ip_addresses": Table(
        _columns("""
            id:i
            ip_address:t
            ip_details:s
        """),
        "ip_addresses t",
        right="",
    ),
    "lead_categories": Table(
        _columns("""
            id:i
            category_id:i
            lead_id:i:t.contact_id
            date_added:d
            manually_removed:b
            manually_added:b
        """),
        "contact_categories t",
    ),
    "lead_companies_change_log": _empty("id lead_id type event_name action_name company_id date_added"),
    "lead_devices": Table(
        _columns(f"""
            id:i
            lead_id:i:t.contact_id
            date_added:d
            client_info:s:{CLIENT_INFO}
            device:t
            device_os_name:t
            device_os_shortname:t:t.device_os_short_name
            device_os_version:t
            device_os_platform:t
            device_brand:t
            device_model:t
            tracking_id:t
        """),
        "devices t",
    ),
    "lead_donotcontact": Table(
        _columns("""
            id:i
            lead_id:i:t.contact_id
            date_added:d
            reason:i
            channel:t
            channel_id:i
            comments:t
        """),
        "do_not_contact t",
    ),
    "lead_event_log": _empty("id lead_id user_id user_name bundle object object_id action date_added properties"),
    "lead_frequencyrules": Table(
        _columns("""
            id:i
            lead_id:i:t.contact_id
            date_added:d
            frequency_number:i
            frequency_time:t
            channel:t
            preferred_channel:b
            pause_from_date:d
            pause_to_date:d
        """),
        "frequency_rules t",
    ),
    "lead_lists_leads": Table(
        _columns("""
            leadlist_id:i:t.segment_id
            lead_id:i:t.contact_id
            date_added:d
            manually_removed:b
            manually_added:b
        """),
        "segment_contacts t",
    ),
    "lead_points_change_log": Table(
        _columns("""
            id:i
            lead_id:i:t.contact_id
            ip_id:i:NULL::bigint
            type:t:(t.payload ->> 'type')
            event_name:t:(t.payload ->> 'event')
            action_name:t:(t.payload ->> 'action')
            delta:i:(t.payload ->> 'delta')::int
            date_added:d:t.at
            group_id:i:t.object_id
        """),
        LOG,
        conditions=POINTS,
    ),
    "lead_stages_change_log": Table(
        _columns("""
            id:i
            lead_id:i:t.contact_id
            stage_id:i:t.object_id
            event_name:t:(t.payload ->> 'name')
            action_name:t:(t.payload ->> 'action')
            date_added:d:t.at
        """),
        LOG,
        conditions=STAGES,
    ),
    "lead_utmtags": Table(
        _columns("""
            id:i
            lead_id:i:t.contact_id
            date_added:d
            query:s
            referer:t
            remote_host:t
            url:t
            user_agent:t
            utm_campaign:t
            utm_content:t
            utm_medium:t
            utm_source:t
            utm_term:t
        """),
        "utm_tags t",
    ),
    # Visits of pages, and links of e-mails that were followed. A visit ends with the next one, when that comes soon.
    "page_hits": Table(
        _columns(f"""
            id:i
            page_id:i:CASE t.type WHEN {HIT} THEN t.object_id END
            redirect_id:i:(t.payload ->> 'link')::bigint
            email_id:i:coalesce((t.payload ->> 'email_id')::bigint, o.email_id)
            lead_id:i:t.contact_id
            ip_id:i:(SELECT g.id FROM ip_addresses g WHERE g.ip_address = t.payload ->> 'ip')
            date_hit:d:t.at
            date_left:d:{LEFT}
            country:t:{PLACE.format("country")}
            region:t:{PLACE.format("region")}
            city:t:{PLACE.format("city")}
            isp:t:{PLACE.format("isp")}
            organization:t:{PLACE.format("organization")}
            code:i:{CODE}
            referer:t:t.payload ->> 'referer'
            url:t:coalesce(t.payload ->> 'url', k.url)
            url_title:t:t.payload ->> 'title'
            user_agent:t:t.payload ->> 'agent'
            remote_host:t:t.payload ->> 'ip'
            page_language:t:t.payload ->> 'language'
            browser_languages:t:NULL::text
            tracking_id:t:t.payload ->> 'device'
            source:t:coalesce(t.payload ->> 'source', CASE WHEN o.id IS NOT NULL THEN 'email' END)
            source_id:i:coalesce((t.payload ->> 'source_id')::bigint, o.email_id)
            query:s:coalesce(t.payload -> 'query', '[]')
            device_id:i:(SELECT d.id FROM devices d WHERE d.tracking_id = t.payload ->> 'device')
        """),
        f"""events t LEFT JOIN outbox o ON o.id = CASE t.type WHEN {CLICK} THEN t.object_id END
        LEFT JOIN links k ON k.id = (t.payload ->> 'link')::bigint""",
        conditions=f"t.type IN ({HIT}, {CLICK}) AND {PEOPLE}",
    ),
    "page_redirects": _empty(
        "id is_published date_added created_by created_by_user date_modified modified_by modified_by_user checked_out "
        "checked_out_by checked_out_by_user redirect_id url hits unique_hits",
        right="",
    ),
    "point_lead_action_log": Table(
        _columns("""
            point_id:i:t.action_id
            lead_id:i:t.contact_id
            ip_id:i:NULL::bigint
            date_fired:d
        """),
        "point_action_log t",
    ),
    "point_lead_event_log": Table(
        _columns("""
            event_id:i
            lead_id:i:t.contact_id
            ip_id:i:NULL::bigint
            date_fired:d
        """),
        "point_trigger_log t",
    ),
    "push_notification_stats": Table(
        _columns(f"""
            id:i
            notification_id:i:t.item_id
            lead_id:i:t.contact_id
            list_id:i:t.segment_id
            ip_id:i:NULL::bigint
            date_sent:d:coalesce(t.sent_at, t.queued_at)
            date_read:d:t.clicked_at
            is_clicked:b:(t.clicked_at IS NOT NULL)
            date_clicked:d:t.clicked_at
            tracking_hash:t:NULL::text
            retry_count:i:greatest(t.attempts - 1, 0)
            source:t:{SOURCE.replace("'email'", "'notification'")}
            source_id:i:{SOURCE_ID.replace("email_id", "item_id")}
            tokens:s:'[]'::jsonb
            click_count:i
            last_clicked:d:t.clicked_at
            click_details:s:'[]'::jsonb
        """),
        "dispatches t",
        conditions=f"t.channel = 'notification' AND {SENT}",
        made={"tracking_hash": lambda number: seal(number, DISPATCH)},
    ),
    "sms_message_stats": Table(
        _columns(f"""
            id:i
            sms_id:i:t.item_id
            lead_id:i:t.contact_id
            list_id:i:t.segment_id
            ip_id:i:NULL::bigint
            date_sent:d:coalesce(t.sent_at, t.queued_at)
            is_failed:b:{FAILED}
            tracking_hash:t:NULL::text
            source:t:{SOURCE.replace("'email'", "'sms'")}
            source_id:i:{SOURCE_ID.replace("email_id", "item_id")}
            tokens:s:'[]'::jsonb
            details:s:CASE WHEN {FAILED} THEN jsonb_build_object('failed', t.answer) ELSE '[]'::jsonb END
        """),
        "dispatches t",
        conditions=f"t.channel = 'sms' AND t.item_id > 0 AND {SENT}",
        made={"tracking_hash": lambda number: seal(number, DISPATCH)},
    ),
    "stage_lead_action_log": _empty("stage_id lead_id ip_id date_fired"),
    "tweet_stats": _empty(
        "id tweet_id lead_id twitter_tweet_id handle date_sent is_failed retry_count source source_id favorite_count "
        "retweet_count response_details",
        right="mauticSocial:tweets",
        alias="tweet",
    ),
    "video_hits": _empty(
        "id lead_id ip_id date_hit date_left country region city isp organization code referer url user_agent remote_host "
        "guid page_language browser_languages channel channel_id time_watched duration query"
    ),
    "webhook_logs": Table(
        _columns("""
            id:i
            webhook_id:i
            status_code:t
            date_added:d
            note:t
            runtime:n
        """),
        "webhook_logs t",
        right="webhook:webhooks",
        alias="webhook",
        contact="NULL::bigint",
    ),
}
