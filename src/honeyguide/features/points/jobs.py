"""Keeps points and what they trigger going."""

from honeyguide.engine.events import Consumer
from honeyguide.engine.jobs.pump import Pump
from honeyguide.features.points import earning, triggering

ACTIONS = Consumer("point_actions", earning.reward, earning.wanted, batch=2_000)
TRIGGERS = Consumer("point_triggers", triggering.pull, triggering.wanted, batch=5_000)
EXISTING = Pump("point triggers", triggering.look_at_existing, every=2.0)
