"""`config`: the parameters that an administrator changes while the product runs."""

from typing import Any

import click

from honeyguide.commands.product import product


@click.group()
def config() -> None:
    """Configuration parameters."""


@config.command("list")
@click.option("--changed", is_flag=True, help="Only those that differ from their defaults.")
def show_all(changed: bool) -> None:
    """Show every parameter with its value and meaning."""
    with product():
        from rich.console import Console
        from rich.table import Table

        from honeyguide.engine.config import PARAMETERS, get

        shown = [p for p in PARAMETERS.values() if not changed or get(p.name) != p.default]
        console = Console()
        if not console.is_terminal:  # for other programs: whole, and one line each
            for parameter in shown:
                click.echo(f"{parameter.name}\t{_text(get(parameter.name))}\t{parameter.help}")
            return
        table = Table("parameter", "value", "meaning", box=None)
        for parameter in shown:
            table.add_row(parameter.name, _text(get(parameter.name)), parameter.help)
        console.print(table, markup=False)


@config.command()
@click.argument("name")
def get(name: str) -> None:
    """Show the value of a parameter."""
    with product():
        from honeyguide.engine import config as parameters

        _check(name)
        click.echo(_text(parameters.get(name)))


@config.command("set")
@click.argument("name")
@click.argument("value")
def set_(name: str, value: str) -> None:
    """Change a parameter. Lists are given like a,b,c or as JSON."""
    with product():
        from honeyguide.engine import config as parameters

        _check(name)
        try:
            click.echo(_text(parameters.set_value(name, value)))
        except parameters.InvalidValue as error:
            raise click.ClickException(str(error)) from None
        if _text(parameters.get(name)) != _text(parameters.PARAMETERS[name].parse(value)):
            click.echo(f"HONEYGUIDE_CONFIG_{name.upper()} in the environment is stronger than this.", err=True)


def _check(name: str) -> None:
    """Ends the command when there is no such parameter, and names the nearest."""
    from difflib import get_close_matches

    from honeyguide.engine.config import PARAMETERS

    if name not in PARAMETERS:
        near = get_close_matches(name, PARAMETERS, n=1)
        hint = f" Did you mean {near[0]}?" if near else " `honeyguide config list` shows all."
        raise click.ClickException(f"There is no parameter {name}.{hint}")


def _text(value: Any) -> str:
    import orjson

    return value if isinstance(value, str) else orjson.dumps(value).decode()
