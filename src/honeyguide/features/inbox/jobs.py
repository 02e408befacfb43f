"""What returned mail needs done: the mailbox looked into, old notices forgotten."""

from honeyguide.engine.jobs.pump import Pump
from honeyguide.features.inbox.acting import forget_old
from honeyguide.features.inbox.mailbox import look


def tidy() -> int:
    """Forgets notices that nobody needs any more."""
    forget_old()
    return 0


MAILBOX = Pump("mailbox", look, every=15.0)
TIDYING = Pump("old notices", tidy, every=3600.0)
