"""`segments rebuild`: works out members now, without waiting for the worker."""

import click

from honeyguide.commands.product import product


@click.group()
def segments() -> None:
    """Segments."""


@segments.command()
@click.option("-i", "--id", "segment_id", type=int, help="Only this segment.")
def rebuild(segment_id: int | None) -> None:
    """Rebuild all published segments, each after those it asks for, or one."""
    with product():
        from honeyguide.features.segments.building import rebuild_all
        from honeyguide.features.segments.models import Segment

        names = dict(Segment.objects.values_list("pk", "name"))
        if segment_id is not None and segment_id not in names:
            raise click.ClickException(f"There is no segment {segment_id}.")
        changes = rebuild_all(None if segment_id is None else [segment_id])
        for number, change in changes.items():
            result = change.error or f"{change.added} added, {change.removed} removed"
            click.echo(f"{number} {names[number]}: {result}")
        if not changes:
            click.echo("There are no published segments." if segment_id is None else "The segment is not published.")
        if any(change.error for change in changes.values()):
            raise SystemExit(1)
