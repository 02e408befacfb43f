"""Generated contacts: plausible, the same on every run."""

from __future__ import annotations

import random

import orjson

from honeyguide.engine.sql import copy_rows, execute, rows, scalar

FIRST = ("Ada", "Bo", "Cy", "Dora", "Emil", "Fay", "Gus", "Hana", "Ivo",
         "Jana", "Karl", "Lea", "Max", "Nora", "Otto", "Pia")  # fmt: skip
LAST = ("Adams", "Baker", "Clark", "Davis", "Evans", "Frank", "Green", "Hills",
        "Irwin", "Jones", "King", "Lopez", "Moore")  # fmt: skip
PLACES = (
    ("Prague", "Czech Republic"), ("Boston", "United States"), ("Berlin", "Germany"), ("Lagos", "Nigeria"), ("Lima", "Peru"),
    ("Oslo", "Norway"), ("Pune", "India"), ("Quito", "Ecuador"), ("Rome", "Italy"), ("Seoul", "South Korea"),
)  # fmt: skip


def fields_of(number: int, chance: random.Random) -> dict[str, object]:
    city, country = chance.choice(PLACES)
    return {
        "firstname": FIRST[number % len(FIRST)],
        "lastname": LAST[number // 7 % len(LAST)],
        "email": f"user{number}@example.com",
        "city": city,
        "country": country,
        "company": f"Company {number % 5000}",
        "phone": f"+1 555 {number:07d}",
        "attribution": chance.randrange(1000),
    }


def fill(contacts: int) -> None:
    """Makes the table hold that many contacts."""
    present = scalar("SELECT count(*) FROM contacts")
    chance = random.Random(present)
    columns = ("fields", "points", "is_published", "date_added", "date_identified", "last_active")

    def records():
        for number in range(present, contacts):
            when = f"2026-{1 + number % 10:02d}-{1 + number % 28:02d} {number % 24:02d}:00:00+00"
            yield orjson.dumps(fields_of(number, chance)).decode(), chance.randrange(500), True, when, when, when

    if present < contacts:
        copy_rows("contacts", columns, records())
    execute("VACUUM ANALYZE contacts")


def some_contacts(count: int = 1000) -> list[int]:
    """Ids of contacts from everywhere in the table; ids have gaps where workloads took away what they had made."""
    return [row[0] for row in rows("SELECT id FROM contacts ORDER BY hashint8(id) LIMIT %s", (count,))]
