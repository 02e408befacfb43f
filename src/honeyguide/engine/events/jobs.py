"""What the event log needs done regularly."""

from honeyguide.engine.events import partitions
from honeyguide.engine.jobs.app import app


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="events_partitions", pass_context=False)
def ensure_partitions(timestamp: int) -> None:
    """Nightly: partitions for the coming months."""
    partitions.ensure()
