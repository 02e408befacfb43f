"""`privacy export`, `erase`, `records`: what is held about one person."""

from pathlib import Path

import click

from honeyguide.commands.product import product


@click.group()
def privacy() -> None:
    """What is held about one person: hand it out, erase it, prove that it was erased."""


@privacy.command()
@click.argument("contact", type=click.IntRange(1, 2**63 - 1))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(contact: int, file: Path) -> None:
    """Write a zip with all that is held about CONTACT."""
    with product():
        from honeyguide.engine.resource.errors import NotFound
        from honeyguide.features.privacy import services

        try:
            with file.open("xb") as out:
                services.export(contact, out, by=None)
        except FileExistsError:
            raise click.ClickException(f"{file} is there already.") from None
        except NotFound:
            file.unlink()
            raise click.ClickException(f"Nothing is held of contact {contact}.") from None
        click.echo(f"{file}: {file.stat().st_size:,} bytes")


@privacy.command()
@click.argument("contact", type=click.IntRange(1, 2**63 - 1))
@click.option("-r", "--dry-run", is_flag=True, help="Only count the rows.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--reason", default="", help="Kept with the record: no names here.")
def erase(contact: int, dry_run: bool, yes: bool, reason: str) -> None:
    """Erase CONTACT from every table, also one that was deleted before."""
    with product():
        from honeyguide.engine.resource.errors import NotFound
        from honeyguide.features.privacy import services

        found = services.held(contact)
        for holding, count in found:
            click.echo(f"{holding.table}: {count} ({'made impersonal' if holding.forget else 'deleted'})")
        if not found:
            raise click.ClickException(f"Nothing is held of contact {contact}.")
        if dry_run:
            return
        if not yes:
            click.confirm("Erase this for good?", abort=True)
        try:
            erasure = services.erase(contact, reason=reason)
        except NotFound:
            raise click.ClickException(f"Nothing is held of contact {contact} any more.") from None
        click.echo(f"Erased; record {erasure.pk}.")


@privacy.command()
def records() -> None:
    """List the records of erasures; ends with 1 when one was changed or taken out."""
    with product():
        from honeyguide.features.privacy import services

        broken = 0
        for erasure, is_sound in services.verified():
            broken += not is_sound
            told = f"{erasure.date_added:%Y-%m-%d %H:%M} contact {erasure.contact_id}, {erasure.total} rows"
            click.echo(f"{erasure.pk} {told} by {erasure.by_name}{'' if is_sound else ': BROKEN'}")
        if broken:
            raise click.ClickException(f"{broken} records are not as they were signed.")
