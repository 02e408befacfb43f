"""Where the answer to a filter lies. Features declare these as data in `segment_filters.py`; the compiler reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from honeyguide.engine.events import EventType
from honeyguide.engine.sql import Clause

if TYPE_CHECKING:
    from honeyguide.engine.segmenting.compiler import Context
    from honeyguide.engine.segmenting.filters import Filter

# Whatever is asked, a new contact has to be asked about, and so has one that swallowed another.
ALWAYS = frozenset({EventType.CONTACT_CREATED, EventType.CONTACT_IMPORTED, EventType.CONTACT_MERGED})


@dataclass(frozen=True, slots=True)
class Value:
    """A SQL expression. `kind`: text, number, boolean, id, multi ("a|b"), time, date or datetime.

    Dates are ISO text, or timestamps when `instant`. A date is asked for in the configured zone, a datetime in UTC.
    """

    sql: str
    kind: str
    instant: bool = False


@dataclass(frozen=True, slots=True)
class Own:
    """A value of the contact's own row."""

    value: Value


@dataclass(frozen=True, slots=True)
class Related:
    """Rows that belong to a contact. `rows` is what follows FROM, with WHERE, joined to `contacts.id`.

    Positive operators ask whether some row passes, negative ones whether none fails; no rows is "empty".
    """

    rows: str
    value: Value


@dataclass(frozen=True, slots=True)
class Joined:
    """As Related, but every row is asked on its own also by negative operators, and no row is one row of nulls."""

    rows: str
    value: Value


@dataclass(frozen=True, slots=True)
class Counted:
    """A number made of a contact's rows; 0 without any. `rows` is a query giving contact_id and number, with `{only}` where
    a restriction on its contact_id goes."""

    rows: str


@dataclass(frozen=True, slots=True)
class Whether:
    """A yes or no: does the contact have such rows?"""

    rows: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition that the feature builds itself."""

    compile: Callable[[Filter, Context], Clause]


@dataclass(frozen=True, slots=True)
class FilterSource:
    """One thing that can be filtered by. `type` and `operators` as the API and the builder know them.

    `events` are those after which the answer for their contact may be another.
    """

    field: str
    label: str
    type: str
    operators: tuple[str, ...]
    reads: Own | Related | Joined | Counted | Whether | Asked
    events: frozenset[int] = frozenset()
    object: str = "lead"


@dataclass(frozen=True)
class FilterSet:
    """What a feature contributes: fixed sources, and those that depend on what people defined."""

    fixed: tuple[FilterSource, ...] = ()
    defined: Callable[[], Iterable[FilterSource]] | None = None
