"""What a campaign can do, ask and wait for, as data. Features declare these in their `campaign_steps.py`.

    ADD_POINTS = Action("lead.changepoints", add_points)

An action does one thing to many contacts at once, a condition is a SQL condition about them, a decision finds in the event
log who did what it waits for. People know a kind by its `label` and fill in its `parameters`; `after` are the kinds that it
must follow directly, if any.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from honeyguide.engine.events import EventType, Read
from honeyguide.engine.sql import Clause
from honeyguide.features.campaigns.parameters import Parameter


@dataclass(frozen=True, slots=True)
class Timing:
    """When a step is due after the one before it (engine campaigns.md 5). `unit`: i minutes, h, d, m months, y."""

    mode: str | None = None  # immediate | interval | date
    interval: int = 0
    unit: str | None = None
    date: datetime | None = None
    hour: time | None = None
    start: time | None = None
    stop: time | None = None
    days: tuple[int, ...] = ()  # of the week, 0 is Sunday; none means all


@dataclass(frozen=True, slots=True)
class Step:
    """An event of a campaign, as the engine needs it. `kind`: action, condition or decision; `path`: yes, no or None."""

    id: int
    campaign_id: int
    campaign_name: str
    name: str
    type: str
    kind: str
    properties: Mapping[str, Any]
    parent_id: int | None
    path: str | None
    timing: Timing = field(default_factory=Timing)

    def ids(self, *names: str) -> list[int]:
        """The ids that properties hold, as one or as a list; what is none is left out."""
        found = []
        for name in names:
            listed = self.properties.get(name)
            listed = listed.values() if isinstance(listed, dict) else listed if isinstance(listed, list) else [listed]
            texts = (str(entry) for entry in listed)
            found += [int(text) for text in texts if text.isdecimal() and len(text) < 19]
        return found

    def id_of(self, name: str) -> int:
        """The one id of a property; 0 for none."""
        return next(iter(self.ids(name)), 0)

    def texts(self, name: str) -> list[str]:
        listed = self.properties.get(name)
        if isinstance(listed, dict):
            listed = listed.get("list", list(listed.values()))
        entries = listed if isinstance(listed, list) else [listed]
        return [str(entry).strip() for entry in entries if isinstance(entry, (str, int, float)) and str(entry).strip()]

    def text(self, name: str) -> str:
        return next(iter(self.texts(name)), "")

    def number(self, name: str) -> int:
        """A whole number; 0 for what is none."""
        try:
            value = int(float(self.text(name) or 0))
        except (ValueError, OverflowError):
            return 0
        return value if abs(value) < 2**31 else 0


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a step did nothing for a contact. With `retry` it is tried again later; else the contact goes on all the same."""

    reason: str
    retry: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """Contacts that a step is due for, with their rotations, in the same order."""

    step: Step
    contact_ids: Sequence[int]
    rotations: Sequence[int]

    def all_with(self, reason: str) -> dict[int, Problem]:
        """The same problem for everybody."""
        return dict.fromkeys(self.contact_ids, Problem(reason))

    def by_rotation(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for contact_id, rotation in zip(self.contact_ids, self.rotations, strict=True):
            found.setdefault(rotation, []).append(contact_id)
        return found


@dataclass(frozen=True, slots=True)
class Action:
    """`perform` does it to the batch in the current transaction and tells whom it failed for. An exception is looked into
    contact by contact, so that one bad contact holds up nobody.

    For rehearsals, `hinders` is a SQL text, null for most, of why it would do nothing for a contact of `contacts`, and `ends`
    tells whether contacts do not go on after it.
    """

    type: str
    perform: Callable[[Batch], Mapping[int, Problem] | None]
    hinders: Callable[[Step], Clause] | None = None
    ends: Callable[[Step], bool] = lambda step: False
    label: str = ""
    parameters: Sequence[Parameter] = ()
    after: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Lookup:
    """What must be found out elsewhere before a condition can be asked. `find` does so for some contacts, outside of any
    transaction and within seconds; `known` is the SQL condition of who can be asked then, and `unknown` why others cannot."""

    find: Callable[[Sequence[int]], None]
    known: str
    unknown: str


@dataclass(frozen=True, slots=True)
class Condition:
    """`matches` is a SQL condition over `contacts`; `seen` a SQL text of the value it looked at, for the audit."""

    type: str
    matches: Callable[[Step], Clause]
    seen: Callable[[Step], Clause] | None = None
    lookup: Lookup | None = None
    label: str = ""
    parameters: Sequence[Parameter] = ()
    after: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """`met` tells which contacts did, in these events, what the step waits for, after which parent step; with the time."""

    type: str
    events: frozenset[EventType]
    met: Callable[[Step, Step | None, Sequence[Read]], Mapping[int, datetime]]
    label: str = ""
    parameters: Sequence[Parameter] = ()
    after: frozenset[str] = frozenset()
