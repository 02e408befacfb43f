"""From the parameters of a write to values of the model (contract conventions 2, POST / PUT / PATCH).

POST fills unsent fields with their defaults, PUT resets them, PATCH leaves them. All errors are found before any is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from honeyguide.engine.resource.errors import Invalid, Refused
from honeyguide.engine.resource.fields import Field
from honeyguide.engine.resource.references import KEEP

if TYPE_CHECKING:
    from honeyguide.engine.resource.resource import Resource

PUBLISHING = {"is_published", "publish_up", "publish_down"}


def bind(resource: Resource, params: Any, call: Any, *, method: str, item: Any | None) -> dict[str, Any]:
    """Attribute -> value for what is to be written. `item` is None for a new one. Raises `Invalid`."""
    if not isinstance(params, dict):
        params = {}
    errors: dict[str, list[str]] = {}
    values: dict[str, Any] = {}
    missing: list[str] = []
    for declared in resource.writable:
        if declared.create_only and item is not None:
            continue
        try:
            if declared.name in params:
                values[declared.attribute] = declared.clean(params[declared.name])
            elif method == "PATCH":
                continue
            else:
                values[declared.attribute] = _unsent(declared, fresh=item is None)
        except ValueError as error:
            errors[declared.name] = [str(error)]
            missing += [declared.attribute] if declared.name not in params else []
    given = _without_kept(values)
    for rule in resource.rules:
        for name, text in rule(lambda attribute: given.get(attribute, getattr(item, attribute, None))).items():
            errors.setdefault(name, [text])
    if errors:
        if list(errors) == ["category"]:  # outside the form, with an envelope of its own
            raise Refused(errors["category"][0])
        raise Invalid(errors, partial=given | dict.fromkeys(missing))
    return _publishing_allowed(resource, given, call, item)


def _without_kept(values: dict[str, Any]) -> dict[str, Any]:
    return {attribute: value for attribute, value in values.items() if value is not KEEP}


def _unsent(declared: Field, *, fresh: bool) -> Any:
    value = declared.default if fresh else declared.reset
    if declared.required and value in (None, ""):
        raise ValueError(declared.required)
    return value() if callable(value) else value


def _publishing_allowed(resource: Resource, values: dict[str, Any], call: Any, item: Any | None) -> dict[str, Any]:
    """Without the right to publish a new item is not published, and an edit leaves publication as it is."""
    rights = resource.rights
    if not rights.publish:
        return values
    mine = item is not None and call.owns(resource, item)
    if call.may(rights.level("publish", mine=mine)):
        return values
    if item is None:
        return values | {"is_published": False}
    return {attribute: value for attribute, value in values.items() if attribute not in PUBLISHING}
