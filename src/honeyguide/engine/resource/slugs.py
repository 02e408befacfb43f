"""Aliases made from names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from anyascii import anyascii


def slug(text: str, separator: str = "-") -> str:
    """Lower-case ASCII letters and digits, spaces as `separator`, the rest dropped: "Žluťoučký кůň" -> zlutoucky-kun."""
    letters = "".join(c if c in " -_" or unicodedata.category(c)[0] in "LMN" else "" for c in text)
    ascii_text = anyascii(unicodedata.normalize("NFC", letters)).lower()
    return re.sub(r"[^a-z0-9_-]", "", re.sub(r"\s", separator, ascii_text.strip()))


def unique(alias: str, taken: Callable[[str], bool], *, max_length: int = 191) -> str:
    """The alias, with the first free number behind it when it is taken."""
    candidate, number = alias[:max_length], 0
    while taken(candidate):
        number += 1
        candidate = f"{alias[: max_length - len(str(number))]}{number}"
    return candidate
