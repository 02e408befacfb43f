"""Segments: a first build, a build that changes nothing, and how soon a change shows. A fifth of all contacts are members."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from bench.data import some_contacts
from bench.harness import Bench, quiet, seconds_of, wait_until
from bench.load import AUTHORIZATION
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.features.segments import services
from honeyguide.features.segments.models import Segment

COUNTRIES = ("Peru", "Norway")  # two of the generated ten
MATCHES = "lower(fields ->> 'country') IN ('peru', 'norway')"
CHANGES_PER_SECOND, CHANGES = 100, 1000
MARK = "freshly changed"


def _filter(field: str, operator: str, value: Any) -> list[dict[str, Any]]:
    kind = "country" if field == "country" else "text"
    return [{"object": "lead", "glue": "and", "field": field, "type": kind, "operator": operator,
             "properties": {"filter": value}}]  # fmt: skip


@contextmanager
def _segment(filters: list[dict[str, Any]], *, is_published: bool) -> Iterator[Segment]:
    """One that is not published is left alone by the worker, so that its builds can be timed here."""
    segment = services.create_segment({"name": "Bench", "filters": filters, "is_published": is_published})
    try:
        yield segment
    finally:
        services.delete_segments([segment])
        execute("VACUUM ANALYZE segment_contacts")


def first_build(bench: Bench) -> None:
    taken = []
    for _ in range(3):
        with _segment(_filter("country", "in", list(COUNTRIES)), is_published=False) as segment:
            started = time.perf_counter()
            change = services.rebuild(segment)
            taken.append(time.perf_counter() - started)
        quiet()
    execute("CREATE TABLE bench_members (LIKE segment_contacts INCLUDING ALL)")
    bare = []
    for _ in range(3):
        execute("TRUNCATE bench_members")
        started = time.perf_counter()
        execute(
            "INSERT INTO bench_members (segment_id, contact_id, date_added, manually_added, manually_removed) "
            f"SELECT 1, id, now(), false, false FROM contacts WHERE {MATCHES}"
        )
        bare.append(time.perf_counter() - started)
    execute("DROP TABLE bench_members")
    bench.report(
        "segment, first build", "s", sorted(taken)[1], target=1, limit=sorted(bare)[1], limit_is="the bare INSERT … SELECT",
        note=f"{change.added:,} members; ours also logs an event of each",
    )  # fmt: skip


def nothing_changed(bench: Bench) -> None:
    with _segment(_filter("country", "in", list(COUNTRIES)), is_published=False) as segment:
        services.rebuild(segment)
        execute("ANALYZE segment_contacts")
        ours = seconds_of(lambda: services.rebuild(segment), times=5)
        anti_join = f"""SELECT count(*) FROM contacts WHERE {MATCHES} AND NOT EXISTS (
            SELECT FROM segment_contacts m WHERE m.segment_id = %s AND m.contact_id = contacts.id)"""
        limit = seconds_of(lambda: scalar(anti_join, (segment.pk,)), times=5)
    bench.report(
        "segment, nothing changed", "s", ours, target=0.3, limit=limit, limit_is="the bare anti-join",
        note="ours looks in both directions and counts the members",
    )  # fmt: skip


def freshness(bench: Bench) -> None:
    """Contacts are changed over REST; a contact's delay is from the answer until another connection sees it in the segment."""
    ids = some_contacts(CHANGES)
    with _segment(_filter("position", "=", MARK), is_published=True) as segment:
        wait_until(lambda: scalar("SELECT last_built_at FROM segments WHERE id = %s", (segment.pk,)))
        changed: dict[int, float] = {}
        seen: dict[int, float] = {}
        http = HTTPConnection(urlsplit(bench.base).netloc)
        started = time.perf_counter()
        for number in itertools.count():
            if number < CHANGES:
                _mark(http, ids[number])
                changed[ids[number]] = time.perf_counter()
            if number % 5 == 0 or number >= CHANGES:
                found = rows("SELECT contact_id FROM segment_contacts WHERE segment_id = %s", (segment.pk,))
                now = time.perf_counter()
                seen |= {id_: now for (id_,) in found if id_ not in seen}
            if len(seen) == CHANGES or time.perf_counter() - started > 60:
                break
            time.sleep(max(0.0, started + (number + 1) / CHANGES_PER_SECOND - time.perf_counter()))
    execute("UPDATE contacts SET fields = fields - 'position' WHERE lower(fields ->> 'position') = %s", (MARK,))
    delays = sorted(seen[id_] - changed[id_] for id_ in seen)
    if len(delays) < CHANGES:
        raise SystemExit(f"Of {CHANGES} changed contacts only {len(delays)} came into the segment within a minute.")
    bench.report(
        "segment freshness at 100 changes/s", "s", delays[-1], target=2,
        note=f"the slowest of {CHANGES}; median {delays[CHANGES // 2]:.2f} s",
    )  # fmt: skip


def _mark(http: HTTPConnection, contact_id: int) -> None:
    headers = {"Authorization": AUTHORIZATION, "Content-Type": "application/json"}
    http.request("PATCH", f"/api/contacts/{contact_id}/edit", f'{{"position": "{MARK}"}}', headers)
    answer = http.getresponse()
    if answer.status != 200:
        raise SystemExit(f"A contact could not be changed: {answer.status} {answer.read(300)!r}")
    answer.read()


WORKLOADS = [first_build, nothing_changed, freshness]
