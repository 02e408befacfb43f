"""How many contacts filters would match, and how the database would find them, before anything is saved."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import OperationalError, connection, transaction
from psycopg import ClientCursor

from honeyguide.engine.segmenting.compiler import Context, compile_filters
from honeyguide.engine.sql import Clause, rows, scalar
from honeyguide.features.segments import queries

PREVIEW_SECONDS = 5
SAMPLE = "SELECT contacts.id FROM contacts WHERE {} ORDER BY contacts.id DESC LIMIT %s"
COUNT = "SELECT count(*) FROM contacts WHERE {}"
MATCHING = "SELECT contacts.id FROM contacts WHERE {}"


@dataclass(frozen=True, slots=True)
class Preview:
    """`is_estimate`: counting took too long, `count` is the planner's guess and `sample_ids` may be empty."""

    count: int
    sample_ids: list[int]
    seconds: float
    is_estimate: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """`sql` has its values written in, to be read or pasted into psql. `cost` is in the planner's units."""

    sql: str
    plan: str
    cost: float
    estimated_rows: int


def preview(filters: Sequence[Mapping[str, Any]], *, limit: int = 10, segment_id: int = 0) -> Preview:
    """Counts whom the filters match and names the newest few. InvalidFilter when they have no answer."""
    started = time.monotonic()
    matches = _compiled(filters, segment_id)
    try:
        with transaction.atomic():
            queries.set_limits(seconds=PREVIEW_SECONDS, nested_loops=True)
            count = scalar(COUNT.format(matches.text), matches.params)
            sample = [row[0] for row in rows(SAMPLE.format(matches.text), (*matches.params, limit))]
    except OperationalError:
        return Preview(_plan(matches)["Plan Rows"], [], time.monotonic() - started, is_estimate=True)
    return Preview(count, sample, time.monotonic() - started)


def explain(filters: Sequence[Mapping[str, Any]], *, segment_id: int = 0) -> Explanation:
    """The statement that finds the matching contacts, and the database's plan for it."""
    matches = _compiled(filters, segment_id)
    connection.ensure_connection()
    written = ClientCursor(connection.connection).mogrify(MATCHING.format(matches.text), matches.params)
    plan = _plan(matches)
    lines = rows(f"EXPLAIN {MATCHING.format(matches.text)}", matches.params)
    return Explanation(written, "\n".join(line for (line,) in lines), plan["Total Cost"], plan["Plan Rows"])


def _compiled(filters: Sequence[Mapping[str, Any]], segment_id: int) -> Clause:
    return compile_filters(filters, context=Context(trail=(segment_id,) if segment_id else ()))


def _plan(matches: Clause) -> dict[str, Any]:
    found = scalar(f"EXPLAIN (FORMAT JSON) {MATCHING.format(matches.text)}", matches.params)
    return (orjson.loads(found) if isinstance(found, (str, bytes)) else found)[0]["Plan"]
