"""The order of fields. Contact and company fields share one numbering, as in the reference, whose answers show it."""

from __future__ import annotations

from honeyguide.engine.sql import execute, rows

FIRST = 1  # the field before which new ones stand unless told otherwise: by id, as the reference asks for it


def position(wanted: int | None) -> int:
    """The number a field gets: that of the field whose id is `wanted` (its place is taken), else `wanted` itself."""
    found = rows('SELECT "order" FROM fields WHERE id = %s', (wanted or FIRST,))
    return found[0][0] if found else wanted or FIRST


def make_room(field_id: int) -> None:
    """Numbers all fields anew around one that was just put in its place: those with its number come behind it."""
    found = rows('SELECT id, "order" FROM fields ORDER BY "order", id')
    taken = dict(found)[field_id]
    moved = {}
    for count, (number, order) in enumerate(found, 1):
        if number != field_id:
            new = count + 1 if order == taken else count
            if new != order:
                moved[number] = new
    execute(
        'UPDATE fields SET "order" = m.new FROM unnest(%s::bigint[], %s::int[]) m(id, new) WHERE fields.id = m.id',
        (list(moved), list(moved.values())),
    )
