"""`maintenance`: forgets what is old, and looks up again where addresses are."""

import click

from honeyguide.commands.product import product


@click.group()
def maintenance() -> None:
    """Keep the database small."""


@maintenance.command()
@click.option(
    "-d", "--days-old", type=click.IntRange(1, 36_500), help="Older than so many days: 365, with --gdpr 1095."
)
@click.option("-r", "--dry-run", is_flag=True, help="Only count.")
@click.option("-g", "--gdpr", is_flag=True, help="Also contacts who did nothing for so long.")
@click.option("--events", is_flag=True, help="Also whole months of the event log: timelines and reports lose them.")
@click.option("-y", "--yes", "-n", "--no-interaction", is_flag=True, help="Do not ask.")
def cleanup(days_old: int | None, dry_run: bool, gdpr: bool, events: bool, yes: bool) -> None:
    """Delete visitors who never said who they are and were away for long, with all they did, old entries of the audit log, calls
    of webhooks and files that were exported or sent."""
    with product():
        from datetime import UTC, datetime, timedelta

        from honeyguide.engine import config
        from honeyguide.features.maintenance import services

        days = days_old or (config.get("gdpr_user_purge_threshold") if gdpr else 365)
        before = datetime.now(UTC) - timedelta(days=days)
        parts = [services.VISITORS, services.AUDIT_LOG, services.WEBHOOK_CALLS, services.FILES]
        parts += [services.QUIET_CONTACTS] * gdpr + [services.EVENTS] * events
        found = [(part, part.count(before)) for part in parts]
        click.echo(f"Before {before:%Y-%m-%d}:")
        for part, count in found:
            click.echo(f"  {part.label}: {count:,}")
        if dry_run or not any(count for _, count in found):
            return
        if not yes:
            click.confirm("Delete them for good?", abort=True)
        for part, count in found:
            if count:
                with click.progressbar(length=count, label=part.label) as bar:
                    for done in services.cleaned(part, before):
                        bar.update(done - bar.pos)


@maintenance.command()
def places() -> None:
    """Look up again, after a new file was put in place, where addresses are of which nothing was known."""
    with product():
        from honeyguide.engine.tracking.geography import database_path, made_at
        from honeyguide.features.contacts.services import look_up_again

        if made_at() is None:
            raise click.ClickException(f"{database_path()} is not there.")
        after: int | None = 0
        while after is not None:
            after = look_up_again(after)
        click.echo("Every address was looked up.")
