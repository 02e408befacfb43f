"""A condition as immutable SQL text with its parameters.

Conditions of segments, lists, reports and permissions are all built from these. Values only ever travel as parameters;
identifiers must come from fixed maps of the code that builds the text, never from input.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Clause:
    """`text` with one `%s` per entry of `params`. Combine with `&`, `|` and `~`."""

    text: str
    params: tuple[object, ...] = field(default=())

    def __and__(self, other: Clause) -> Clause:
        if NONE in (self, other):
            return NONE
        if self == ALL or other == ALL:
            return other if self == ALL else self
        return Clause(f"({self.text} AND {other.text})", self.params + other.params)

    def __or__(self, other: Clause) -> Clause:
        if ALL in (self, other):
            return ALL
        if self == NONE or other == NONE:
            return other if self == NONE else self
        return Clause(f"({self.text} OR {other.text})", self.params + other.params)

    def __invert__(self) -> Clause:
        """Not matching, where SQL's unknown counts as not matching, so that `x` and `~x` split every set in two."""
        if self in (ALL, NONE):
            return NONE if self == ALL else ALL
        return Clause(f"({self.text}) IS NOT TRUE", self.params)

    @staticmethod
    def every(clauses: Iterable[Clause]) -> Clause:
        result = ALL
        for clause in clauses:
            result &= clause
        return result

    @staticmethod
    def some(clauses: Iterable[Clause]) -> Clause:
        result = NONE
        for clause in clauses:
            result |= clause
        return result


ALL = Clause("TRUE")
NONE = Clause("FALSE")


def named(text: str, names: Mapping[str, object]) -> Clause:
    """A statement with named parameters, `%(name)s`, as a clause."""
    params: list[object] = []

    def place(found: re.Match) -> str:
        params.append(names[found[1]])
        return "%s"

    return Clause(re.sub(r"%\((\w+)\)s", place, text), tuple(params))
