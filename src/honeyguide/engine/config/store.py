"""Reads and writes parameter values: environment, else database, else default.

Values are cached per process for a second, so a change takes effect everywhere without a restart and a hot path pays
nothing for asking.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import transaction

from honeyguide.engine.audit import differences, record
from honeyguide.engine.config.models import ConfigurationValue
from honeyguide.engine.config.parameters import PARAMETERS

CACHE_SECONDS = 1.0
_lock = threading.Lock()
_cache: tuple[float, dict[str, Any]] = (0.0, {})
_held: ContextVar[dict[str, Any] | None] = ContextVar("held", default=None)


def _environment(name: str) -> str | None:
    return os.environ.get(f"HONEYGUIDE_CONFIG_{name.upper()}")


def get(name: str) -> Any:
    """The value in force. KeyError for a name that is not declared in `parameters`."""
    parameter = PARAMETERS[name]
    if (given := _environment(name)) is not None:
        return parameter.parse(given)
    return _stored().get(name, parameter.default)


@contextmanager
def held() -> Iterator[None]:
    """Inside the block, and in the tasks of an event loop that it runs, stored values stay as they are: such a task must
    not wait for the database."""
    token = _held.set(_stored())
    try:
        yield
    finally:
        _held.reset(token)


def is_fixed(name: str) -> bool:
    """Whether the environment decides, so that a stored value would have no effect."""
    return _environment(name) is not None


def overrides() -> dict[str, Any]:
    """Every stored value that differs from its default."""
    return dict(_stored())


def set_value(name: str, value: Any) -> Any:
    """Stores a value, given as text or typed; returns it typed. Raises `InvalidValue` or KeyError."""
    parameter = PARAMETERS[name]
    typed = parameter.parse(value)
    with transaction.atomic():
        old = ConfigurationValue.objects.filter(name=name).values_list("value", flat=True).first()
        ConfigurationValue.objects.update_or_create(name=name, defaults={"value": typed})
        _note(name, parameter.default if old is None else old, typed)
    forget()
    return typed


def reset(name: str) -> None:
    """Back to the default."""
    parameter = PARAMETERS[name]
    stored = ConfigurationValue.objects.filter(name=parameter.name)
    with transaction.atomic():
        if old := stored.first():
            _note(name, old.value, parameter.default)
        stored.delete()
    forget()


def _note(name: str, old: Any, new: Any) -> None:
    if changes := differences({name: old}, {name: new}):
        record("config", "config", None, "update", changes)


def forget() -> None:
    """Drops this process's cache."""
    global _cache
    _cache = (0.0, {})


def _stored() -> dict[str, Any]:
    global _cache
    if (values := _held.get()) is not None:
        return values
    read_at, values = _cache
    if time.monotonic() - read_at > CACHE_SECONDS or not read_at:
        with _lock:
            values = dict(ConfigurationValue.objects.values_list("name", "value"))
            _cache = (time.monotonic(), values)
    return values
