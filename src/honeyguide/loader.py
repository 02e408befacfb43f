"""Finds what features contribute, so that adding a file is the only edit.

A feature is a package (`features/contacts/`) or a single file (`features/tags.py`). `load_all("resource")` imports
`features/*/resource.py` in name order, and single-file features whatever the part asked for.
"""

import importlib
import importlib.util
import pkgutil
from types import ModuleType
from typing import TypeVar

import honeyguide.engine
import honeyguide.features

T = TypeVar("T")


def load_all(part: str) -> list[ModuleType]:
    """Imports and returns the modules named `part` of every engine room and feature, in name order."""
    found = []
    for room in (honeyguide.engine, honeyguide.features):
        for info in sorted(pkgutil.iter_modules(room.__path__), key=lambda i: i.name):
            name = f"{room.__name__}.{info.name}"
            if not info.ispkg:
                found.append(importlib.import_module(name))
            elif importlib.util.find_spec(f"{name}.{part}"):
                found.append(importlib.import_module(f"{name}.{part}"))
    return found


def collect(part: str, kind: type[T]) -> list[T]:
    """Every module-level value of type `kind` that the modules named `part` declare, in the order of declaration."""
    found: list[T] = []
    for module in load_all(part):
        for value in vars(module).values():
            if isinstance(value, kind) and not any(value is seen for seen in found):
                found.append(value)
    return found
