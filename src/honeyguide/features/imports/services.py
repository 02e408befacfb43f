"""Imports: looking into a file, making an import of it, running it to its end, stopping and resuming it, its failed rows.

An import goes through its file in chunks. Everything a chunk changes, its counts, its failed rows and the position in the file
at which the next one begins are committed in one transaction: whatever dies at whatever moment, the import goes on exactly
where its last commit was. Statuses are the reference's: 1 queued, 2 in progress, 3 imported, 4 failed, 5 stopped, 6 manual
(waits for `run` or `queue`), 7 delayed.
"""

import csv
import io
import logging
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from psycopg import errors as psycopg_errors

from honeyguide.engine import config
from honeyguide.engine.formulas import guarded
from honeyguide.engine.resource.errors import Invalid
from honeyguide.engine.sql import copy_rows, execute, one, rows, scalar
from honeyguide.features.imports import inspecting
from honeyguide.features.imports.inspecting import inspect
from honeyguide.features.imports.mapping import Plan, plan, suggest_mapping, targets
from honeyguide.features.imports.models import Import, ImportFailure
from honeyguide.features.imports.preparing import Chunk, Reading, prepared
from honeyguide.features.imports.reader import Dialect, UnusableFile
from honeyguide.features.imports.records import Failure, Record
from honeyguide.features.imports.writing import Author, Written, write
from honeyguide.features.segments.models import Segment
from honeyguide.features.users.models import User

__all__ = [
    "Busy", "Invalid", "UnusableFile", "create_import", "failed_rows_csv", "inspect", "queue", "resume", "run",
    "stop", "suggest_mapping", "targets",
]  # fmt: skip

QUEUED, IN_PROGRESS, IMPORTED, FAILED, STOPPED, MANUAL, DELAYED = range(1, 8)
CHUNK_ROWS = 10_000  # the identity lock is held this long: a fifth of a second
CHUNK_BYTES = 8 * 1024 * 1024
LOCKS = 0x494D5052  # class of the session locks that tell which imports are being worked on
START_LOCK = 0x494D5053  # held while one more import is let in
# A plan made while a table was small must not scan it once it is large. And a chunk need not wait for the disk: a crash of the
# server would take its rows and its position away together; the commit that ends the import waits.
FOR_BULK = "SELECT set_config('enable_seqscan', 'off', true), set_config('synchronous_commit', 'off', true)"
WORKED_ON = """
    SELECT objid::bigint FROM pg_locks
    WHERE locktype = 'advisory' AND classid = %s
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
MOVED_ON = (
    "position", "inserted_count", "updated_count", "ignored_count", "failed_count", "line_count", "status_info"
)  # fmt: skip
RETRY_SECONDS = (0.2, 1, 2, 5, 10, 20, 30)

Progress = Callable[[Import], None]
log = logging.getLogger(__name__)


class Busy(Exception):
    """Another process works on this import already."""


class _Stopped(Exception):
    """The import is no longer in progress: someone stopped it."""


def create_import(
    path: str | Path,
    *,
    original_file: str,
    mapping: Mapping[str, str],
    options: Mapping[str, Any] | None = None,
    by: Any = None,
    object: str = "lead",
    move: bool = False,
) -> Import:
    """Takes a file in. `mapping` is {column name: target}; `options` may hold delimiter, enclosure, escape and encoding (what is
    left out is guessed), owner (user id), list (segment id), tags (list of names) and skip_if_exists.

    The file is copied (or moved) into the data directory. The import waits, status manual, for `run` or `queue`.
    Raises `Invalid` (mapping, options, file).
    """
    options = dict(options or {})
    try:
        preview = inspect(
            path,
            delimiter=options.get("delimiter") or "",
            enclosure=options.get("enclosure", '"'),
            escape=options.get("escape") or "",
            encoding=options.get("encoding") or "",
        )
    except UnusableFile as error:
        raise Invalid({"file": str(error)}) from None
    plan(object, preview.headers, mapping, options)
    _check_options(options)
    kept = settings.DATA_DIR / "imports" / f"{secrets.token_hex(16)}.csv"
    try:
        dialect = inspecting.keep(path, kept, preview.dialect, move=move)
    except (UnusableFile, OSError) as error:
        kept.unlink(missing_ok=True)
        raise Invalid({"file": str(error)}) from None
    return Import.objects.create(
        object=object,
        original_file=original_file,
        file_path=str(kept),
        status=MANUAL,
        status_info=" ".join(preview.warnings) or None,
        mapping=dict(mapping),
        options={**options, **asdict(dialect), "headers": preview.headers},
        line_count=preview.line_count,
        byte_count=kept.stat().st_size,
        date_added=timezone.now(),
        created_by=getattr(by, "pk", None),
        created_by_user=getattr(by, "name", None),
    )


def _check_options(options: Mapping[str, Any]) -> None:
    wrong: dict[str, list[str] | str] = {}
    for name, model in (("owner", User), ("list", Segment)):
        value = options.get(name)
        if value is not None and not (
            type(value) is int and 0 < value < 2**63 and model.objects.filter(pk=value).exists()
        ):
            wrong[name] = "This value is not valid."
    tags = options.get("tags") or []
    if not isinstance(tags, list) or not all(
        isinstance(tag, str) and 0 < len(tag) <= 191 and "\0" not in tag for tag in tags
    ):
        wrong["tags"] = "This value is not valid."
    if wrong:
        raise Invalid(wrong)


def queue(imported: Import) -> Import:
    """Hands the import to the worker."""
    return _set_status(imported, QUEUED, only=(MANUAL, STOPPED, FAILED, DELAYED))


def resume(imported: Import) -> Import:
    """Lets a stopped or failed import go on where it was."""
    Import.objects.filter(pk=imported.pk).update(is_published=True)
    return queue(imported)


def stop(imported: Import) -> Import:
    """Stops the import before its next chunk; what is imported stays."""
    return _set_status(imported, STOPPED, only=(QUEUED, IN_PROGRESS, DELAYED, MANUAL))


def _set_status(imported: Import, status: int, *, only: tuple[int, ...]) -> Import:
    Import.objects.filter(pk=imported.pk, status__in=only).update(status=status, status_info=None, date_ended=None)
    imported.refresh_from_db()
    return imported


def run(import_id: int, *, progress: Progress | None = None, seconds: float | None = None) -> Import:
    """Runs the import to its end, or for about `seconds`; `progress` is called with it after every chunk.

    Rows and files that are wrong end up in its counts and status. When the database goes away it is tried again for about a
    minute. Raises `Busy` when another process works on this import.
    """
    until = None if seconds is None else time.monotonic() + seconds
    waits: Iterator[float] = iter(RETRY_SECONDS)
    reached: int | None = None
    lost = False
    while True:
        try:
            return _run_once(import_id, progress, until)
        except (OperationalError, InterfaceError, Busy) as error:
            if isinstance(error, Busy) and not lost:  # after a lost connection it is our own session that ends late
                raise
            lost = True
            connection.close()
            if (byte := _byte_reached(import_id)) not in (None, reached):
                reached, waits = byte, iter(RETRY_SECONDS)
            wait = next(waits, None)
            if wait is None:
                raise
            log.warning("Import %s goes on in %s seconds: %s", import_id, wait, error)
            time.sleep(wait)


def _byte_reached(import_id: int) -> int | None:
    try:
        return scalar("SELECT (position ->> 'byte')::bigint FROM imports WHERE id = %s", (import_id,))
    except (OperationalError, InterfaceError):
        connection.close()
        return None


def _run_once(import_id: int, progress: Progress | None, until: float | None) -> Import:
    # The lock belongs to this session, so it goes with the process or its connection, whichever dies first.
    if not scalar("SELECT pg_try_advisory_lock(%s, %s)", (LOCKS, import_id % 2**31)):
        raise Busy(f"Import {import_id} is being worked on.")
    try:
        imported = Import.objects.get(pk=import_id)
        if imported.status in (IMPORTED, STOPPED):
            return imported
        if not imported.is_published:
            return _finish(imported, STOPPED)
        _start(imported)
        try:
            _work(imported, progress, until)
        except _Stopped:
            Import.objects.filter(pk=import_id, status=IN_PROGRESS).update(status=STOPPED)
        except FileNotFoundError:
            return _finish(imported, FAILED, "The file is no longer there.")
        except (UnusableFile, OSError) as error:
            return _finish(imported, FAILED, f"The file cannot be read: {error}")
        except Invalid as error:
            return _finish(imported, FAILED, error.message)
        imported.refresh_from_db()
        return imported
    finally:
        if connection.connection and not connection.connection.closed:
            execute("SELECT pg_advisory_unlock(%s, %s)", (LOCKS, import_id % 2**31))


def _start(imported: Import) -> None:
    Import.objects.filter(pk=imported.pk).update(
        status=IN_PROGRESS, date_started=imported.date_started or timezone.now(), date_ended=None
    )
    imported.refresh_from_db()


def _finish(imported: Import, status: int, info: str | None = None) -> Import:
    Import.objects.filter(pk=imported.pk).update(
        status=status, status_info=info or imported.status_info, date_ended=timezone.now()
    )
    if status == IMPORTED:
        Path(imported.file_path).unlink(missing_ok=True)
    imported.refresh_from_db()
    return imported


def _work(imported: Import, progress: Progress | None, until: float | None) -> None:
    """Chunk after chunk."""
    options = imported.options
    todo = plan(imported.object, options["headers"], imported.mapping, options)
    dialect = Dialect(**{name: options[name] for name in ("delimiter", "enclosure", "escape", "encoding")})
    author = Author(imported.created_by, imported.created_by_user)
    position = imported.position or {"byte": 0, "line": 1}
    reading = Reading(
        imported.file_path, dialect, todo.layout, **position, chunk_rows=CHUNK_ROWS, chunk_bytes=CHUNK_BYTES
    )
    with prepared(reading) as chunks:
        for chunk in chunks:
            _commit(imported, reading, chunk, todo, author)
            reading = replace(reading, byte=chunk.byte, line=chunk.line)
            if progress:
                progress(imported)
            if chunk.at_end:
                _finish(imported, IMPORTED)
            elif until is not None and time.monotonic() > until:
                return


def _commit(imported: Import, reading: Reading, chunk: Chunk, todo: Plan, author: Author) -> None:
    """One chunk, all or nothing."""
    with transaction.atomic():
        state = one(
            "SELECT status, is_published, COALESCE((position ->> 'byte')::bigint, 0) FROM imports WHERE id = %s FOR UPDATE",
            (imported.pk,),
        )
        if state is None or state[0] != IN_PROGRESS or not state[1]:
            raise _Stopped
        if state[2] != reading.byte:
            raise Busy(f"Import {imported.pk} was moved on by another process.")
        execute(FOR_BULK)
        written = _write(chunk.records.each(), todo, imported.pk, author)
        row_of = reading.original_rows() if written.failures else {}
        failures = [*chunk.failures, *(Failure(line, error, row_of[line]) for line, error in written.failures)]
        _keep_failures(imported.pk, failures)
        imported.position = {"byte": chunk.byte, "line": chunk.line}
        imported.inserted_count += written.inserted
        imported.updated_count += written.updated
        imported.ignored_count += len(failures)
        imported.failed_count = imported.ignored_count  # every ignored row is a failed one, with its reason
        handled = imported.inserted_count + imported.updated_count + imported.ignored_count
        imported.line_count = handled if chunk.at_end else max(imported.line_count, handled)
        if chunk.guessed_line and not imported.status_info:
            imported.status_info = (
                f"Line {chunk.guessed_line}, maybe others too, is not UTF-8; it was read as Windows-1252."
            )
        imported.save(update_fields=MOVED_ON)


def _write(records: list[Record], todo: Plan, import_id: int, author: Author) -> Written:
    """Writes rows; when the database refuses what is in them, finds the ones by halving, so that the others are imported."""
    if not records:
        return Written()
    try:
        with transaction.atomic():
            return write(records, todo, import_id=import_id, author=author)
    except DatabaseError as error:
        if not _is_about_values(error):
            raise
        if len(records) == 1:
            return Written(0, 0, [(records[0].line, f"The database refused the row: {str(error).splitlines()[0]}")])
    half = len(records) // 2
    first, second = (_write(part, todo, import_id, author) for part in (records[:half], records[half:]))
    return Written(
        first.inserted + second.inserted, first.updated + second.updated, [*first.failures, *second.failures]
    )


def _is_about_values(error: DatabaseError) -> bool:
    cause = error.__cause__
    return isinstance(
        cause, (psycopg_errors.DataError, psycopg_errors.ProgramLimitExceeded, psycopg_errors.CheckViolation)
    )


def _keep_failures(import_id: int, failures: list[Failure]) -> None:
    if failures:
        copy_rows(
            ImportFailure._meta.db_table,
            ("import_id", "line", "error", "row"),
            ((import_id, f.line, f.error, _json(f.row)) for f in failures),
        )


def _json(row: list[str]) -> str:
    return orjson.dumps(row).decode()


def failed_rows_csv(imported: Import, *, batch: int = 5_000) -> Iterator[bytes]:
    """The failed rows as a CSV file, in pieces: the original columns, the line and the reason. Corrected, it can be imported."""
    headers = imported.options.get("headers", [])
    guard: Callable[[str], str] = guarded if config.get("csv_formula_guard") else str
    yield _csv_line([*map(guard, headers), "line", "error"])
    after = 0
    while found := rows(
        'SELECT id, line, error, "row" FROM import_failures WHERE import_id = %s AND id > %s ORDER BY id LIMIT %s',
        (imported.pk, after, batch),
    ):
        after = found[-1][0]
        for _, line, error, row in found:
            values = [*_loaded(row), *[""] * len(headers)][: max(len(headers), len(_loaded(row)))]
            yield _csv_line([*map(guard, values), str(line), guard(error)])


def _loaded(row: Any) -> list[str]:
    return orjson.loads(row) if isinstance(row, str) else row


def _csv_line(values: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(values)
    return text.getvalue().encode()


def next_due() -> int | None:
    """Lets in the next import that wants to run and is worked on by nobody: one that a dead worker left, else the oldest
    queued one as long as fewer than `parallel_import_limit` are in progress; those that wait are shown as delayed."""
    with transaction.atomic():
        execute("SELECT pg_advisory_xact_lock(%s)", (START_LOCK,))
        running = {id for (id,) in rows(WORKED_ON, (LOCKS,))}
        left = rows("SELECT id FROM imports WHERE status = %s ORDER BY id", (IN_PROGRESS,))
        for (id,) in left:
            if id % 2**31 not in running:
                return id
        if len(left) >= config.get("parallel_import_limit"):
            execute(
                "UPDATE imports SET status = %s, status_info = 'Waits for another import.' WHERE status = %s",
                (DELAYED, QUEUED),
            )
            return None
        id = scalar("SELECT min(id) FROM imports WHERE is_published AND status IN (%s, %s)", (QUEUED, DELAYED))
        if id is not None:
            execute("UPDATE imports SET status = %s, status_info = NULL WHERE id = %s", (IN_PROGRESS, id))
        return id
