"""What happened in January 2024, small enough to count by hand: every report source has rows of it.

Ann (1) is worth 120, reads and clicks; Bob (2) gets mail that fails; the third contact (3) is nobody we know.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps

from honeyguide.engine.delivery.models import OutboxState
from honeyguide.engine.events import EventType
from honeyguide.engine.sql import execute
from honeyguide.features.campaigns.models import LogState

ANN, BOB, NOBODY = 1, 2, 3
OLA = 900  # who owns Ann
STAMPS = {"created_by_user": "Ada Admin", "modified_by_user": "Bo Own", "description": "Text"}
EVENT = "INSERT INTO events (id, type, at, contact_id, object_id, payload) VALUES (%s, %s, %s, %s, %s, %s::text::jsonb)"


def january(day: int, clock: str = "10:00") -> str:
    return f"2024-01-{day:02d} {clock}+00"


def put(model: str, number: int | None = None, **values: Any) -> None:
    """A row with this id; what it shares with all that is published is the same everywhere."""
    found = apps.get_model("honeyguide", model)
    names = {f.name for f in found._meta.get_fields()}
    shared = STAMPS | {"date_added": january(1), "date_modified": january(20)}
    values = {name: value for name, value in shared.items() if name in names} | values
    found.objects.create(**({"pk": number} if number else {}), **values)


def event(
    number: int, type: EventType, at: str, contact: int | None, about: int | None = None, payload: str | None = None
):
    execute(EVENT, (number, type.value, at, contact, about, payload))


def build() -> None:
    put("Category", 1, title="News", alias="news", bundle="global")
    put("Role", OLA, name="Owners")
    put("User", OLA, username="ola", email="ola@x.test", first_name="Ola", last_name="Own", role_id=OLA)
    _contacts()
    _segments_and_points()
    _mail()
    _web()
    _campaign()
    _notifications()
    for number, action in ((901, "create"), (902, "update")):
        put(
            "AuditEntry", number, user_id=7, user_name="Ada Admin", bundle="x", object="thing", object_id=5, action=action,
            details='{"name": 1}', date_added=january(number - 880), ip_address="10.0.0.9",
        )  # fmt: skip


def _contacts() -> None:
    put("Stage", 1, name="Warm", date_added=january(1))
    ann = {
        "email": "ann@x.test", "firstname": "Ann", "lastname": "Lee", "city": "Oslo", "country": "Norway", "attribution": 120,
        "attribution_date": "2024-01-31",
    }  # fmt: skip
    bob = {"email": "bob@x.test", "firstname": "Bob", "city": "Rome", "country": "Italy", "attribution": 0}
    owned = {"owner_id": OLA, "stage_id": 1, "date_identified": january(2, "10:05")}
    put("Contact", ANN, fields=ann, points=30, date_added=january(2), last_active=january(14), **owned)
    put("Contact", BOB, fields=bob, points=5, date_added=january(3))
    put("Contact", NOBODY, fields={}, date_added=january(31))
    acme = {"companyname": "Acme", "companycity": "Oslo", "companycountry": "Norway", "companyindustry": "Energy"}
    birch = {"companyname": "Birch", "companycity": "Rome", "companycountry": "Italy", "companyindustry": "Energy"}
    put("Company", 1, fields=acme, date_added=january(4))
    put("Company", 2, fields=birch, date_added=january(5))
    put("CompanyContact", contact_id=ANN, company_id=1, is_primary=True, date_associated=january(4))
    for number in (1, 2):
        put("IpAddress", number, ip_address=f"10.0.0.{number}")
        put("ContactIpAddress", contact_id=ANN, ip_address_id=number)
    put(
        "FrequencyRule", 1, contact_id=ANN, channel="email", frequency_number=2, frequency_time="WEEK", preferred_channel=True,
        pause_from_date=january(8, "00:00"), pause_to_date=january(9, "00:00"), date_added=january(6),
    )  # fmt: skip
    put(
        "Device", 1, contact_id=ANN, date_added=january(12), tracking_id="abc", client_info={"name": "Firefox"},
        device="desktop", device_os_name="GNU/Linux", device_os_short_name="LIN", device_os_version="6", device_os_platform="x64",
        device_brand="TUX", device_model="One",
    )  # fmt: skip
    put(
        "DoNotContact",
        1,
        contact_id=BOB,
        channel="email",
        channel_id=1,
        reason=2,
        comments="Bounced",
        date_added=january(11),
    )
    put(
        "UtmTag", 1, contact_id=ANN, date_added=january(6), utm_campaign="spring", utm_content="top", utm_medium="mail",
        utm_source="letter", utm_term="shoes",
    )  # fmt: skip


def _segments_and_points() -> None:
    put("Segment", 1, name="Readers", public_name="Readers", alias="readers")
    for contact, how in ((ANN, {}), (BOB, {"manually_added": True}), (NOBODY, {"manually_removed": True})):
        put("SegmentContact", segment_id=1, contact_id=contact, date_added=january(5), **how)
    event(1, EventType.SEGMENT_JOINED, january(5), ANN, 1)
    event(2, EventType.SEGMENT_LEFT, january(9), ANN, 1)
    event(3, EventType.SEGMENT_JOINED, january(20), ANN, 1)
    put("PointGroup", 1, name="Reading")
    put("GroupScore", contact_id=ANN, group_id=1, score=10)
    put("GroupScore", contact_id=BOB, group_id=1, score=5)
    told = '{"event": "%s", "action": "%s", "type": "%s", "delta": %d}'
    event(4, EventType.POINTS_CHANGED, january(6), ANN, 1, told % ("Opens", "open", "email", 10))
    event(5, EventType.POINTS_CHANGED, january(7), ANN, None, told % ("By hand", "edit", "manual", 20))
    event(6, EventType.POINTS_CHANGED, january(7), BOB, 1, told % ("Opens", "open", "email", 5))


def _mail() -> None:
    counted = {"sent_count": 4, "read_count": 1, "variant_sent_count": 3, "variant_read_count": 1}
    put("Email", 1, name="Hello", subject="Hi", category_id=1, revision=3, variant_start_date=january(9), **counted)
    put("Email", 2, name="Hello B", subject="Hey", variant_parent_id=1)
    put("Link", 1, token="a" * 25, channel="email", channel_id=1, url="https://a.test/", hits=3, unique_hits=2)
    put("Link", 2, token="b" * 25, channel="email", channel_id=1, url="https://b.test/", hits=1, unique_hits=1)
    broadcast = {
        "email_id": 1,
        "occasion": "broadcast",
        "queued_at": january(10, "08:00"),
        "due_at": january(10, "08:00"),
    }
    put(
        "OutboxMessage", 1, **broadcast, contact_id=ANN, state=OutboxState.SENT, attempts=1, address="ann@x.test",
        sent_at=january(10, "09:00"), read_at=january(10, "10:30"), click_count=2, clicked_links=[1, 2], viewed_in_browser=True,
    )  # fmt: skip
    put(
        "OutboxMessage", 2, **broadcast, contact_id=BOB, state=OutboxState.FAILED, attempts=3, address="bob@x.test",
        sent_at=january(10, "09:00"), bounced_at=january(11),
    )  # fmt: skip
    put(
        "OutboxMessage", 3, **{**broadcast, "occasion": "campaign:1:1"}, contact_id=ANN, state=OutboxState.SENT, attempts=1,
        priority=1, address="ann@x.test", sent_at=january(11, "09:00"), unsubscribed_at=january(12),
    )  # fmt: skip
    put("OutboxMessage", 4, **broadcast, contact_id=NOBODY, state=OutboxState.PENDING)


def _web() -> None:
    put(
        "Page", 1, title="Welcome", alias="welcome", category_id=1, language="en", hits=3, unique_hits=2, revision=2,
        variant_start_date=january(9), variant_hits=1,
    )  # fmt: skip
    put("Page", 2, title="Velkommen", alias="velkommen", language="nb", translation_parent_id=1, variant_parent_id=1)
    told = """{"url": "https://x.test/welcome", "title": "Welcome", "referer": "https://search.test/", "source": "email",
        "source_id": 1, "device": "abc", "agent": "Firefox", "ip": "10.0.0.1", "language": "nb-NO"}"""
    event(10, EventType.PAGE_HIT, january(12), ANN, 1, told)
    event(11, EventType.PAGE_HIT, january(12, "10:10"), ANN, 1, '{"url": "https://x.test/welcome"}')
    event(12, EventType.PAGE_HIT, january(13), BOB, 1, '{"url": "https://x.test/welcome", "code": 404}')
    event(13, EventType.PAGE_HIT, january(13), None, 1, '{"url": "https://x.test/welcome", "bot": true}')
    event(14, EventType.EMAIL_CLICKED, january(10, "10:31"), ANN, 1, '{"link": 1, "ip": "10.0.0.1"}')
    put(
        "Asset",
        1,
        title="Prices",
        alias="prices",
        category_id=1,
        language="en",
        download_count=2,
        unique_download_count=2,
    )
    told = """{"referer": "https://x.test/", "source": "page", "source_id": 1, "ip": "10.0.0.1", "query": {
        "utm_campaign": "spring", "utm_content": "top", "utm_medium": "mail", "utm_source": "letter", "utm_term": "shoes"}}"""
    event(15, EventType.ASSET_DOWNLOADED, january(14), ANN, 1, told)
    event(16, EventType.ASSET_DOWNLOADED, january(15), BOB, 1, '{"code": 404}')
    put("FocusItem", 1, name="Offer", type="link", style="bar", website="https://x.test/", category_id=1)
    event(17, EventType.FOCUS_VIEWED, january(18), ANN, 1)
    event(18, EventType.FOCUS_CLICKED, january(18, "10:01"), ANN, 1)
    event(19, EventType.FOCUS_VIEWED, january(19), None, 1, '{"bot": true}')
    put("Form", 1, name="Sign up", alias="signup", category_id=1)
    put("FormField", 1, form_id=1, label="Your town", alias="town", type="text")
    sent = {"form_id": 1, "page_id": 1, "referer": "https://x.test/welcome"}
    put(
        "FormSubmission",
        1,
        **sent,
        contact_id=ANN,
        ip_address_id=1,
        date_submitted=january(15),
        results={"town": "Oslo"},
    )
    put("FormSubmission", 2, form_id=1, contact_id=BOB, date_submitted=january(16), results={"town": "Rome"})


def _campaign() -> None:
    put("Campaign", 1, name="Welcome", category_id=1)
    mail = {
        "type": "email.send",
        "event_type": "action",
        "channel": "email",
        "channel_id": 1,
        "trigger_mode": "immediate",
    }
    put("CampaignEvent", 1, campaign_id=1, name="Send", **mail, description="Step")
    put(
        "CampaignEvent",
        2,
        campaign_id=1,
        name="Opens?",
        type="email.open",
        event_type="decision",
        channel="email",
        channel_id=1,
    )
    put("CampaignEvent", 3, campaign_id=1, name="Visits?", type="page.pagehit", event_type="decision", channel="page")
    for event_id, contact, state, at, due, taken in (
        (1, ANN, LogState.DONE, january(11, "09:00"), january(11, "08:00"), None),
        (2, ANN, LogState.DONE, january(11, "10:00"), None, True),
        (3, ANN, LogState.DONE, january(12), None, True),
        (1, BOB, LogState.SCHEDULED, None, january(31), None),
        (2, BOB, LogState.DONE, january(13), None, False),
    ):
        put(
            "CampaignLog", event_id=event_id, contact_id=contact, campaign_id=1, rotation=1, state=state, since=january(10),
            at=at, due_at=due, taken=taken,
        )  # fmt: skip


def _notifications() -> None:
    counted = {"sent_count": 2, "read_count": 1}
    put(
        "Notification",
        1,
        name="Push",
        heading="News!",
        message="Read",
        mobile=True,
        category_id=1,
        language="en",
        **counted,
    )
    put("Notification", 2, name="Desk", heading="Not mobile", message="Read", mobile=False)
    put("Link", 3, token="c" * 25, channel="notification", channel_id=1, url="https://c.test/", hits=2, unique_hits=1)
    sent = {
        "channel": "notification",
        "item_id": 1,
        "state": OutboxState.SENT,
        "attempts": 1,
        "due_at": january(17, "08:00"),
    }
    sent |= {"queued_at": january(17, "08:00"), "sent_at": january(17, "09:00")}
    put("Dispatch", 1, **sent, contact_id=ANN, occasion="campaign:1:1", clicked_at=january(17, "11:00"))
    put("Dispatch", 2, **sent, contact_id=BOB, occasion="broadcast")
