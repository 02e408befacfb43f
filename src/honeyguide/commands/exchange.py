"""`import contacts` and `export contacts`."""

import click


@click.group("import")
def import_group() -> None:
    """Bring data in."""


@click.group("export")
def export_group() -> None:
    """Take data out."""
