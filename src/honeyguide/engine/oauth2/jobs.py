"""What the authorization server needs done regularly."""

from honeyguide.engine.access import tokens
from honeyguide.engine.jobs.app import app
from honeyguide.engine.oauth2 import exchange


@app.periodic(cron="53 * * * *")
@app.task(queueing_lock="oauth2_expired", pass_context=False)
def forget_expired(timestamp: int) -> None:
    """Hourly: tokens and codes whose time is over."""
    tokens.forget_expired()
    exchange.forget_expired()
