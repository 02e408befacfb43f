"""`campaigns`: brings members up to date and runs what is due, now, without waiting for the worker."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from honeyguide.commands.product import product

ONE = click.option("-i", "--id", "campaign_id", type=int, help="Only this campaign.")


@click.group()
def campaigns() -> None:
    """Campaigns."""


@campaigns.command()
@ONE
def update(campaign_id: int | None) -> None:
    """Bring the members of running campaigns up to date with their segments."""
    with product():
        from honeyguide.features.campaigns.services import sync

        for number, name in _running(campaign_id):
            change = sync(number)
            click.echo(f"{number} {name}: {change.added} added, {change.removed} removed")


@campaigns.command()
@ONE
def trigger(campaign_id: int | None) -> None:
    """Run the steps that are due in running campaigns."""
    with product():
        from honeyguide.features.campaigns.advancing import advance

        for number, name in _running(campaign_id):
            done = 0
            while part := advance(number):
                done += part
            click.echo(f"{number} {name}: {done} steps")


@campaigns.command()
@click.option("-i", "--id", "campaign_id", type=int, required=True, help="The campaign, published or not.")
@click.option("--contact", "contact_id", type=int, help="Only with this contact, as if it came in now.")
@click.option("--json", "as_json", is_flag=True, help="Everything, as JSON.")
def rehearse(campaign_id: int, contact_id: int | None, as_json: bool) -> None:
    """Tell what a campaign would do with the real contacts. Nothing is sent and nothing is changed."""
    with product():
        from honeyguide.features.campaigns.membership import contact
        from honeyguide.features.campaigns.models import Campaign
        from honeyguide.features.campaigns.rehearsal import rehearse as walk
        from honeyguide.features.campaigns.rehearsing import as_data

        campaign = Campaign.objects.filter(pk=campaign_id).first()
        if campaign is None:
            raise click.ClickException(f"There is no campaign {campaign_id}.")
        if contact_id is not None and contact(contact_id) is None:
            raise click.ClickException(f"There is no contact {contact_id}.")
        found = as_data(walk(campaign, contact_id=contact_id))
        click.echo(json.dumps(found, indent=2) if as_json else "\n".join(_told(found)))


def _told(found: dict[str, Any]) -> Iterator[str]:
    yield f"{found['entering']} come in, {found['waiting']} wait already, from {found['start']}"
    for visit in found["visits"]:
        event = visit["event"]
        path = f"{event['path']}: " if event["path"] else ""
        times = " to ".join(dict.fromkeys(filter(None, (visit["first"], visit["last"]))))
        ways = f", {visit['yes']} yes, {visit['no']} no" if event["eventType"] == "condition" else ""
        most = "up to " if visit["maybe"] else ""
        yield f"{path}{event['name']}: {most}{visit['count']}{ways}{f', {times}' if times else ''}"
        yield from (f"    {one['count']} not: {one['reason']}" for one in visit["reasons"])
        if visit["problem"]:
            yield f"    {visit['problem']}"


def _running(campaign_id: int | None) -> list[tuple[int, str]]:
    """Ids and names of the campaigns that run now. Refuses the id of one that is not there."""
    from honeyguide.features.campaigns.models import Campaign
    from honeyguide.features.campaigns.plan import running_names

    if campaign_id is not None and not Campaign.objects.filter(pk=campaign_id).exists():
        raise click.ClickException(f"There is no campaign {campaign_id}.")
    found = running_names(campaign_id)
    if not found:
        click.echo("No campaign runs now.")
    return found
