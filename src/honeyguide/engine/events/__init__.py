"""The append-only event log: what happened, to whom, when."""

from honeyguide.engine.events.log import Consumer, New, Read, append, append_many, consume, has_pending, is_held_back
from honeyguide.engine.events.types import EventType

__all__ = ["Consumer", "EventType", "New", "Read", "append", "append_many", "consume", "has_pending", "is_held_back"]
