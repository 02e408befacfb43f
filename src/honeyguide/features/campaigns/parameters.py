"""The properties of a step as a form asks for them: declared with the step, drawn by the canvas.

Action("lead.changestage", change, label="Change the stage", parameters=[Parameter("stage", "Stage", of="Stage")])
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from honeyguide.features.fields.definitions import definitions

MAX_CHOICES = 1000

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One property. With `of`, a model's name, it is the id of an item of that; `several` makes a list of it.

    `kind`: text, long (several lines), number, date, switch, choice, list (one entry per line, kept as `{"list": [...]}`), pairs
    ("name: value" per line, kept as `{"list": [{"label", "value"}]}`), step (another step of the campaign) or values (one input
    per choice, kept beside the other properties). A name with a dot is of a property within a property.
    """

    name: str
    label: str
    kind: str = "text"
    of: str = ""
    choices: Choices | Callable[[], Choices] = ()
    several: bool = False
    required: bool = False
    default: Any = None
    help: str = ""

    def shown(self) -> dict[str, Any]:
        """As the canvas reads it, with the choices of today."""
        choices = items_of(self.of) if self.of else self.choices() if callable(self.choices) else self.choices
        return {
            "name": self.name,
            "label": self.label,
            "kind": "choice" if self.of or (self.choices and self.kind == "text") else self.kind,
            "choices": [[str(value), label] for value, label in choices],
            "several": self.several,
            "required": self.required,
            "default": self.default,
            "help": self.help,
        }


def items_of(model: str) -> Choices:
    """Ids and names of what there is, by name."""
    found = apps.get_model("honeyguide", model).objects.order_by("pk")[:MAX_CHOICES]
    named = [(str(one.pk), str(getattr(one, "name", None) or getattr(one, "tag", None) or one)) for one in found]
    return sorted(named, key=lambda pair: pair[1].lower())


def contact_fields() -> Choices:
    return [(alias, definition.label) for alias, definition in definitions("lead").items()]


CHANNELS = (("email", "E-mail"), ("sms", "Text message"), ("notification", "Notification"))
OPERATORS = (
    ("=", "is"), ("!=", "is not"), ("gt", "is more than"), ("gte", "is at least"), ("lt", "is less than"),
    ("lte", "is at most"), ("empty", "is empty"), ("!empty", "is not empty"), ("like", "is like"), ("!like", "is not like"),
    ("startsWith", "begins with"), ("endsWith", "ends with"), ("contains", "contains"), ("date", "is the day"),
)  # fmt: skip
COMPARISONS = (
    ("eq", "is"), ("neq", "is not"), ("gt", "is more than"), ("gte", "is at least"), ("lt", "is less than"),
    ("lte", "is at most"),
)  # fmt: skip
