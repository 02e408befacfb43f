"""Importing CSV files: eight columns, contacts told apart by their e-mail address, run by the worker."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
from django.db import connection, transaction

from bench.harness import Bench, quiet, wait_until
from honeyguide.engine.sql import execute, one, scalar
from honeyguide.features.imports import services

ROWS = 100_000
DOMAIN = "imported.example.org"
COLUMNS = ("email", "firstname", "lastname", "phone", "address1", "city", "zipcode", "country")


def _rows() -> Iterator[tuple[str, ...]]:
    for n in range(ROWS):
        yield (
            f"person{n}@{DOMAIN}", f"Given{n % 997}", f"Family{n % 4999}", f"+1 555 {n:07d}",
            f"{n % 300} Long Street", f"City {n % 500}", f"{n % 90000:05d}", "Norway",
        )  # fmt: skip


def csv_import(bench: Bench) -> None:
    """The file twice: at first everyone is new, then everyone is known. Then the same rows by COPY into the same table."""
    path = Path(bench.data_dir) / "bench.csv"
    with path.open("w", newline="") as out:
        csv.writer(out).writerows([COLUMNS, *_rows()])
    try:
        first = _run(path, expected=(ROWS, 0))
        quiet()
        again = _run(path, expected=(0, ROWS))
    finally:
        path.unlink()
        _remove()
    quiet()
    limit = _copy()
    note = f"{ROWS:,} rows of {len(COLUMNS)} columns"
    bench.report(
        "CSV import",
        "rows/s",
        first,
        target=50_000,
        limit=limit,
        limit_is="COPY into the same indexed table",
        note=note,
    )
    bench.report("CSV import of known contacts", "rows/s", again, note=note)


def _run(path: Path, *, expected: tuple[int, int]) -> float:
    """Rows per second from the import's start to its end, as the worker noted them."""
    mapping = {name: name for name in COLUMNS}
    imported = services.create_import(path, original_file=path.name, mapping=mapping)
    services.queue(imported)
    wait_until(lambda: scalar("SELECT date_ended FROM imports WHERE id = %s", (imported.pk,)), seconds=300)
    imported.refresh_from_db()
    if (imported.inserted_count, imported.updated_count) != expected:
        raise SystemExit(f"The import ended otherwise than expected: {imported.status_info or vars(imported)}")
    seconds = (imported.date_ended - imported.date_started).total_seconds()
    imported.delete()
    return ROWS / seconds


def _copy() -> float:
    """Rolled back, so that nothing is left but room for a VACUUM; a commit would add a few milliseconds."""
    lines = "".join(
        orjson.dumps(dict(zip(COLUMNS, row, strict=True))).decode() + "\tt\t0\t2026-11-01 10:00:00+00\n"
        for row in _rows()
    )
    with transaction.atomic():
        started = time.perf_counter()
        cursor = connection.connection.cursor()
        with cursor.copy("COPY contacts (fields, is_published, points, date_added) FROM STDIN") as copy:
            copy.write(lines)
        seconds = time.perf_counter() - started
        transaction.set_rollback(True)
    execute("VACUUM ANALYZE contacts")
    return ROWS / seconds


def _remove() -> None:
    """Nothing refers to these contacts yet, so the triggers that would look for it a million times are left out."""
    low, high = one(f"SELECT min(id), max(id) FROM contacts WHERE lower(fields ->> 'email') LIKE '%%@{DOMAIN}'")
    with transaction.atomic():
        execute("SET LOCAL session_replication_role = replica")
        execute(
            "DELETE FROM contacts WHERE id BETWEEN %s AND %s AND fields ->> 'email' LIKE %s", (low, high, f"%@{DOMAIN}")
        )
    execute("VACUUM ANALYZE contacts")


WORKLOADS = [csv_import]
