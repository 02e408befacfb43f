"""What can be cleaned, how much of it there is, and cleaning it a slice at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction

from honeyguide.engine import config
from honeyguide.engine.audit import log, record
from honeyguide.engine.sql import execute, one, rows, scalar
from honeyguide.features.exports import services as exports
from honeyguide.features.maintenance import queries
from honeyguide.features.privacy.services import erase_many
from honeyguide.features.reports import files as reports

SLICE = 2_000  # contacts in one transaction
PARTITION = re.compile(r"events_[0-9]{4}_[0-9]{2}")
PATIENCE = "5s"  # for the lock that dropping a month needs; else it is left for the next time


@dataclass(frozen=True, slots=True)
class Part:
    """Something that gets old. `count(before)` is how much is older, `clean(before)` removes a slice and returns how much."""

    name: str
    label: str
    count: Callable[[datetime], int]
    clean: Callable[[datetime], int]


def cleaned(part: Part, before: datetime) -> Iterator[int]:
    """Cleans to the end; tells after each slice how much is done."""
    done = 0
    while count := part.clean(before):
        done += count
        yield done
    if done:
        record("core", "maintenance", None, "cleanup", {part.name: [done, None]})


# --- contacts


def _contacts(condition: str, *, reason: str) -> tuple[Callable[[datetime], int], Callable[[datetime], int]]:
    """Erased without a record when there is no reason to tell."""

    def count(before: datetime) -> int:
        return scalar(queries.COUNT.format(condition), {"before": before})

    @transaction.atomic
    def clean(before: datetime) -> int:
        found = [number for (number,) in rows(queries.NEXT.format(condition), {"before": before, "limit": SLICE})]
        if found:
            erase_many(found, reason=reason, is_recorded=bool(reason))
        return len(found)

    return count, clean


# --- logs


def _old_entries(before: datetime) -> int:
    return scalar(queries.COUNT_AUDIT, {"before": before})


def _old_months(before: datetime) -> list[tuple[str, int]]:
    return [row for row in rows(queries.PARTITIONS, {"before": before}) if PARTITION.fullmatch(row[0])]


@transaction.atomic
def _drop_month(before: datetime) -> int:
    """The oldest month, unless some reader of the log has not come past it."""
    for name, count in _old_months(before)[:1]:
        last = one(f"SELECT xid::text::bigint, id FROM {name} ORDER BY xid DESC, id DESC LIMIT 1")
        if last and scalar(queries.BEHIND, last):
            return 0
        execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        execute(f"DROP TABLE {name}")
        return max(count, 1)
    return 0


def _calls(before: datetime) -> int:
    return scalar(queries.COUNT_CALLS, {"before": before})


def _forget_calls(before: datetime) -> int:
    return execute(queries.FORGET_CALLS, {"before": before, "limit": SLICE})


# --- files


def _old_files(before: datetime) -> int:
    return exports.old_files(before).count() + len(reports.old_files(before))


def _delete_files(before: datetime) -> int:
    return exports.delete_old(before) or reports.delete_old(before)


VISITORS = Part("visitors", "visitors who never said who they are", *_contacts(queries.VISITORS, reason=""))
AUDIT_LOG = Part("audit_log", "entries of the audit log", _old_entries, log.forget_before)
EVENTS = Part(
    "events", "events, in whole months", lambda before: sum(count for _, count in _old_months(before)), _drop_month
)
WEBHOOK_CALLS = Part("webhook_logs", "calls of webhooks", _calls, _forget_calls)
FILES = Part("files", "exported files and files of sent reports", _old_files, _delete_files)
QUIET_CONTACTS = Part("contacts", "contacts who did nothing", *_contacts(queries.QUIET, reason="Inactive for long."))
# What the configuration says is kept for how many days.
KEPT = {
    "visitor_keep_days": VISITORS,
    "event_log_keep_days": EVENTS,
    "audit_log_keep_days": AUDIT_LOG,
    "webhook_log_keep_days": WEBHOOK_CALLS,
    "export_keep_days": FILES,
}
CRON = "43 3 * * *"


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of a part: `count` is how much the next night removes; `days` 0 keeps all."""

    parameter: str
    label: str
    days: int
    before: datetime | None = None
    count: int = 0


def rules(now: datetime) -> list[Rule]:
    """What is removed next, and what is kept for good."""
    found = []
    for parameter, part in KEPT.items():
        days = config.get(parameter)
        if not days:
            found.append(Rule(parameter, part.label, 0))
            continue
        before = next_cleaning(now) - timedelta(days=days)
        found.append(Rule(parameter, part.label, days, before, part.count(before)))
    return found


def next_cleaning(now: datetime) -> datetime:
    """When the worker cleans next: nightly, in UTC."""
    minute, hour = (int(part) for part in CRON.split()[:2])
    today = now.astimezone(UTC).replace(hour=hour, minute=minute, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)
