"""Work that never ends: sending the outbox, rebuilding what is out of date, reading the event log."""

from collections.abc import Callable
from dataclasses import dataclass

CONSUMER_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Pump:
    """`run` does a bounded slice of the work that is due and returns how much it did; 0 means nothing is due.

    The worker calls it again at once while there is work, else after `every` seconds, up to four times that when it
    stays idle. It must be safe to run in two processes at once, and to be killed at any moment; a worker runs it in as many
    `threads`. `close`, if there is one, is called in each thread when the worker stops.
    """

    name: str
    run: Callable[[], int]
    every: float
    close: Callable[[], None] | None = None
    threads: int = 1


def all_pumps() -> list[Pump]:
    """Every pump, and every consumer of the event log as a pump, that a room or feature declares in its `jobs.py`.

    Loading these modules also makes every Procrastinate task known.
    """
    from honeyguide.engine.events import Consumer
    from honeyguide.loader import collect

    return [*map(_reading, collect("jobs", Consumer)), *collect("jobs", Pump)]


def _reading(consumer) -> Pump:
    from honeyguide.engine.events import consume

    return Pump(consumer.name, lambda: consume(consumer), CONSUMER_SECONDS)
