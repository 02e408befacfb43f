"""What can go wrong with a request to change or read something, in words that API and pages both show."""

from __future__ import annotations


class Invalid(Exception):
    """Input that breaks rules. `errors` maps a field (wire name) to its messages; nothing was changed.

    `code` is 400, or 422 where the contract says so. `partial` holds the values that were understood, by attribute: batch
    answers show an item as it would have become.
    """

    def __init__(self, errors: dict[str, list[str] | str], code: int = 400, partial: dict[str, object] | None = None):
        self.partial = partial
        self.errors = {name: [text] if isinstance(text, str) else list(text) for name, text in errors.items()}
        self.code = code
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """`field: text, field: text`; the contract joins all messages of a field with the same separator."""
        return ", ".join(f"{name}: {', '.join(texts)}" for name, texts in self.errors.items())


class Refused(Exception):
    """A request that cannot be done as asked, with the contract's message and HTTP status."""

    code = 400

    def __init__(self, message: str = "This is a bad request.", code: int | None = None, details: object = None):
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.details = details if details is not None else []


class NotFound(Refused):
    code = 404

    def __init__(self, message: str = "Item was not found."):
        super().__init__(message)


class Denied(Refused):
    code = 403

    def __init__(self, message: str = "You do not have access to the requested area/action."):
        super().__init__(message)
