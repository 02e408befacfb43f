"""Regular expressions as MySQL reads them, for PostgreSQL."""

import re

from django.db import DatabaseError, transaction

from honeyguide.engine.segmenting.errors import InvalidFilter
from honeyguide.engine.sql import scalar

MAX_LENGTH = 1000
# PostgreSQL spells word boundaries and the very end differently; \\. keeps escaped characters whole while we look.
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
SPELLED = {"b": r"\y", "B": r"\Y", "z": r"\Z"}


def translate(pattern: str) -> str:
    """The pattern for `~*`. Doubled backslashes are one, as the reference stores them. InvalidFilter when it is none."""
    pattern = pattern.replace("\\\\", "\\")
    if "\x00" in pattern or len(pattern) > MAX_LENGTH or pattern.startswith("***"):
        raise InvalidFilter(_message(pattern))
    translated = ESCAPE.sub(lambda found: SPELLED.get(found[1], found[0]), pattern)
    try:
        with transaction.atomic():
            scalar("SELECT '' ~* %s::text", (translated,))
    except DatabaseError:
        raise InvalidFilter(_message(pattern)) from None
    return translated


def _message(pattern: str) -> str:
    return f'"{pattern[:100]}" is not a valid regular expression.'
