"""Calls to other systems, all through one guarded client: webhooks, remote files, and whatever else people give addresses for."""

from honeyguide.engine.outbound.client import Answer, Client, Unreachable

__all__ = ["Answer", "Client", "Unreachable"]
