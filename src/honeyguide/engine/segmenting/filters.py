"""One filter as the API carries it, and the order in which filters combine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

NOT_MERGED = frozenset({"date", "datetime"})  # their values are words that only `=` understands


@dataclass(frozen=True, slots=True)
class Filter:
    """`operator` None means the first that its field allows. `value` is as it was sent."""

    glue: str
    object: str
    field: str
    type: str
    operator: str | None
    value: Any

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Filter:
        """`properties.filter` wins over the older `filter`; a missing object is `lead`."""
        properties = raw.get("properties")
        holder = properties if isinstance(properties, Mapping) and "filter" in properties else raw
        return cls(
            glue="or" if raw.get("glue") == "or" else "and",
            object=str(raw.get("object") or "lead"),
            field=str(raw.get("field") or ""),
            type=str(raw.get("type") or ""),
            operator=str(raw["operator"]) if raw.get("operator") else None,
            value=holder.get("filter"),
        )


def groups(filters: Iterable[Filter]) -> list[list[Filter]]:
    """The filters as OR of ANDs: each `or` starts a new group."""
    result: list[list[Filter]] = []
    for one in _merged(list(filters)):
        if one.glue == "or" or not result:
            result.append([])
        result[-1].append(one)
    return result


def _merged(filters: Sequence[Filter]) -> list[Filter]:
    """Several `or … =` on one field become one with all their values, after all others, where the reference puts it."""
    alike: dict[tuple[str, str], list[Filter]] = {}
    for one in filters[1:]:
        if one.glue == "or" and one.operator == "=" and one.type not in NOT_MERGED and not isinstance(one.value, list):
            alike.setdefault((one.object, one.field), []).append(one)
    several = [same for same in alike.values() if len(same) > 1]
    gone = {id(one) for same in several for one in same}
    kept = [one for one in filters if id(one) not in gone]
    return kept + [replace(same[0], value=[one.value for one in same]) for same in several]
