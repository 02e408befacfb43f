"""What returned mail needs done: the mailbox looked into, old notices forgotten."""

from honeyguide.engine.jobs.app import app
from honeyguide.engine.jobs.pump import Pump
from honeyguide.features.inbox.acting import forget_old
from honeyguide.features.inbox.mailbox import look


@app.periodic(cron="37 3 * * *")
@app.task(queueing_lock="forget_notices")
def forget_notices(timestamp: int) -> None:
    """Every night: notices that nobody needs any more."""
    forget_old()


MAILBOX = Pump("mailbox", look, every=15.0)
