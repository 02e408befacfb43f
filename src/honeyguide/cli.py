"""`honeyguide`: the only entry point. Commands are in `honeyguide.commands`; they import what they need when they run."""

import os
from collections.abc import Iterator

import click

from honeyguide.commands import (
    admin,
    campaigns,
    config,
    doctor,
    emails,
    exchange,
    maintenance,
    privacy,
    reports,
    routes,
    segments,
    serving,
    webhooks,
)


def _to_environment(name: str):
    """A callback that hands an option's value to the settings, which read the environment when they are imported."""

    def set_variable(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
        if value is not None:
            os.environ[name] = str(value)

    return set_variable


def _option(flag: str, variable: str, help_text: str, **attributes) -> click.Option:
    return click.Option(
        [flag], help=f"{help_text} [{variable}]", expose_value=False, callback=_to_environment(variable), **attributes
    )


SETTINGS_OPTIONS = [
    _option("--host", "HONEYGUIDE_HOST", "Address to listen on."),
    _option("--port", "HONEYGUIDE_PORT", "Port to listen on.", type=click.IntRange(1, 65535)),
    _option("--data-dir", "HONEYGUIDE_DATA_DIR", "Directory of the database and files."),
    _option("--database-url", "DATABASE_URL", "A PostgreSQL of your own instead of the embedded one."),
]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="honeyguide")
def main() -> None:
    """Honeyguide, a marketing-automation server."""


COMMANDS = [
    serving.serve,
    serving.web,
    serving.worker,
    serving.tick,
    serving.migrate,
    admin.admin,
    config.config,
    exchange.import_group,
    exchange.export_group,
    segments.segments,
    emails.emails,
    campaigns.campaigns,
    reports.reports,
    webhooks.webhooks,
    doctor.doctor,
    privacy.privacy,
    maintenance.maintenance,
    routes.routes,
]


def _all(command: click.Command) -> Iterator[click.Command]:
    yield command
    for inner in getattr(command, "commands", {}).values():
        yield from _all(inner)


for _command in COMMANDS:
    main.add_command(_command)
for _command in _all(main):  # so that they may stand before and after the command's name
    _command.params.extend(SETTINGS_OPTIONS)

if __name__ == "__main__":
    main()
