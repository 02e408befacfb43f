"""A campaign of ten steps for all contacts, moved by the worker: how fast they come in, and how fast they go through."""

from __future__ import annotations

import time

from bench.harness import Bench, quiet, wait_until
from honeyguide.engine.sql import execute, scalar
from honeyguide.features.campaigns.models import Campaign, CampaignEvent, LogState
from honeyguide.features.segments.models import Segment

STEPS = 10
POINTS_AT = (0, 9)  # steps that give points; the others ask for a field
ALL = """
    INSERT INTO segment_contacts (segment_id, contact_id, date_added, manually_added, manually_removed)
    SELECT %s, id, now(), true, false FROM contacts
"""
BARE_MEMBERS = """
    INSERT INTO bench_members (campaign_id, contact_id, date_added, manually_added, manually_removed, rotation)
    SELECT 1, contact_id, now(), false, false, 1 FROM segment_contacts WHERE segment_id = %s
"""
BARE_LOG = f"""
    INSERT INTO bench_log (event_id, contact_id, campaign_id, rotation, state, since, due_at, failures)
    SELECT 1, contact_id, 1, 1, {LogState.SCHEDULED}, now(), now(), 0 FROM segment_contacts WHERE segment_id = %s
"""
BARE_DONE = f"UPDATE bench_log SET state = {LogState.DONE}, at = now() WHERE event_id = 1"


def ten_steps(bench: Bench) -> None:
    """From publishing until the last contact has the last step behind it."""
    source = Segment.objects.create(name="Bench", alias="bench-campaign")
    execute(ALL, (source.pk,))
    execute("ANALYZE segment_contacts")
    contacts = scalar("SELECT count(*) FROM segment_contacts WHERE segment_id = %s", (source.pk,))
    campaign = Campaign.objects.create(name="Bench", is_published=False)
    campaign.lists.set([source])
    last = _steps(campaign)
    quiet()
    try:
        started = time.perf_counter()
        Campaign.objects.filter(pk=campaign.pk).update(is_published=True)
        members = "SELECT count(*) FROM campaign_contacts WHERE campaign_id = %s"
        wait_until(lambda: scalar(members, (campaign.pk,)) == contacts, seconds=1200, every=0.2)
        inside = time.perf_counter() - started
        done = "SELECT count(*) FROM campaign_log WHERE event_id = %s AND state = %s"
        wait_until(lambda: scalar(done, (last.pk, LogState.DONE.value)) == contacts, seconds=3600, every=0.5)
        whole = time.perf_counter() - started
        bare_in, bare_step = _bare(source.pk)
    finally:
        _remove(campaign, source)
    bench.report(
        "campaign, members in", "contacts/s", contacts / inside, target=200_000, limit=contacts / bare_in,
        limit_is="INSERT … SELECT", note="each is planned for the first step and logged as an event",
    )  # fmt: skip
    bench.report(
        "campaign, steps", "steps/s", contacts * STEPS / whole, target=100_000, limit=contacts / bare_step,
        limit_is="INSERT … SELECT + UPDATE", note=f"{STEPS} steps from publishing on: 8 conditions, 2 give points; {whole:.1f} s",
    )  # fmt: skip


def _steps(campaign: Campaign) -> CampaignEvent:
    above = None
    for number in range(STEPS):
        gives = number in POINTS_AT
        asked = {"field": "email", "operator": "!empty", "value": ""}
        above = CampaignEvent.objects.create(
            campaign=campaign,
            name=f"Step {number}",
            type="lead.changepoints" if gives else "lead.field_value",
            event_type="action" if gives else "condition",
            properties={"points": 1} if gives else asked,
            parent=above,
            decision_path="yes" if above and above.event_type == "condition" else None,
            order=number + 1,
        )
    return above


def _bare(segment_id: int) -> tuple[float, float]:
    """Seconds of the same rows written by bare statements: memberships, and a step's log."""
    execute("CREATE TABLE bench_members (LIKE campaign_contacts INCLUDING ALL)")
    execute("CREATE TABLE bench_log (LIKE campaign_log INCLUDING ALL)")
    try:
        started = time.perf_counter()
        execute(BARE_MEMBERS, (segment_id,))
        inside = time.perf_counter() - started
        started = time.perf_counter()
        execute(BARE_LOG, (segment_id,))
        execute(BARE_DONE)
        return inside, time.perf_counter() - started
    finally:
        execute("DROP TABLE bench_members, bench_log")


def _remove(campaign: Campaign, source: Segment) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(is_published=False)
    execute("DELETE FROM campaign_log WHERE campaign_id = %s", (campaign.pk,))
    execute("DELETE FROM campaign_contacts WHERE campaign_id = %s", (campaign.pk,))
    execute("DELETE FROM segment_contacts WHERE segment_id = %s", (source.pk,))
    campaign.delete()
    source.delete()
    execute("VACUUM ANALYZE campaign_log, campaign_contacts, segment_contacts, contacts")


WORKLOADS = [ten_steps]
