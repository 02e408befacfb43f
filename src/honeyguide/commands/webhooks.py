"""`webhooks process`: tells receivers what waits for them, without waiting for the worker."""

import click

from honeyguide.commands.product import product


@click.group()
def webhooks() -> None:
    """Webhooks."""


@webhooks.command()
@click.option(
    "-i", "--webhook-id", "hook_id", type=int, help="Try this webhook now, also when its receiver is waited for."
)
def process(hook_id: int | None) -> None:
    """Send what is due now; the worker does so by itself within a second."""
    with product():
        from honeyguide.engine.events import consume
        from honeyguide.engine.sql import execute
        from honeyguide.features.webhooks import queries
        from honeyguide.features.webhooks.jobs import TELLING, deliver_due, stop_delivering

        while consume(TELLING):
            pass
        if hook_id is not None:
            execute(queries.TRY_NOW, {"hooks": [hook_id]})
        made = 0
        while done := deliver_due():
            made += done
        stop_delivering()
        click.echo(f"{made} call{'' if made == 1 else 's'} made." if made else "Nothing was due.")
