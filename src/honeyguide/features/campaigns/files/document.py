"""The file: YAML that holds data and nothing else, and what must be in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import yaml

from honeyguide.features.campaigns.files.exporting import CAMPAIGN, TIMES, VERSION
from honeyguide.features.campaigns.files.parts import PARTS, Part

MOST_BYTES = 2 * 1024 * 1024
MOST_ITEMS = 1000  # of a list
DEEPEST = 30
OTHER_ENDS = frozenset("\x85\u2028\u2029\r")
KINDS = ("action", "condition", "decision")
STEP = ("key", "name", "type", "kind", "description", "after", "path", "when", "properties", "at")
OWN = (*CAMPAIGN, "segments", "forms", "at", "steps")


class BadFile(ValueError):
    """What is wrong with a file, a sentence for each thing."""

    def __init__(self, *problems: str) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


class _Writer(yaml.SafeDumper):
    pass


def _text(writer: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Lines as lines. The other characters that YAML takes for the end of a line are escaped, or they would become spaces."""
    style = '"' if OTHER_ENDS.intersection(text) else "|" if "\n" in text else None
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Writer.add_representer(str, _text)


def written(document: Mapping[str, Any]) -> str:
    return yaml.dump(document, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=120)


def read(text: str | bytes) -> dict[str, Any]:
    """The document of a file. Raises `BadFile`."""
    if len(text) > MOST_BYTES:
        raise BadFile(f"The file is larger than {MOST_BYTES // 1024 // 1024} MB.")
    try:
        _refuse_cleverness(text)
        document = yaml.load(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeError, ValueError, RecursionError) as error:
        if isinstance(error, BadFile):
            raise
        mark = getattr(error, "problem_mark", None)
        raise BadFile(f"This is no YAML{f': line {mark.line + 1}' if mark else ''}.") from None
    document = _plain(document)
    if problems := list(_problems(document)):
        raise BadFile(*problems[:20])
    return document


def _refuse_cleverness(text: str | bytes) -> None:
    """Aliases, which can make a small file a huge one, tags, and what is nested without end."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise BadFile("Aliases (*name) are not taken.")
        if getattr(event, "tag", None) not in (None, "!"):
            raise BadFile(f"Tags ({event.tag}) are not taken.")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise BadFile("The file is nested too deeply.")


def _plain(value: Any) -> Any:
    """As JSON holds it: dates are text, keys are text, no byte that no column holds."""
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str):
        return value.replace("\x00", "")
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def _problems(document: Any) -> Iterator[str]:
    if not isinstance(document, dict) or document.get("honeyguide") != VERSION:
        yield f"This is no campaign of Honeyguide: it must begin with “honeyguide: {VERSION}”."
        return
    yield from _unknown("The file", document, ("honeyguide", "campaign", *(part.section for part in PARTS)))
    campaign = document.get("campaign")
    if not isinstance(campaign, dict):
        yield "campaign: is missing."
        return
    yield from _unknown("campaign", campaign, OWN)
    yield from _values("campaign", campaign, CAMPAIGN, ("name",))
    for name in ("segments", "forms"):
        if not isinstance(campaign.get(name, []), list):
            yield f"campaign.{name}: must be a list."
    yield from _steps(campaign)
    for part in PARTS:
        listed = document.setdefault(part.section, [])
        if not isinstance(listed, list) or len(listed) > MOST_ITEMS:
            yield f"{part.section}: must be a list of at most {MOST_ITEMS}."
            continue
        for number, one in enumerate(listed):
            yield from _item(part, f"{part.section}[{number}]", one)


def _unknown(path: str, given: Mapping[str, Any], known: Sequence[str]) -> Iterator[str]:
    for name in given.keys() - set(known):
        yield f"{path}: “{name}” is not known here."


def _values(path: str, given: Mapping[str, Any], names: Sequence[str], required: Sequence[str]) -> Iterator[str]:
    for name in required:
        if not isinstance(given.get(name), str) or not given[name].strip():
            yield f"{path}.{name}: is missing."
    for name in names:
        if isinstance(given.get(name), dict | list):
            yield f"{path}.{name}: must be one value."


def _item(part: Part, path: str, given: Any) -> Iterator[str]:
    if not isinstance(given, dict):
        yield f"{path}: must hold names and values."
        return
    yield from _unknown(path, given, part.names)
    yield from _values(path, given, part.values, part.required)
    for name in part.maps:
        if not isinstance(given.get(name, {}), dict):
            yield f"{path}.{name}: must hold names and values."
    for name, known in part.nested.items():
        listed = given.get(name, [])
        if not isinstance(listed, list) or any(not isinstance(one, dict) for one in listed):
            yield f"{path}.{name}: must be a list, each of it with names and values."
            continue
        for number, one in enumerate(listed if known else ()):
            yield from _unknown(f"{path}.{name}[{number}]", one, known)
            yield from _values(f"{path}.{name}[{number}]", one, (), known[:1])


def _steps(campaign: Mapping[str, Any]) -> Iterator[str]:
    steps = campaign.get("steps")
    if not isinstance(steps, list) or len(steps) > MOST_ITEMS:
        yield f"campaign.steps: must be a list of at most {MOST_ITEMS}."
        return
    keys = [one.get("key") for one in steps if isinstance(one, dict)]
    for number, one in enumerate(steps):
        path = f"campaign.steps[{number}]"
        if not isinstance(one, dict):
            yield f"{path}: must hold names and values."
            continue
        for name in one.keys() - set(STEP):
            yield f"{path}.{name}: is not known here."
        for name in ("key", "name", "type"):
            if not isinstance(one.get(name), str) or not one[name].strip():
                yield f"{path}.{name}: is missing."
        if keys.count(one.get("key")) > 1:
            yield f"{path}.key: there are two of “{one.get('key')}”."
        if one.get("kind") not in KINDS:
            yield f"{path}.kind: must be one of {', '.join(KINDS)}."
        if one.get("after") is not None and one["after"] not in keys:
            yield f"{path}.after: there is no step “{one['after']}”."
        if one.get("path") in (True, False):  # YAML's yes and no
            one["path"] = "yes" if one["path"] else "no"
        if one.get("path") not in (None, "yes", "no"):
            yield f"{path}.path: must be yes or no."
        when = one.get("when", {})
        if not isinstance(when, dict) or when.keys() - TIMES.keys():
            yield f"{path}.when: may hold {', '.join(TIMES)}."
        if not isinstance(one.get("properties", {}), dict):
            yield f"{path}.properties: must hold names and values."
