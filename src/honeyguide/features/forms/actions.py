"""What a form can do when it is sent, as data. Features declare these in their `form_actions.py`.

    CHANGE_TAGS = SubmitAction("lead.changetags", "Change tags", change_tags, on_campaign_forms=True)

An action runs in the transaction that stores the submission. Raising `Invalid`, with messages by the alias of a field,
refuses the submission. An action that calls other servers is told to come after the commit: nothing is locked meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from honeyguide.features.forms.answering import Answer


@dataclass(frozen=True)
class Sent:
    """A stored submission, and the action that is to be done for it."""

    submission_id: int
    form: Any
    fields: list[Any]
    values: Mapping[str, Answer]
    contact_id: int | None
    address: str = ""  # of the network
    referer: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    action_id: int = 0
    action_name: str = ""
    properties: Mapping[str, Any] = field(default_factory=dict)

    def text(self, name: str) -> str:
        value = self.properties.get(name)
        return str(value).strip() if isinstance(value, (str, int, float)) else ""

    def number(self, name: str) -> int:
        """A whole number of 32 bits; 0 for what is none."""
        try:
            value = int(float(self.text(name) or 0))
        except (ValueError, OverflowError):
            return 0
        return value if abs(value) < 2**31 else 0

    def texts(self, name: str) -> list[str]:
        value = self.properties.get(name)
        listed = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
        return [str(one).strip() for one in listed if isinstance(one, (str, int)) and str(one).strip()]

    def ids(self, name: str) -> list[int]:
        return [int(text) for text in self.texts(name) if text.isascii() and text.isdecimal() and len(text) < 19]


@dataclass(frozen=True)
class Reply:
    """What an action adds to the answer that the visitor gets."""

    redirect: str = ""
    message_html: str = ""


@dataclass(frozen=True)
class SubmitAction:
    type: str
    label: str
    perform: Callable[[Sent], Reply | None]
    on_campaign_forms: bool = False
    after_commit: bool = False


@cache
def submit_actions() -> dict[str, SubmitAction]:
    """Every action that some feature declares, by type."""
    from honeyguide.loader import collect

    return {action.type: action for action in collect("form_actions", SubmitAction)}
