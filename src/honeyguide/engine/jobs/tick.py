"""All the work that is due now, in this process: for tests, scripts and cron."""

import time

from honeyguide.engine.events import is_held_back
from honeyguide.engine.jobs import runner
from honeyguide.engine.jobs.pump import all_pumps
from honeyguide.engine.observation import traces

HELD_BACK_SECONDS = 2.0


def tick() -> dict[str, int]:
    """Runs pumps, consumers and jobs until none has anything to do; returns how much each did, by name.

    Events that consumers may not read yet because another transaction still runs are waited for, up to two seconds.
    """
    traces.begin("tick")
    counts: dict[str, int] = {}
    patience = time.monotonic() + HELD_BACK_SECONDS
    while True:
        round_counts = {pump.name: pump.run() for pump in all_pumps()}
        round_counts["jobs"] = runner.run_due()
        for name, done in round_counts.items():
            if done:
                counts[name] = counts.get(name, 0) + done
        if any(round_counts.values()):
            patience = time.monotonic() + HELD_BACK_SECONDS
        elif is_held_back() and time.monotonic() < patience:
            time.sleep(0.05)
        else:
            return counts
