"""What the API needs done regularly."""

from honeyguide.engine.api import idempotency
from honeyguide.engine.jobs.app import app


@app.periodic(cron="43 * * * *")
@app.task(queueing_lock="api_idempotency_keys", pass_context=False)
def forget_idempotency_keys(timestamp: int) -> None:
    """Hourly: stored answers whose time is over."""
    idempotency.forget_old()
