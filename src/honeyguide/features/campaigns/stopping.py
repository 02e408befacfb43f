"""A campaign in which too much fails stops by itself, and says so to the people who care."""

from __future__ import annotations

from django.utils.html import format_html

from honeyguide.engine import config
from honeyguide.engine.audit import record
from honeyguide.engine.delivery import outbox
from honeyguide.engine.delivery.addresses import is_address
from honeyguide.engine.sql import one
from honeyguide.features.campaigns.models import Campaign, LogState
from honeyguide.features.campaigns.steps import Step
from honeyguide.features.users.models import User

SHARE = 0.1  # of the contacts in the campaign
FEWEST = 10  # contacts, so that one bad contact of a small campaign holds up nobody
SUBJECT = "A campaign has been stopped"

# One pass: unpublishes the campaign when the step fails for too many, counted since it was last published.
STOP = f"""
    WITH failing AS (
        SELECT count(*) AS number FROM campaign_log l JOIN campaigns c ON c.id = l.campaign_id
        WHERE l.event_id = %(event)s AND l.failures > 0 AND l.state IN ({LogState.SCHEDULED}, {LogState.FAILED})
          AND l.at >= coalesce(c.failures_since, '-infinity')
    ), inside AS (
        SELECT count(*) AS number FROM campaign_contacts WHERE campaign_id = %(campaign)s AND NOT manually_removed
    )
    UPDATE campaigns SET is_published = false, date_modified = now(),
        stopped_because = format('“%%s” failed for %%s of %%s contacts.', %(name)s::text, failing.number, inside.number)
    FROM failing, inside
    WHERE id = %(campaign)s AND is_published AND failing.number >= {FEWEST} AND failing.number >= {SHARE} * inside.number
    RETURNING stopped_because
"""


def stop_if_failing(step: Step) -> bool:
    """Whether the campaign was stopped now, because the step fails for a tenth of its contacts, and for ten at least."""
    stopped = one(STOP, {"event": step.id, "campaign": step.campaign_id, "name": step.name})
    if stopped is None:
        return False
    campaign = Campaign.objects.get(pk=step.campaign_id)
    record("campaign", "campaign", campaign.pk, "stop", {"name": campaign.name, "reason": stopped[0]})
    html = format_html(
        "<p>The campaign {} has been stopped. {}</p><p>Everybody keeps their place; publish it again when it is mended.</p>",
        campaign.name,
        stopped[0],
    )
    for address in _addresses(campaign):
        outbox.enqueue_one(
            email_id=None,
            contact_id=None,
            address=address,
            options={"subject": SUBJECT, "html": str(html), "transactional": True},
        )
    return True


def _addresses(campaign: Campaign) -> list[str]:
    if not config.get("campaign_send_notification_to_author"):
        return [a for a in config.get("campaign_notification_email_addresses") if is_address(a)]
    users = [number for number in (campaign.modified_by, campaign.created_by) if number]
    return list(dict.fromkeys(User.objects.filter(pk__in=users, is_published=True).values_list("email", flat=True)))
