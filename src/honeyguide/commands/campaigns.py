"""`campaigns`: brings members up to date and runs what is due, now, without waiting for the worker; campaigns as files."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any

import click

from honeyguide.commands.product import product

LONGEST_SHOWN = 100
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


@campaigns.command()
@click.option("-i", "--id", "campaign_id", type=int, required=True, help="The campaign.")
@click.argument("file", type=click.File("w", encoding="utf-8"), default="-")
def export(campaign_id: int, file: IO[str]) -> None:
    """Write a campaign, with what it uses, as YAML, to FILE or to the terminal."""
    with product():
        from honeyguide.features.campaigns.files.document import written
        from honeyguide.features.campaigns.files.exporting import document_of
        from honeyguide.features.campaigns.models import Campaign

        campaign = Campaign.objects.filter(pk=campaign_id).first()
        if campaign is None:
            raise click.ClickException(f"There is no campaign {campaign_id}.")
        file.write(written(document_of(campaign)))


@campaigns.command()
@click.argument("file", type=click.File("rb"))
def plan(file: IO[bytes]) -> None:
    """Show what applying FILE would change. Ends with 2 when there is something."""
    with product():
        from honeyguide.features.campaigns.files.applying import plan as compare

        changes = _with_file(file, compare)
        _tell(changes)
    if changes:
        raise SystemExit(2)


@campaigns.command()
@click.argument("file", type=click.File("rb"))
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
def apply(file: IO[bytes], yes: bool) -> None:
    """Make it as FILE says: all of it or nothing. A new campaign is not published."""
    with product():
        from honeyguide.features.campaigns.files import applying
        from honeyguide.features.users.models import User

        by = User.objects.filter(role__is_admin=True, is_published=True).order_by("pk").first()
        if by is None:
            raise click.ClickException("There is no administrator: honeyguide admin create.")
        content = io.BytesIO(file.read())
        changes = _with_file(content, applying.plan)
        _tell(changes)
        if changes:
            if not yes:
                click.confirm("Do this?", abort=True)
            content.seek(0)
            campaign, _ = _with_file(content, lambda document: applying.apply(document, by=by))
            click.echo(f"Done: campaign {campaign.pk}, {'published' if campaign.is_published else 'not published'}.")


def _with_file(file: IO[bytes], use: Callable[[dict[str, Any]], Any]) -> Any:
    """What `use` makes of the document; ends the command with what is wrong with it."""
    from honeyguide.features.campaigns.files.document import MOST_BYTES, BadFile, read

    try:
        return use(read(file.read(MOST_BYTES + 1)))
    except BadFile as error:
        raise click.ClickException("\n".join(error.problems)) from None


def _tell(changes: Sequence[Any]) -> None:
    signs = {"create": "+", "change": "~", "remove": "-"}
    for change in changes:
        click.echo(f"{signs[change.action]} {change.kind} {change.name}")
        for name, now, then in change.details:
            click.echo(f"    {name}: {_short(now)} → {_short(then)}")
    if not changes:
        click.echo("Nothing would change.")


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
