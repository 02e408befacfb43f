"""Calls of campaigns as a channel: queued with the step, made by the worker."""

from __future__ import annotations

from honeyguide.engine.channels.channel import Channel
from honeyguide.engine.events import EventType
from honeyguide.features.webhooks.calls import call, note_answers, prepare

CALLS = Channel(
    name="webhook",
    prepare=prepare,
    provider=lambda: call,
    connections=lambda: 20,
    sent=EventType.CALL_MADE,
    failed=EventType.CALL_FAILED,
    told=note_answers,
)
