"""`segments rebuild`: works out members now, without waiting for the worker."""

import click

from honeyguide.commands.product import product


@click.group()
def segments() -> None:
    """Segments."""


@segments.command()
@click.option("-i", "--id", "segment_id", type=int, help="Only this segment.")
def rebuild(segment_id: int | None) -> None:
    """Rebuild all segments, or one."""
    with product():
        from honeyguide.features.segments.models import Segment

        found = Segment.objects.filter(is_published=True).order_by("pk")
        if segment_id is not None:
            found = Segment.objects.filter(pk=segment_id)
            if not found:
                raise click.ClickException(f"There is no segment {segment_id}.")
        from honeyguide.features.segments import services

        for segment in found:
            change = services.rebuild(segment)
            click.echo(f"{segment.pk} {segment.name}: {change.added} added, {change.removed} removed")
