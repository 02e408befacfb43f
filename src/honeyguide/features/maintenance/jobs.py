"""What is cleaned every night, when the configuration says how long it is kept."""

import logging
from datetime import UTC, datetime, timedelta

from django.db import OperationalError

from honeyguide.engine import config
from honeyguide.engine.jobs.app import app
from honeyguide.features.maintenance.services import CRON, KEPT, cleaned

logger = logging.getLogger(__name__)


@app.periodic(cron=CRON)
@app.task(queueing_lock="maintenance", pass_context=False)
def clean_up(timestamp: int) -> None:
    """Nightly: what was kept for as long as the configuration says."""
    for name, part in KEPT.items():
        if not (days := config.get(name)):
            continue
        done = 0
        try:
            for done in cleaned(part, datetime.now(UTC) - timedelta(days=days)):  # noqa: B007 - the last one counts
                pass
        except OperationalError as error:
            logger.warning("Cleaning %s goes on tomorrow: %s", part.label, str(error).splitlines()[0])
        if done:
            logger.info("Cleaned: %d %s.", done, part.label)
