"""The statements of exports. A named cursor reads them a batch at a time, so that memory stays constant."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from honeyguide.engine.sql import Clause

MOMENT = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')"


@dataclass(frozen=True)
class Source:
    """Where an object's rows come from. `columns` maps the name of a column to its SQL; fields are added to them."""

    object: str
    table: str
    columns: dict[str, str]


SOURCES = {
    "lead": Source(
        "lead",
        "contacts",
        {
            "id": "contacts.id",
            "owner": "(SELECT username FROM users WHERE users.id = contacts.owner_id)",
            "stage": "(SELECT name FROM stages WHERE stages.id = contacts.stage_id)",
            "tags": """(SELECT string_agg(tag, '|' ORDER BY tag) FROM tags JOIN contact_tags ON contact_tags.tag_id = tags.id
                        WHERE contact_tags.contact_id = contacts.id)""",
            "date_added": MOMENT.format("contacts.date_added"),
            "date_modified": MOMENT.format("contacts.date_modified"),
            "date_identified": MOMENT.format("contacts.date_identified"),
            "points": "contacts.points",
            "last_active": MOMENT.format("contacts.last_active"),
        },
    ),
    "company": Source(
        "company",
        "companies",
        {
            "id": "companies.id",
            "owner": "(SELECT username FROM users WHERE users.id = companies.owner_id)",
            "score": "companies.score",
            "date_added": MOMENT.format("companies.date_added"),
            "date_modified": MOMENT.format("companies.date_modified"),
        },
    ),
}


def read(source: Source, columns: list[str], condition: Clause, *, batch: int) -> Iterator[tuple]:
    """(fields as JSON text, then `columns`) of each row that meets the condition, in the order of ids.

    Holds a transaction open while it is iterated, so that all rows are of one moment.
    """
    chosen = "".join(f", {source.columns[name]}" for name in columns)
    table = source.table
    statement = f"SELECT {table}.fields::text{chosen} FROM {table} WHERE {condition.text} ORDER BY {table}.id"
    with transaction.atomic(), connection.connection.cursor(name="export") as cursor:
        cursor.itersize = batch
        cursor.execute(statement, condition.params)
        yield from cursor
