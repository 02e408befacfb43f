"""`campaigns`: brings members up to date and runs what is due, now, without waiting for the worker."""

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
