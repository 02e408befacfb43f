"""What delivery needs done regularly: the outbox sent."""

import threading

from honeyguide.engine.delivery.content import content
from honeyguide.engine.delivery.sender import Sender
from honeyguide.engine.jobs.pump import Pump

_own = threading.local()


def send_due() -> int:
    """A slice of sending, with this thread's sender."""
    if not hasattr(_own, "sender"):
        _own.sender = Sender(content())
    return _own.sender.send_due()


def stop_sending() -> None:
    """Closes this thread's sender, if it has one."""
    if hasattr(_own, "sender"):
        _own.sender.close()
        del _own.sender


OUTBOX = Pump("outbox", send_due, every=0.2)
