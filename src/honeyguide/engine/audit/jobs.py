"""What the audit log needs done regularly."""

from datetime import UTC, datetime, timedelta

from honeyguide.engine import config
from honeyguide.engine.audit import log
from honeyguide.engine.jobs.app import app


@app.periodic(cron="29 3 * * *")
@app.task(queueing_lock="audit_log", pass_context=False)
def forget_old_entries(timestamp: int) -> None:
    """Nightly: entries whose time is over, if it ever is."""
    if days := config.get("audit_log_keep_days"):
        before = datetime.now(UTC) - timedelta(days=days)
        while log.forget_before(before):
            pass
