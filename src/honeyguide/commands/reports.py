"""`reports send`: sends what schedules say, without waiting for the worker."""

import click

from honeyguide.commands.product import product


@click.group()
def reports() -> None:
    """Reports by e-mail."""


@reports.command()
@click.option("-r", "--report", "report_id", type=click.IntRange(1, 2**63 - 1), help="Only this report, if it is due.")
def send(report_id: int | None) -> None:
    """Make the files of reports that are due and queue their messages; the worker does so by itself within seconds."""
    with product():
        from honeyguide.features.reports.sending import send_next

        sent = 0
        while done := send_next(report_id):
            sent += done
        click.echo(f"{sent} report{'' if sent == 1 else 's'} done." if sent else "Nothing was due.")
