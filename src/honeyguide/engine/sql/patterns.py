"""Patterns of LIKE, made from what people write."""


def literal(text: str) -> str:
    """The text as LIKE takes it literally."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def wildcards(text: str) -> str:
    """`*` stands for anything, `?` for one character."""
    return literal(text).replace("*", "%").replace("?", "_")
