"""How files name things: by alias where there is one, else by name. Ids mean nothing on another server."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.apps import apps
from django.db.models import Model

from honeyguide.features.campaigns import plan as plans
from honeyguide.features.campaigns.loops import JUMP

# What an item of each model is named by.
KEYS: Mapping[str, str] = {
    "Asset": "alias", "Campaign": "name", "Category": "alias", "Company": "fields__companyname", "DynamicContent": "name",
    "Email": "name", "FocusItem": "name", "Form": "name", "Message": "name", "Notification": "name", "Page": "alias",
    "PointGroup": "name", "Segment": "alias", "Sms": "name", "Stage": "name", "Tag": "tag", "User": "username",
}  # fmt: skip
# Properties whose choices are items and something besides.
CHOICES: Mapping[tuple[str, str], str] = {
    ("campaign.addremovelead", "addTo"): "Campaign",
    ("campaign.addremovelead", "removeFrom"): "Campaign",
}
# Types of filters whose values are ids.
FILTERS: Mapping[str, str] = {
    "leadlist": "Segment", "tags": "Tag", "stage": "Stage", "lookup_id": "User", "lead_email_received": "Email",
    "assets": "Asset", "globalcategory": "Category", "campaign": "Campaign",
}  # fmt: skip
# Tokens in texts, and what they hold the id of.
TOKENS: Mapping[str, str] = {"assetlink": "Asset", "pagelink": "Page", "form": "Form", "focus": "FocusItem"}
_TOKEN = rf"\{{({'|'.join(TOKENS)})="
BY_ID = re.compile(rf"{_TOKEN}(\d{{1,18}})\}}", re.IGNORECASE | re.ASCII)
BY_NAME = re.compile(rf"{_TOKEN}@([^{{}}|]+)\}}", re.IGNORECASE)
STEP = "step"
Translate = Callable[[str, Any], Any]  # (model, or STEP; id or name) -> name or id


def name_of(model: str, number: Any) -> str:
    """The name of an item; its number, as text, when it is not there."""
    text = str(number)
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        return text
    found = apps.get_model("honeyguide", model).objects.filter(pk=int(text)).values_list(KEYS[model], flat=True).first()
    return str(found) if found else text


def found(model: str, name: str) -> list[Model]:
    """The items of that name: none, one, or, where names are not unique, several."""
    return list(apps.get_model("honeyguide", model).objects.filter(**{KEYS[model]: name}).order_by("pk")[:2])


def translated(kind: str, properties: Any, translate: Translate) -> dict[str, Any]:
    """The properties of a step of this kind, with whatever refers to something translated."""
    return with_references(properties, _references(kind), translate)


def with_references(properties: Any, references: Mapping[str, str], translate: Translate) -> dict[str, Any]:
    """Properties with what refers to something translated; `references` tells where, by dotted names, and to which model."""
    result = dict(properties) if isinstance(properties, Mapping) else {}
    for name, model in references.items():
        _at(result, name.split("."), lambda value, model=model: _each(value, lambda one: translate(model, one)))
    return result


def names_in_tokens(text: Any, translate: Translate) -> Any:
    """A text with `{form=@Sign up}` for `{form=3}`: by its name, where it has one that a token can hold."""

    def replace(token: re.Match) -> str:
        name = str(translate(TOKENS[token[1].lower()], token[2]))
        return token[0] if name == token[2] or re.search(r"[{}|]", name) else f"{{{token[1]}=@{name}}}"

    return BY_ID.sub(replace, text) if isinstance(text, str) else text


def ids_in_tokens(text: Any, translate: Translate) -> Any:
    """The opposite."""

    def replace(token: re.Match) -> str:
        found_id = str(translate(TOKENS[token[1].lower()], token[2]))
        return f"{{{token[1]}={found_id}}}" if found_id != token[2] else token[0]

    return BY_NAME.sub(replace, text) if isinstance(text, str) else text


def translated_filters(filters: Any, translate: Translate) -> list[Any]:
    """The same for the filters of a segment."""
    result = []
    for one in filters if isinstance(filters, list) else []:
        one = dict(one)
        if model := FILTERS.get(str(one.get("type"))):
            for holder, name in ((one, "filter"), (one.get("properties"), "filter")):
                if isinstance(holder, dict) and holder.get(name) not in (None, ""):
                    holder = dict(holder) if holder is not one else holder
                    holder[name] = _each(holder[name], lambda value, model=model: translate(model, value))
                    if holder is not one:
                        one["properties"] = holder
        result.append(one)
    return result


def _references(kind: str) -> dict[str, str]:
    """Names of properties of this kind of step that refer to something, and to what."""
    known = {**plans.actions(), **plans.conditions(), **plans.decisions()}.get(kind)
    declared = {one.name: one.of or STEP for one in (known.parameters if known else ()) if one.of or one.kind == "step"}
    jumps = {"jumpToEvent": STEP} if kind == JUMP else {}
    return declared | jumps | {name: model for (type_, name), model in CHOICES.items() if type_ == kind}


def _at(holder: dict[str, Any], path: list[str], change: Callable[[Any], Any]) -> None:
    """Changes the value at the path, if there is one; what lies on the way is copied."""
    first, *rest = path
    value = holder.get(first)
    if rest and isinstance(value, Mapping):
        holder[first] = dict(value)
        _at(holder[first], rest, change)
    elif not rest and value not in (None, "", [], {}):
        holder[first] = change(value)


def _each(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, Mapping):
        value = list(value.values())
    return [change(one) for one in value] if isinstance(value, list) else change(value)
