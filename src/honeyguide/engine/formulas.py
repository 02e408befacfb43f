"""Keeps spreadsheets from running a cell of an exported file as a formula.

A text that begins like a formula gets a `'` before it; reading a file takes exactly that away again, so that what was
exported comes back as it was.
"""

RISKY = ("=", "+", "-", "@", "\t", "\r")


def guarded(text: str) -> str:
    """The text as it may stand in a CSV or XLSX cell."""
    return f"'{text}" if text.lstrip("'").startswith(RISKY) else text


def unguarded(text: str) -> str:
    """The text that was `guarded`."""
    return text[1:] if text[:1] == "'" and text.lstrip("'").startswith(RISKY) else text
