"""Pages far into a list of contacts.

A page that starts late must skip what comes before it. Skipping reads only the order's index, never the contacts, and in the
default order where a page begins is remembered as the key of the contact before it, as long as totals are: whoever walks
through a list, or asks for one page again and again, skips nothing.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime

from honeyguide.engine import config
from honeyguide.engine.sql import Clause, rows
from honeyguide.features.contacts import rows as contact_rows
from honeyguide.features.contacts.rows import Row
from honeyguide.features.contacts.search import DEFAULT_ORDER

FAR = 200  # from here on skipping costs more than a second statement
MAX_REMEMBERED = 1000
Key = tuple[datetime | None, int]  # of a contact in the default order
_begins_after: dict[tuple[str, str, int], tuple[float, Key]] = {}

SKIP = "SELECT last_active, id FROM contacts WHERE {where} ORDER BY {order} LIMIT %s OFFSET %s"
# One pass each: what follows a key, in the two halves of the default order: with a time, and without.
FOLLOWING = """
    SELECT last_active, id FROM contacts
    WHERE {where} AND last_active <= %s AND (last_active < %s OR id > %s) ORDER BY last_active DESC NULLS LAST, id LIMIT %s
"""
FOLLOWING_WITHOUT = (
    "SELECT last_active, id FROM contacts WHERE {where} AND last_active IS NULL AND id > %s ORDER BY id LIMIT %s"
)


def page(where: Clause, order: str, start: int, limit: int | None) -> list[Row]:
    """The contacts from `start`, `limit` at most (None = all). `order` are SQL terms from code."""
    if start < FAR or limit is None:
        return contact_rows.page(where.text, where.params, order, start, limit)
    if order != DEFAULT_ORDER:
        keys = rows(SKIP.format(where=where.text, order=order), (*where.params, limit, start))
    elif remembered := _remembered(where, start):
        keys = _following(where, remembered, limit)
    else:
        before, *keys = rows(SKIP.format(where=where.text, order=order), (*where.params, limit + 1, start - 1)) or [
            None
        ]
        if before:
            _remember(where, start, before)
    if keys and order == DEFAULT_ORDER:
        _remember(where, start + len(keys), keys[-1])
    found = contact_rows.read([key[1] for key in keys])
    return [found[key[1]] for key in keys if key[1] in found]


def _following(where: Clause, after: Key, limit: int) -> Sequence[Key]:
    moment, number = after
    found: list[Key] = []
    if moment is not None:
        found = rows(FOLLOWING.format(where=where.text), (*where.params, moment, moment, number, limit))
        number = 0
    if len(found) < limit:
        found += rows(FOLLOWING_WITHOUT.format(where=where.text), (*where.params, number, limit - len(found)))
    return found


def _remembered(where: Clause, start: int) -> Key | None:
    noted_at, key = _begins_after.get(_name(where, start), (0.0, (None, 0)))
    return key if time.monotonic() - noted_at < config.get("contact_api_count_cache_ttl") else None


def _remember(where: Clause, start: int, before: Key) -> None:
    if len(_begins_after) >= MAX_REMEMBERED:
        _begins_after.clear()
    _begins_after[_name(where, start)] = time.monotonic(), before


def _name(where: Clause, start: int) -> tuple[str, str, int]:
    return where.text, repr(where.params), start


def forget() -> None:
    """Drops what this process remembers (tests, another database)."""
    _begins_after.clear()
