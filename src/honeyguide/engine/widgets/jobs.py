"""Keeps the roll-ups up to date."""

from __future__ import annotations

from honeyguide.engine.jobs.pump import Pump
from honeyguide.engine.widgets import rollups
from honeyguide.engine.widgets.source import Source
from honeyguide.loader import collect


def keep_all() -> int:
    """Counts what came since the last full hour, for every source that has a name."""
    return sum(rollups.keep(source) for source in collect("widgets", Source) if source.name)


ROLL_UPS = Pump("roll-ups", keep_all, every=60.0)
