"""Makes the files that were asked for."""

from honeyguide.engine.jobs.pump import Pump
from honeyguide.features.exports import services


def run_due() -> int:
    """Makes the file of the oldest waiting export; returns 1, or 0 when none waits."""
    return int(services.make_next())


PUMP = Pump("exports", run_due, every=2.0)
