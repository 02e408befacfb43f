"""The log's monthly partitions, made ahead of time."""

from honeyguide.engine.sql import scalar

# One pass: the partitions of this month and the `ahead` next ones; true for each that was missing.
ENSURE = """
    SELECT count(*) FILTER (WHERE create_events_partition((now() + n * interval '1 month')::date))
    FROM generate_series(0, %(ahead)s) AS n
"""


def ensure(*, ahead: int = 2) -> int:
    """Makes the partitions of this month and of the `ahead` months to come; returns how many were missing."""
    return scalar(ENSURE, {"ahead": ahead})
