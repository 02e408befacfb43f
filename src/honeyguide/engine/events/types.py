"""The numbers of event types in the log. A number, once released, never changes its meaning.

`object_id` names what the event is about besides the contact: the object in the comment behind each type.
"""

from enum import IntEnum


class EventType(IntEnum):
    # contacts
    CONTACT_CREATED = 1  # payload: {"source": {...}} where it came from
    CONTACT_UPDATED = 2  # payload: {"changes": {field: [old, new]}}
    CONTACT_IDENTIFIED = 3  # payload: {"source": {...}}
    CONTACT_DELETED = 4  # payload: {"id": ..., "name": ..., "email": ...}; contact_id is null
    CONTACT_MERGED = 5  # object: the id merged away
    # The only event of an imported contact's fields, company, stage, owner and tags: to a consumer it is a CONTACT_CREATED or
    # CONTACT_UPDATED of which any field may have changed.
    CONTACT_IMPORTED = 6  # object: import; payload: {"action": "inserted" | "updated"}
    POINTS_CHANGED = (
        7  # object: point group or null; payload: {"event", "action", "delta", "type", "points": [old, new]}
    )
    STAGE_CHANGED = 8  # object: stage; payload: {"name", "action"}
    OWNER_CHANGED = 9  # object: user
    TAGS_CHANGED = 10  # payload: {"added": [...], "removed": [...]}
    UTM_TAGS_ADDED = 11  # object: utm_tags row
    IP_ADDED = 12  # object: ip_addresses row
    DO_NOT_CONTACT_CHANGED = 13  # payload: {"channel", "old", "new", "comments"}
    FREQUENCY_RULES_CHANGED = 14
    CATEGORIES_CHANGED = 15  # payload: {"wanted": [...], "unwanted": [...]}, ids of global categories
    # companies
    COMPANY_CREATED = 20  # object: company (all of these)
    COMPANY_UPDATED = 21
    COMPANY_DELETED = 22
    COMPANY_JOINED = 23
    COMPANY_LEFT = 24
    # segments
    SEGMENT_JOINED = 30  # object: segment; payload: {"manually": true} when by hand
    SEGMENT_LEFT = 31
    # campaigns; object: campaign
    CAMPAIGN_JOINED = 35
    CAMPAIGN_LEFT = 36
    # e-mail; object: the outbox row
    EMAIL_SENT = 40
    EMAIL_FAILED = 41  # payload: {"answer": ...}
    EMAIL_BOUNCED = 42
    EMAIL_OPENED = 43  # payload only when there is something to say: {"agent", "ip", "bot": true}
    EMAIL_CLICKED = 44  # payload: {"link": id, "agent", "ip", "bot"}
    EMAIL_UNSUBSCRIBED = 45
    EMAIL_RESUBSCRIBED = 46
    EMAIL_UNKNOWN = 47
    EMAIL_REPLIED = 48
    # text messages; object: the dispatch, of a reply its row in sms_replies
    SMS_SENT = 50
    SMS_FAILED = 51  # payload: {"answer": ...}
    SMS_CLICKED = 52  # payload: as of EMAIL_CLICKED
    SMS_REPLIED = 53  # payload: {"message"}
    # notifications; object: the dispatch
    NOTIFICATION_SENT = 55
    NOTIFICATION_FAILED = 56
    NOTIFICATION_CLICKED = 57
    NOTIFICATION_SUBSCRIBED = 58  # object: the browser
    NOTIFICATION_UNSUBSCRIBED = 59
    # the web; object: the landing page, or null for a page of another site
    # payload: {"url", "title", "referer", "source", "source_id", "page_id", "device", "agent", "ip", "language", "code", "query",
    # "bot": true}, each only when there is something to say
    PAGE_HIT = 60
    # dynamic content; object: the item that was given, or null; payload: {"slot"}
    DYNAMIC_CONTENT_ASKED = 80
    DYNAMIC_CONTENT_CLICKED = 81  # payload: as of EMAIL_CLICKED
    # focus items; object: the item; payload: as of PAGE_HIT
    FOCUS_VIEWED = 85
    FOCUS_CLICKED = 86
    # calls to other systems that campaigns make; object: the dispatch; payload of a failure: {"answer"}
    CALL_MADE = 87
    CALL_FAILED = 88
    # forms, assets; object: the form, the asset
    FORM_SUBMITTED = 70
    # payload of a download: as of PAGE_HIT; one that an e-mail brought along has {"email_id", "source", "source_id", "code"}
    ASSET_DOWNLOADED = 75
