"""`campaigns`: kept so that cron lines of the reference do not break; campaigns come with a later release."""

import click

NONE_YET = "There are no campaigns in this release of Honeyguide yet, so there is nothing to do."


@click.group()
def campaigns() -> None:
    """Campaigns (in a later release)."""


@campaigns.command()
@click.option("-i", "--id", "campaign_id", type=int, help="Only this campaign.")
def update(campaign_id: int | None) -> None:
    """Bring the members of campaigns up to date."""
    click.echo(NONE_YET)


@campaigns.command()
@click.option("-i", "--id", "campaign_id", type=int, help="Only this campaign.")
def trigger(campaign_id: int | None) -> None:
    """Run the steps that are due."""
    click.echo(NONE_YET)
