"""Reading and writing contacts over REST."""

from __future__ import annotations

import itertools

import orjson

from bench.data import some_contacts
from bench.harness import Bench, rate
from bench.load import drive, request
from honeyguide.engine.sql import execute, rows

_serial = itertools.count(10_000_000)


def get_one(bench: Bench) -> None:
    ids = some_contacts()
    ask = [request("GET", f"/api/contacts/{number}") for number in ids]
    drive(bench.base, lambda n: ask[0], seconds=1)  # each process checks the password once, which is slow on purpose
    result = drive(bench.base, lambda n: ask[n % len(ask)])
    expect(result, 200)

    def bare() -> int:
        for number in ids:
            orjson.dumps(rows("SELECT * FROM contacts WHERE id = %s", (number,)), default=str)
        return len(ids)

    bench.report(
        "GET one contact",
        "/s",
        result.per_second,
        target=2000,
        limit=rate(bare),
        limit_is="the row by prepared SQL, encoded",
    )


def _list(bench: Bench, name: str, path: str, target: float, sql: str, *params: object) -> None:
    result = drive(bench.base, lambda n: request("GET", path))
    expect(result, 200)

    def bare() -> int:
        rows(sql, params)
        return 1

    bench.report(
        name, "/s", result.per_second, target=target, limit=rate(bare), limit_is="the bare query",
        note=f"{len(result.first_body) // 1024} KiB an answer",
    )  # fmt: skip


RECENT = "SELECT * FROM contacts ORDER BY last_active DESC NULLS LAST, id DESC LIMIT 30 OFFSET %s"


def list_first(bench: Bench) -> None:
    _list(bench, "GET list of 30", "/api/contacts", 1000, RECENT, 0)


def list_deep(bench: Bench) -> None:
    _list(bench, "GET list of 30 at start=50,000", "/api/contacts?start=50000", 500, RECENT, 50_000)


def search(bench: Bench) -> None:
    sql = """SELECT * FROM contacts WHERE lower(fields ->> 'email') LIKE 'user5%%'
             ORDER BY last_active DESC NULLS LAST, id DESC LIMIT 30"""
    _list(bench, "GET search email:user5%", "/api/contacts?search=email:user5%25", 500, sql)


def post_one(bench: Bench) -> None:
    def make(_: int) -> bytes:
        number = next(_serial)
        return request(
            "POST", "/api/contacts/new", orjson.dumps({"firstname": "New", "email": f"new{number}@example.org"})
        )

    result = drive(bench.base, make)
    expect(result, 201)

    def bare() -> int:
        for _ in range(50):
            execute("INSERT INTO bench_rows (fields) VALUES (%s)", (orjson.dumps({"n": next(_serial)}).decode(),))
        return 50

    execute("CREATE TABLE IF NOT EXISTS bench_rows (id bigserial PRIMARY KEY, fields jsonb)")
    limit = rate(bare)
    execute("DROP TABLE bench_rows")
    bench.report(
        "POST contact",
        "/s",
        result.per_second,
        target=900,
        limit=limit,
        limit_is="INSERT commits, one connection",
    )


def post_batch(bench: Bench) -> None:
    def make(_: int) -> bytes:
        items = [{"firstname": "New", "email": f"new{next(_serial)}@example.org"} for _ in range(200)]
        return request("POST", "/api/contacts/batch/new", orjson.dumps(items))

    result = drive(bench.base, make, connections=4)
    expect(result, 201)
    bench.report("POST batch of 200", "contacts/s", result.per_second * 200, target=10_000)
    execute("DELETE FROM contacts WHERE lower(fields ->> 'email') LIKE 'new%%@example.org'")


def expect(result, status: int) -> None:
    wrong = {code: count for code, count in result.statuses.items() if code != status}
    if wrong:
        raise SystemExit(f"answers other than {status}: {wrong}; the first body: {result.first_body[:500]!r}")


WORKLOADS = [get_one, list_first, list_deep, search, post_one, post_batch]
