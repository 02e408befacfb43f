"""`webhooks`: kept so that cron lines of the reference do not break; webhooks come with a later release."""

import click


@click.group()
def webhooks() -> None:
    """Webhooks (in a later release)."""


@webhooks.command()
def process() -> None:
    """Send what is queued."""
    click.echo("There are no webhooks in this release of Honeyguide yet, so there is nothing to do.")
