"""What the reading of a file needs to know of an import. Knows no Django: a process of its own reads with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file at `index`. `place` is lead, company or special; special columns have no type."""

    index: int
    target: str
    place: str
    label: str
    type: str = ""
    char_length_limit: int | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Layout:
    """`identifiers` are the fields that tell one record of the object from another; who has a value in one of `naming` is no
    anonymous visitor."""

    object: str
    width: int
    columns: tuple[Column, ...]
    identifiers: tuple[str, ...] = ()
    naming: frozenset[str] = frozenset()
