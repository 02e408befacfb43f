"""Brings the schema up to date, once, however many processes ask at the same time."""

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from honeyguide.engine.database import MIGRATION_LOCK
from honeyguide.engine.sql import execute


def migrate() -> int:
    """Applies the migrations that are missing; returns how many there were.

    Raises SystemExit when the database was made by a newer Honeyguide.
    """
    if not missing():
        return 0
    execute("SELECT pg_advisory_lock(%s)", (MIGRATION_LOCK,))
    try:
        count = missing()  # another process may have been first
        if count:
            call_command("migrate", verbosity=0, interactive=False)
        return count
    finally:
        execute("SELECT pg_advisory_unlock(%s)", (MIGRATION_LOCK,))


def missing() -> int:
    """How many migrations are still to be applied. Raises SystemExit as `migrate` does."""
    executor = MigrationExecutor(connection)
    known = executor.loader.disk_migrations
    unknown = [
        name for app, name in executor.loader.applied_migrations if app == "honeyguide" and (app, name) not in known
    ]
    if unknown:
        raise SystemExit(
            f"The database was made by a newer Honeyguide (it has {sorted(unknown)[-1]}). Install that version again, or"
            " restore a backup made before the upgrade."
        )
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
