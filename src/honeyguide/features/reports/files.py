"""Files of reports that were sent: made in constant memory, kept for a while, fetched by the link of their messages."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core import signing

from honeyguide.engine import config
from honeyguide.engine.delivery.surroundings import site_url
from honeyguide.engine.ui.guard import zone_of
from honeyguide.features.reports import runs
from honeyguide.features.reports.asking import setting
from honeyguide.features.reports.compiling import Asked
from honeyguide.features.reports.exporting import FORMATS, Tally, file_name, pieces
from honeyguide.features.reports.models import ReportRun
from honeyguide.features.reports.rights import owner
from honeyguide.features.reports.running import query_of
from honeyguide.features.reports.schedule import NOW, Schedule

SALT = "honeyguide.report"
ZIP = "application/zip"
OURS = re.compile(r"[0-9]+\.(csv|zip)(\.[0-9]+\.part)?")


@dataclass(frozen=True)
class Made:
    """A file of rows, `name` as its reader sees it."""

    path: Path
    name: str
    mime: str
    rows: int
    since: datetime | None
    until: datetime | None

    @property
    def size(self) -> int:
        return self.path.stat().st_size


def make_file(run: ReportRun) -> Made:
    """Writes the rows that the run is about: as CSV, or as a zip of it when it is too large to be attached."""
    report, asked = run.report, asked_of(run)
    place = folder()
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    path, name, tally = place / f"{run.pk}.csv", file_name(report, "csv"), Tally()
    with _whole(path) as part, part.open("wb") as file:
        file.writelines(pieces(report, query_of(report, asked), "csv", tally))
    made = Made(path, name, FORMATS["csv"], tally.count, asked.since, asked.until)
    if made.size <= config.get("report_export_max_filesize_in_bytes"):
        return made
    packed = path.with_suffix(".zip")
    with _whole(packed) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, name)
    path.unlink()
    return Made(packed, f"{name.removesuffix('.csv')}.zip", ZIP, tally.count, asked.since, asked.until)


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Where to write so that the path only ever names a finished file."""
    part = path.with_suffix(f"{path.suffix}.{os.getpid()}.part")
    try:
        yield part
        part.chmod(0o600)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def asked_of(run: ReportRun) -> Asked:
    """The dates of the rows: those of the schedule, up to when it is due."""
    if setting(run.report, "hideDateRangeFilter"):
        return Asked()
    schedule = runs.schedule_of(run.report) or Schedule(NOW, zone=zone_of(owner(run.report)))
    return Asked(*schedule.rows(run.due_at))


def folder() -> Path:
    """Where the files lie: `report_temp_dir`, else `reports` in the data directory."""
    return Path(config.get("report_temp_dir") or settings.DATA_DIR / "reports")


def file_of(run: ReportRun) -> Path | None:
    """The file that was sent, while it is kept."""
    path = folder() / run.file_name
    return path if run.file_name and path.is_file() else None


def delete_old(before: datetime, most: int = 1000) -> int:
    """Deletes files that were written before, finished or not; returns how many."""
    old = old_files(before)[:most]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def old_files(before: datetime) -> list[Path]:
    """Ours only: `report_temp_dir` may hold what others put there."""
    ours = (path for path in folder().glob("*") if OURS.fullmatch(path.name))
    return [path for path in ours if path.stat().st_mtime < before.timestamp()]


def download_address(run: ReportRun) -> str:
    """Where whoever has the message fetches the file, without signing in."""
    token = signing.dumps(run.pk, salt=SALT)
    return f"{site_url()}/s/reports/download/{run.report_id}?token={token}"


def run_of_token(token: str, report_id: int) -> ReportRun | None:
    """The run whose file a link leads to; None when the link is not ours or too old."""
    days = config.get("export_keep_days")
    try:
        number = signing.loads(token, salt=SALT, max_age=days * 86_400 if days else None)
    except signing.BadSignature:
        return None
    return ReportRun.objects.filter(pk=number, report=report_id).first()
