"""What changes to fields leave for the background."""

from honeyguide.engine.jobs.app import app
from honeyguide.engine.sql import execute
from honeyguide.features.fields.indexes import TABLES, create_index, drop_index, is_broken
from honeyguide.features.fields.services import field_exists

BATCH = 5_000  # contacts in one transaction

# One pass over the next slice that still holds the value.
FORGET = """
    UPDATE {table} SET fields = fields - %(alias)s
    WHERE id IN (SELECT id FROM {table} WHERE fields ? %(alias)s ORDER BY id LIMIT %(batch)s FOR UPDATE)
"""


@app.task(name="fields.build_index", lock="fields.build_index")
def build_index(object_: str, alias: str) -> None:
    """Builds a field's index while contacts go on being written. May run twice."""
    if is_broken(object_, alias):
        drop_index(object_, alias)
    if field_exists(object_, alias):
        create_index(object_, alias, concurrently=True)


@app.task(name="fields.forget_values")
def forget_values(object_: str, alias: str) -> None:
    """Removes the values of a deleted field in batches. May run twice; a new field of that alias ends it."""
    statement = FORGET.format(table=TABLES[object_])
    while not field_exists(object_, alias) and execute(statement, {"alias": alias, "batch": BATCH}):
        pass
