"""Questions to the database about itself."""

from honeyguide.engine.sql import one, scalar

# One pass: what server this is and how large our database.
DESCRIPTION = """
    SELECT current_setting('server_version'), current_database(), pg_size_pretty(pg_database_size(current_database()))
"""
LIVING_WORKERS = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 seconds'"


def ping() -> None:
    """Raises a database error when the database does not answer."""
    scalar("SELECT 1")


def describe() -> tuple[str, str, str]:
    """Version, name and size, for people."""
    version, name, size = one(DESCRIPTION) or ("", "", "")
    return version, name, size


def clock() -> float:
    """The database host's Unix time, in seconds."""
    return float(scalar("SELECT extract(epoch FROM clock_timestamp())"))


def living_workers() -> int:
    """How many workers have shown a sign of life in the last half minute."""
    return scalar(LIVING_WORKERS)
