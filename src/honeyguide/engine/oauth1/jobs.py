"""What OAuth 1.0a needs done regularly."""

from honeyguide.engine.jobs.app import app
from honeyguide.engine.oauth1.validator import forget_old


@app.periodic(cron="*/20 * * * *")
@app.task(queueing_lock="oauth1_forget", pass_context=False)
def forget_old_calls(timestamp: int) -> None:
    """Every 20 minutes: calls too old to be made again, and requests that nobody approved."""
    forget_old()
