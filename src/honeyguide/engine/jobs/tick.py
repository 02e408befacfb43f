"""All the work that is due now, in this process: for tests, scripts and cron."""

from honeyguide.engine.jobs import runner
from honeyguide.engine.jobs.pump import all_pumps


def tick() -> dict[str, int]:
    """Runs pumps, consumers and jobs until none has anything to do; returns how much each did, by name."""
    counts: dict[str, int] = {}
    while True:
        round_counts = {pump.name: pump.run() for pump in all_pumps()}
        round_counts["jobs"] = runner.run_due()
        if not any(round_counts.values()):
            return counts
        for name, done in round_counts.items():
            if done:
                counts[name] = counts.get(name, 0) + done
