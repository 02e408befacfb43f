"""Exports of contacts and companies: straight away as a stream, or in the background as a file to be fetched.

Columns are `id`, every published field by its alias in the fields' order, then owner, stage, tags and dates (companies:
owner, score and dates). Dates are UTC, multiple values are joined by `|`: what is exported can be imported again.
"""

import secrets
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import orjson
from django.conf import settings
from django.core import signing
from django.db import DataError, ProgrammingError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from honeyguide.engine import config
from honeyguide.engine.api.call import Call
from honeyguide.engine.api.listing import read_listing
from honeyguide.engine.resource import Resource
from honeyguide.engine.resource.errors import Denied, Invalid, NotFound
from honeyguide.engine.sql import ALL, Clause
from honeyguide.features.companies.models import Company
from honeyguide.features.contacts.models import Contact
from honeyguide.features.exports.models import Export
from honeyguide.features.exports.queries import SOURCES, Source, read
from honeyguide.features.exports.writing import FORMATS, csv_pieces, write_xlsx
from honeyguide.features.fields.definitions import definitions
from honeyguide.loader import collect

MODELS = {"lead": Contact, "company": Company}
WAITING, DONE, FAILED = 1, 3, 4
TOKEN_SALT = "honeyguide.export"
SLICE = 256 * 1024


def columns(object: str = "lead") -> list[str]:
    """Every column an export can have, in order."""
    return list(dict.fromkeys(["id", *definitions(object), *SOURCES[object].columns]))  # type: ignore[call-overload]


def export_contacts(
    condition: Clause = ALL, *, format: str = "csv", columns: Sequence[str] | None = None, file: BinaryIO | None = None
) -> Iterator[bytes] | int:
    """The contacts that meet the condition (over the table `contacts`), in the order of ids, in constant memory.

    Without `file` an iterator of the file's bytes; with it, writes it there and returns how many bytes that were.
    Raises `Invalid` for a format or column that does not exist.
    """
    return _export("lead", condition, format, columns, file)


def export_companies(
    condition: Clause = ALL, *, format: str = "csv", columns: Sequence[str] | None = None, file: BinaryIO | None = None
) -> Iterator[bytes] | int:
    """The same for companies (over the table `companies`)."""
    return _export("company", condition, format, columns, file)


def _export(
    object: str, condition: Clause, format: str, chosen: Sequence[str] | None, file: BinaryIO | None
) -> Iterator[bytes] | int:
    if format not in FORMATS:
        raise Invalid({"format": "This value is not valid."})
    possible = columns(object)
    names = list(chosen or possible)
    if unknown := [name for name in names if name not in possible]:
        raise Invalid({"columns": [f"There is no column {name!r}." for name in unknown]})
    pieces = _pieces(SOURCES[object], condition, format, names)
    if file is None:
        return pieces
    return sum(file.write(piece) for piece in pieces)


def _pieces(source: Source, condition: Clause, format: str, names: list[str]) -> Iterator[bytes]:
    rows = _rows(source, condition, names)
    if format == "csv":
        yield from csv_pieces(names, rows)
        return
    with tempfile.TemporaryDirectory(prefix="honeyguide-export-") as directory:
        path = Path(directory) / "export.xlsx"
        write_xlsx(path, names, rows)
        with open(path, "rb") as made:
            while piece := made.read(SLICE):
                yield piece


def _rows(source: Source, condition: Clause, names: list[str]) -> Iterator[list[Any]]:
    own = [name for name in names if name in source.columns]
    place = {name: index for index, name in enumerate(own)}
    for fields, *values in read(source, own, condition, batch=config.get("contact_export_batch_size")):
        stored = orjson.loads(fields)
        yield [values[place[name]] if name in place else stored.get(name) for name in names]


def request_export(*, by: Any, object: str = "lead", format: str = "csv", search: str = "") -> Export:
    """Has a zip file made in the background of what the search finds for this user, who alone may fetch it
    (`download_token`, `open_download`). What the user may see is decided when the file is made."""
    if object not in SOURCES or format not in FORMATS:
        raise Invalid({"format": "This value is not valid."})
    return Export.objects.create(user=by, object=object, format=format, search=search, date_added=timezone.now())


def make_next() -> bool:
    """Makes the file of the oldest waiting export, if there is one that no other process is making.

    The row stays locked while the file is made, so an export whose process dies waits again."""
    with transaction.atomic():
        export = Export.objects.filter(status=WAITING).order_by("id").select_for_update(skip_locked=True).first()
        if export is None:
            return False
        try:
            with transaction.atomic():
                make_file(export, _found(export))
        except (Invalid, Denied, OSError, DataError, ProgrammingError) as error:
            Export.objects.filter(pk=export.pk).update(status=FAILED, error=str(error), date_ended=timezone.now())
        return True


def _found(export: Export) -> Clause:
    """What the search of the export finds among the rows that its user may see."""
    resource = next(r for r in collect("resource", Resource) if r.model is MODELS[export.object])
    call = Call(request=HttpRequest(), method="GET", user=export.user, params={}, query={"search": export.search})
    return read_listing(call, resource).where


def make_file(export: Export, condition: Clause) -> Export:
    """Writes the export's zip file into the data directory."""
    day = timezone.now().strftime("%Y%m%d")
    name = f"{'contacts' if export.object == 'lead' else 'companies'}_export_{day}.{export.format}"
    path = settings.DATA_DIR / "exports" / f"{secrets.token_hex(16)}.zip"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with (
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
            archive.open(name, "w", force_zip64=True) as file,
        ):
            _export(export.object, condition, export.format, None, file)
        path.chmod(0o600)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    Export.objects.filter(pk=export.pk).update(status=DONE, file_path=str(path), date_ended=timezone.now(), error=None)
    export.refresh_from_db()
    return export


def download_token(export: Export) -> str:
    """What a link must carry to fetch the file; good for `export_keep_days` and for the user who asked for it."""
    return signing.dumps({"export": export.pk, "user": export.user_id}, salt=TOKEN_SALT)


def open_download(token: str, *, user: Any) -> tuple[BinaryIO, str]:
    """The open file and the name to save it under. Raises `NotFound` or, for another user, `Denied`."""
    days = config.get("export_keep_days")
    try:
        told = signing.loads(token, salt=TOKEN_SALT, max_age=days * 86_400 if days else None)
    except signing.BadSignature:
        raise NotFound from None
    if told["user"] != getattr(user, "pk", None):
        raise Denied
    export = Export.objects.filter(pk=told["export"], status=DONE).first()
    if export is None or not export.file_path:
        raise NotFound
    try:
        file = open(export.file_path, "rb")  # noqa: SIM115 - the caller's response closes it
    except FileNotFoundError:
        raise NotFound from None
    kind = "contacts" if export.object == "lead" else "companies"
    return file, f"{kind}_export_{export.date_added:%Y%m%d}.zip"


def old_files(before: datetime) -> QuerySet[Export]:
    """Exports made before, whose files are still there."""
    return Export.objects.filter(date_ended__lt=before).exclude(file_path=None)


def delete_old(before: datetime, most: int = 1000) -> int:
    """Deletes files that were made before; returns how many."""
    old = list(old_files(before)[:most])
    for export in old:
        Path(str(export.file_path)).unlink(missing_ok=True)
    Export.objects.filter(pk__in=[export.pk for export in old]).update(file_path=None)
    return len(old)
