"""`import contacts` and `export contacts`."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from honeyguide.commands.product import product, say

FORMATS = ("csv", "xlsx")


@click.group("import")
def import_group() -> None:
    """Bring data in."""


@click.group("export")
def export_group() -> None:
    """Take data out."""


def _pairs(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """`column=field` as {column: field}; an empty field leaves the column out."""
    pairs = {}
    for value in values:
        column, separator, field = value.rpartition("=")
        if not separator:
            raise click.BadParameter(f"{value!r} is not like column=field.")
        pairs[column] = field
    return pairs


@import_group.command("contacts")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--map", "given", multiple=True, callback=_pairs, metavar="COLUMN=FIELD", help="Where a column goes.")
@click.option("--tag", "tags", multiple=True, help="A tag for every contact of the file; may be repeated.")
@click.option("--segment", type=int, help="Id of a segment to add every contact of the file to.")
@click.option(
    "--skip-if-exists", is_flag=True, help="Leave values of known contacts as they are; only fill empty ones."
)
def import_contacts(
    file: Path, given: dict[str, str], tags: tuple[str, ...], segment: int | None, skip_if_exists: bool
) -> None:
    """Import contacts from a CSV file, to its end. Columns whose names tell are mapped without --map."""
    with product():
        from honeyguide.engine.resource.errors import Invalid
        from honeyguide.features.imports import services

        try:
            preview = services.inspect(file)
            unknown = set(given) - set(preview.headers)
            if unknown:
                raise click.ClickException(
                    f"The file has no column {', '.join(sorted(unknown))}. It has: {', '.join(preview.headers)}."
                )
            mapping = {**services.suggest_mapping(preview.headers), **given}
            mapping = {column: field for column, field in mapping.items() if field}
            options: dict[str, Any] = {"tags": list(tags), "skip_if_exists": skip_if_exists}
            if segment is not None:
                options["list"] = segment
            imported = services.create_import(file, original_file=file.name, mapping=mapping, options=options)
        except services.UnusableFile as error:
            raise click.ClickException(str(error)) from None
        except Invalid as error:
            reasons = " ".join(text for texts in error.errors.values() for text in texts)
            raise click.ClickException(f"{reasons} `--map COLUMN=FIELD` says where a column goes.") from None
        for column in preview.headers:
            say(f"{column} → {mapping.get(column, '(left out)')}")
        _report(_run_with_progress(imported))


def _run_with_progress(imported: Any) -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from honeyguide.features.imports import services

    columns = (TextColumn("Importing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("rows", total=imported.line_count)

        def progress(state: Any) -> None:
            done = state.inserted_count + state.updated_count + state.ignored_count
            bar.update(task, completed=done, total=state.line_count)

        return services.run(imported.pk, progress=progress)


def _report(imported: Any) -> None:
    """The counts, and how it ended; exit code 1 when it did not reach the end."""
    from honeyguide.features.imports import services

    click.echo(
        f"{imported.inserted_count} inserted, {imported.updated_count} updated, {imported.ignored_count} ignored"
        f" (import {imported.pk})"
    )
    if imported.status_info:
        say(imported.status_info)
    if imported.ignored_count:
        failed = Path(f"import-{imported.pk}-failed.csv")
        with failed.open("wb") as out:
            out.writelines(services.failed_rows_csv(imported))
        say(f"The ignored rows and why: {failed}")
    if imported.status != services.IMPORTED:
        raise SystemExit(1)


@export_group.command("contacts")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True))
@click.option("--format", "kind", type=click.Choice(FORMATS), help="By the file's ending when not given.")
@click.option("--column", "columns", multiple=True, help="Only this column; may be repeated.")
def export_contacts(file: Path, kind: str | None, columns: tuple[str, ...]) -> None:
    """Export all contacts to a CSV or XLSX file that can be imported again; - is standard output."""
    to_output = str(file) == "-"
    kind = kind or ("csv" if to_output else file.suffix.lower().removeprefix("."))
    if kind not in FORMATS:
        raise click.ClickException(f"What is {file} to be? Let it end in .csv or .xlsx, or give --format.")
    with product():
        from honeyguide.engine.resource.errors import Invalid
        from honeyguide.features.exports import services

        try:
            pieces = services.export_contacts(format=kind, columns=columns)
            with nullcontext(sys.stdout.buffer) if to_output else file.open("wb") as out:
                out.writelines(pieces)
        except Invalid as error:
            raise click.ClickException(error.message) from None
        except OSError as error:
            raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from None
        if not to_output:
            click.echo(f"Contacts written to {file}")
