"""How a declaration says what its calls take and answer, for documents, and for pages that let people try them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Given:
    """A parameter of a call. `place` is path, query or body; `kind` as in `Field`, or `ids` for several numbers.

    `example` is a true one: a call with the examples of all that is required works where the items it names exist.
    """

    name: str
    text: str
    place: str = "body"
    kind: str = "text"
    required: bool = False
    choices: Sequence[Any] = ()
    example: Any = None


def schema_name(resource_name: str) -> str:
    """The name of a resource's items among the schemas: `points/groups` -> `PointsGroups`."""
    return "".join(part.title() for part in re.split(r"[^a-z0-9]+", resource_name.lower()) if part)


def item_of(resource_name: str) -> Schema:
    """An item of the resource, as it is shown."""
    return {"$ref": f"#/components/schemas/{schema_name(resource_name)}"}


def having(**properties: Schema) -> Schema:
    """An object that always has these properties."""
    return {"type": "object", "properties": properties, "required": list(properties)}


TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer"}
YES_NO: Schema = {"type": "boolean"}
OBJECT: Schema = {"type": "object"}
LIST: Schema = {"type": "array", "items": {}}
KEYED: Schema = {"oneOf": [OBJECT, LIST]}  # an object by id, or an empty list
TOTAL: Schema = {"type": ["integer", "string"]}
DONE = having(success={"type": ["integer", "boolean"]})

PAGING = (
    Given(name="search", text="Words that are looked for.", place="query"),
    Given(name="start", text="How many to skip.", place="query", kind="integer", example=0),
    Given(name="limit", text="How many to answer.", place="query", kind="integer", example=10),
    Given(name="orderBy", text="The property to sort by.", place="query"),
    Given(name="orderByDir", text="The direction.", place="query", choices=("ASC", "DESC")),
)
