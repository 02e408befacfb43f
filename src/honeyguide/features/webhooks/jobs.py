"""What webhooks need done: events put into their queues, the queues emptied, calls of campaigns made."""

import threading

from honeyguide.engine.channels.pumping import sending
from honeyguide.engine.events import Consumer
from honeyguide.engine.jobs.pump import Pump
from honeyguide.features.webhooks.channel import CALLS
from honeyguide.features.webhooks.delivering import Deliverer
from honeyguide.features.webhooks.payloads import events_of
from honeyguide.features.webhooks.services import subscribers, tell

_own = threading.local()


def deliver_due() -> int:
    """A slice of delivering, with this thread's deliverer."""
    if not hasattr(_own, "deliverer"):
        _own.deliverer = Deliverer()
    return _own.deliverer.deliver_due()


def stop_delivering() -> None:
    """Closes this thread's deliverer, if it has one."""
    if hasattr(_own, "deliverer"):
        _own.deliverer.close()
        del _own.deliverer


TELLING = Consumer("webhooks", tell, lambda: events_of(subscribers()), batch=1000)
DELIVERY = Pump("webhook calls", deliver_due, every=0.2, close=stop_delivering)
CALLING = sending(CALLS, "calls of campaigns")
