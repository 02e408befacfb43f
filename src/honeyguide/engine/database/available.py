"""The database of this installation, whichever it is: embedded in the data directory, or yours."""

from collections.abc import Iterator
from contextlib import contextmanager

from honeyguide.engine.database import embedded
from honeyguide.engine.database.problems import explained


@contextmanager
def available(*, wait_seconds: float = 30) -> Iterator[embedded.Running | None]:
    """The database answers inside the block. Gives the embedded server, or None when `DATABASE_URL` names yours.

    Raises SystemExit with a sentence that says what is wrong and what to do.
    """
    from honeyguide import settings

    with explained(settings.DATA_DIR):
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    if settings.DATABASE_URL:
        from honeyguide.engine.database.external import wait_until_available

        wait_until_available(settings.DATABASE_URL, wait_seconds)
        yield None
    else:
        with embedded.start(settings.DATA_DIR) as server:
            yield server
