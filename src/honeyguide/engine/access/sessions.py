"""Where sessions are kept: Django's table with the user as a column."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

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


SINCE, ADDRESS, AGENT = "signed_in_at", "signed_in_from", "signed_in_with"  # kept in the session's data
LONGEST_AGENT = 300


@dataclass(frozen=True)
class Place:
    """A browser in which a user is signed in. `id` names it to pages, which must not know its key."""

    id: str
    since: datetime | None
    address: str
    agent: str
    is_current: bool


def places_of(user_id: int, *, current: str | None) -> list[Place]:
    """Where the user is signed in, the latest first."""
    found, store = [], SessionStore()
    for session in store.model.objects.filter(user_id=user_id, expire_date__gt=timezone.now()):
        data = store.decode(session.session_data)
        since = data.get(SINCE)
        found.append(
            Place(
                _name(session.session_key),
                datetime.fromisoformat(since) if since else None,
                data.get(ADDRESS, ""),
                data.get(AGENT, ""),
                session.session_key == current,
            )
        )
    return sorted(
        found, key=lambda place: (place.is_current, place.since.timestamp() if place.since else 0), reverse=True
    )


def end_session(user_id: int, place: str) -> bool:
    """Signs the user out of one place; whether there was such a place."""
    sessions = SessionStore.get_model_class().objects.filter(user_id=user_id)
    keys = [key for key in sessions.values_list("session_key", flat=True) if _name(key) == place]
    return bool(keys) and execute("DELETE FROM sessions WHERE session_key = %s", (keys[0],)) == 1


def _name(session_key: str) -> str:
    return hashlib.sha256(session_key.encode()).hexdigest()[:20]


def end_sessions(user_id: int, *, keep: str | None = None) -> int:
    """Signs the user out everywhere, but for the session with the key `keep`; returns how many sessions ended."""
    return execute("DELETE FROM sessions WHERE user_id = %s AND session_key IS DISTINCT FROM %s", (user_id, keep))
