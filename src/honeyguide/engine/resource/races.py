"""Two writes at the same moment that want the same unique name, or of which one deletes what the other refers to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError

from honeyguide.engine.resource.errors import Refused

T = TypeVar("T")
ATTEMPTS = 8  # of many at the same moment one wins each time


def after_races(write: Callable[[], T]) -> T:
    """Calls `write`, which is a transaction of its own; the loser of a race is called again.

    Then it finds what the winner stored, and does what it would have done a moment later: takes another alias, or says
    which value is in use. Raises `Refused` (422) when it always loses.
    """
    for _ in range(ATTEMPTS):
        try:
            return write()
        except IntegrityError:
            continue
    raise Refused("Somebody else changed the same thing at the same moment. Try again.", code=422)
