"""Keeps a channel's sender going in the worker."""

from __future__ import annotations

import threading
from collections.abc import Callable

from honeyguide.engine.channels.channel import Channel
from honeyguide.engine.channels.sending import Sender
from honeyguide.engine.jobs.pump import Pump


def sending(channel: Channel, name: str, *, is_enabled: Callable[[], bool] = lambda: True) -> Pump:
    """A pump that sends what is due while the channel is enabled; each thread that runs it has a sender of its own."""
    own = threading.local()

    def send_due() -> int:
        if not is_enabled():
            return 0
        if not hasattr(own, "sender"):
            own.sender = Sender(channel)
        return own.sender.send_due()

    def stop() -> None:
        if hasattr(own, "sender"):
            own.sender.close()
            del own.sender

    return Pump(name, send_due, every=0.5, close=stop)
