"""The product, ready to be used by a command."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from honeyguide.engine.database.embedded import Running


@contextmanager
def product(*, migrated: bool = True, wait_seconds: float = 30) -> Iterator[Running | None]:
    """Inside the block the database answers, its schema is up to date and Django is set up.

    Gives the embedded server, or None when `DATABASE_URL` names another. What stands in the way ends the process with
    one sentence and exit code 1.
    """
    load_settings()
    from honeyguide.engine.database.available import available

    with available(wait_seconds=wait_seconds) as server:
        import django

        django.setup()
        check_configuration()
        if migrated:
            bring_up_to_date()
        yield server


def check_configuration() -> None:
    """Ends the process when the environment gives a parameter what it cannot be; tells of names that are none."""
    from honeyguide.engine.config import PARAMETERS, InvalidValue

    for variable, value in os.environ.items():
        name = variable.removeprefix("HONEYGUIDE_CONFIG_").lower()
        if name == variable.lower():
            continue
        if name not in PARAMETERS:
            say(f"{variable} has no effect: there is no parameter {name}.")
            continue
        try:
            PARAMETERS[name].parse(value)
        except InvalidValue as error:
            raise SystemExit(f"{variable}: {error}") from None


def bring_up_to_date() -> int:
    """Applies missing migrations, and adopts a log that was restored from another server. Returns how many migrations."""
    from honeyguide.engine.database.migrate import migrate
    from honeyguide.engine.events.restored import adopt

    count = migrate()
    if adopt():
        say("The event log comes from another server; its readers go on where they were.")
    return count


def load_settings() -> None:
    """Imports the settings, which reads the environment and touches the data directory."""
    from honeyguide.engine.database.problems import explained

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "honeyguide.settings")
    with explained(Path(os.environ.get("HONEYGUIDE_DATA_DIR") or Path.home() / ".local/share/honeyguide")):
        import honeyguide.settings  # noqa: F401


def say(text: str) -> None:
    """A line for people, kept apart from what may be piped."""
    click.echo(text, file=sys.stderr)
