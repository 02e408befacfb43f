"""What is wrong with a filter."""

INVALID = "This value is not valid."


class InvalidFilter(ValueError):
    """A filter that cannot be answered. `key` is the part of the filter that is wrong: `operator`, `filter` or `filters`."""

    def __init__(self, message: str = INVALID, key: str = "filter"):
        self.key = key
        self.message = message
        super().__init__(message)
