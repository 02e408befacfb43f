"""Where sessions are kept: Django's table with the user as a column."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from honeyguide.engine.sql import execute


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> Any:
        from honeyguide.engine.access.models import Session  # models are loaded after settings

        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        session = super().create_model_instance(data)
        session.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        return session


def end_sessions(user_id: int, *, keep: str | None = None) -> int:
    """Signs the user out everywhere, but for the session with the key `keep`; returns how many sessions ended."""
    return execute("DELETE FROM sessions WHERE user_id = %s AND session_key IS DISTINCT FROM %s", (user_id, keep))
