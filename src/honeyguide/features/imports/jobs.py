"""Runs queued imports, and those whose worker died."""

from honeyguide.engine.jobs.pump import Pump
from honeyguide.features.imports import services

SLICE_SECONDS = 5.0  # then the worker looks whether it should stop


def run_due() -> int:
    """Works on the next import that is due; returns how many rows that moved (at least 1 when there was one)."""
    import_id = services.next_due()
    if import_id is None:
        return 0
    try:
        services.run(import_id, seconds=SLICE_SECONDS)
    except services.Busy:
        return 0
    return 1


PUMP = Pump("imports", run_due, every=2.0)
