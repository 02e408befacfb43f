"""`routes`: every address the product answers."""

from collections.abc import Iterator
from functools import partial
from inspect import unwrap

import click

from honeyguide.commands.product import product


@click.command()
@click.argument("containing", default="")
def routes(containing: str) -> None:
    """List every URL pattern with its view (those that contain the given text)."""
    with product():
        from django.urls import get_resolver

        for pattern, view in _walk(get_resolver().url_patterns, "/"):
            if containing in pattern:
                click.echo(f"{pattern:60} {view}")


def _walk(patterns: list, prefix: str) -> Iterator[tuple[str, str]]:
    for entry in patterns:
        path = prefix + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            yield from _walk(entry.url_patterns, path)
        else:
            view = unwrap(entry.callback)
            while isinstance(view, partial):
                view = view.func
            yield path, f"{view.__module__}.{getattr(view, '__qualname__', type(view).__name__)}"
