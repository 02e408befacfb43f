"""The `fields` part of contacts and companies as JSON (contract resource-contacts, resource-companies).

Everything about it that does not depend on the record is written once per version of the definitions; a record costs
only its own values. `bench` measures it: a page of 30 contacts is some 2,000 JSON members.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from honeyguide.features.fields.definitions import GROUPS, Definition, Definitions

FRESH_GROUPS = ("core", "social", "personal", "professional")  # of companies too, after they were created
# In lists the fields stand in the order of the reference's table columns: these, then the others as they were made.
COLUMNS = """
    points last_active title firstname lastname company position email phone mobile address1 address2 city state zipcode
    timezone country fax preferred_locale attribution_date attribution website facebook foursquare instagram linkedin
    skype twitter companyemail companyaddress1 companyaddress2 companyphone companycity companystate companyzipcode
    companycountry companyname companywebsite companyindustry companydescription companynumber_of_employees companyfax
    companyannual_revenue
"""
COLUMN_ORDER = {alias: position for position, alias in enumerate(COLUMNS.split())}
Encode = Callable[[Any], tuple[bytes, bytes]]  # value -> JSON of it and of its normalised form


@dataclass(frozen=True)
class Shape:
    """Which of the contract's shapes: of one record, in a list, fresh after creation, or of selected fields only."""

    listed: bool = False
    fresh: bool = False
    select: frozenset[str] | None = None
    omit_nulls: bool = False
    with_all: bool = True


ONE, LISTED, FRESH, PLAIN = Shape(), Shape(listed=True), Shape(fresh=True), Shape(with_all=False)


class Template:
    """The JSON of all fields being null, cut into pieces of which a record replaces those of its values."""

    def __init__(self, object_: str, fields: Definitions, shape: Shape):
        self.pieces: list[bytes] = []
        self.slots: dict[str, tuple[int, int, bytes, bytes, Encode]] = {}
        self.id_position = 0
        self.id_quote = b'"' if object_ == "lead" else b""
        chosen = [d for d in fields.values() if shape.select is None or d.alias in shape.select]
        if shape.listed:
            chosen.sort(key=lambda d: (COLUMN_ORDER.get(d.alias, 1000), d.id))
        self._write(object_, chosen, shape)

    def _write(self, object_: str, chosen: list[Definition], shape: Shape) -> None:
        groups: dict[str, list[Definition]] = {name: [] for name in (FRESH_GROUPS if shape.fresh else GROUPS[object_])}
        for definition in chosen:
            groups.setdefault(definition.group, []).append(definition)
        prefixes: dict[str, tuple[int, bytes]] = {}
        self.pieces.append(b"{")
        for number, (group, members) in enumerate(groups.items()):
            opening = b"," * (number > 0) + orjson.dumps(group) + b":"
            self.pieces.append(opening + (b"{" if members else b"[]"))
            for position, definition in enumerate(members):
                prefix = b"," * (position > 0) + _prefix(definition, shape)
                prefixes[definition.alias] = len(self.pieces), prefix + b',"value":'
                self.pieces.append(prefix + (b"" if shape.omit_nulls else b',"value":null') + b',"normalizedValue":""}')
            if members:
                self.pieces.append(b"}")
        if shape.with_all:
            self._write_all(chosen, prefixes, shape)
        else:
            for definition in chosen:
                place, prefix = prefixes[definition.alias]
                self.slots[definition.alias] = place, -1, prefix, b"", encoder(definition, shape)
            self.pieces.append(b"}")

    def _write_all(self, chosen: list[Definition], prefixes: Mapping[str, tuple[int, bytes]], shape: Shape) -> None:
        self.pieces.append(b',"all":{"id":')
        self.id_position = len(self.pieces)
        self.pieces.append(b"")
        for definition in chosen:
            place, prefix = prefixes[definition.alias]
            in_all = b',"%s":' % definition.alias.encode()
            self.slots[definition.alias] = place, len(self.pieces), prefix, in_all, encoder(definition, shape)
            self.pieces.append(b"" if shape.omit_nulls else in_all + b"null")
        self.pieces.append(b"}}")

    def render(
        self, record_id: int | None, values: Mapping[str, Any], in_all: Mapping[str, Any] | None = None
    ) -> bytes:
        """The JSON of a record's values by alias. `in_all` are other values for the part `all`, JSON when bytes; "" is a
        blank."""
        pieces = self.pieces.copy()
        slots = self.slots
        if self.id_position:
            text = b"null" if record_id is None else self.id_quote + b"%d" % record_id + self.id_quote
            pieces[self.id_position] = text
        same = in_all is None
        for alias, value in values.items():
            slot = slots.get(alias)
            if slot is None or value is None:
                continue
            place, place_in_all, prefix, prefix_in_all, encode = slot
            text, normalised = encode(value)
            pieces[place] = prefix + text + b',"normalizedValue":' + normalised + b"}"
            if same and place_in_all >= 0:
                pieces[place_in_all] = prefix_in_all + text
        for alias, value in (in_all or {}).items():
            slot = slots.get(alias)
            if slot is not None and value is not None:
                pieces[slot[1]] = slot[3] + (value if isinstance(value, bytes) else slot[4](value)[0])
        return b"".join(pieces)


@lru_cache(maxsize=64)
def template(object_: str, fields: Definitions, shape: Shape) -> Template:
    return Template(object_, fields, shape)


def _prefix(definition: Definition, shape: Shape) -> bytes:
    """`"alias":{...` up to the value."""
    if shape.fresh:
        told: dict[str, Any] = {
            "id": definition.id,
            "group": definition.group,
            "label": definition.label,
            "alias": definition.alias,
            "type": definition.type,
        }
        if definition.object == "lead":
            told["properties"] = definition.properties or []
    else:
        told = {
            "id": str(definition.id),
            "label": definition.label,
            "alias": definition.alias,
            "type": definition.type,
            "group": definition.group,
            "object": definition.object,
            "is_fixed": "1" if definition.is_fixed else "0",
            "properties": php_serialize(definition.properties or {}).decode(),
            "default_value": definition.default_value,
        }
        if shape.omit_nulls and definition.default_value is None:
            del told["default_value"]
    return orjson.dumps(definition.alias) + b":" + orjson.dumps(told)[:-1]


def encoder(definition: Definition, shape: Shape) -> Encode:
    """How the field's values are written; "" passes as it is."""
    if definition.type == "boolean":
        return _boolean(definition, shape)
    if definition.type in ("select", "multiselect"):
        return _choice(definition)
    if definition.type == "number" and definition.properties.get("scale") not in (None, "", 0, "0"):
        return lambda value: (text := orjson.dumps(value if value == "" else float(value)), text)
    return lambda value: (text := orjson.dumps(value), text)


def _boolean(definition: Definition, shape: Shape) -> Encode:
    labels = {True: orjson.dumps(definition.options["1"]), False: orjson.dumps(definition.options["0"])}
    if shape.fresh:
        texts = {True: b"true", False: b"false"}
    else:
        texts = {True: b'"1"', False: b'"0"'} if shape.listed else {True: b"1", False: b"0"}
    return lambda value: (b'""', b'""') if value == "" else (texts[bool(value)], labels[bool(value)])


def _choice(definition: Definition) -> Encode:
    options = definition.options

    def encode(value: Any) -> tuple[bytes, bytes]:
        labels = "|".join(options.get(part, part) for part in str(value).split("|"))
        return orjson.dumps(value), orjson.dumps(labels)

    return encode


KEY_ORDER = {"yes": 0, "no": 1, "roundmode": 0, "scale": 1, "label": 0, "value": 1}


def php_serialize(value: Any) -> bytes:
    """A value as PHP's `serialize` writes it, which the reference shows for stored properties."""
    match value:
        case None:
            return b"N;"
        case bool():
            return b"b:%d;" % value
        case int():
            return b"i:%d;" % value
        case float():
            return b"d:%s;" % repr(value).encode()
        case str():
            text = value.encode()
            return b's:%d:"%s";' % (len(text), text)
        case dict():
            return _php_array(sorted(value.items(), key=lambda item: KEY_ORDER.get(item[0], 9)))  # jsonb keeps none
        case _:
            return _php_array(enumerate(value))


def _php_array(items: Iterable[tuple[Any, Any]]) -> bytes:
    entries = [php_serialize(key) + php_serialize(entry) for key, entry in items]
    return b"a:%d:{%s}" % (len(entries), b"".join(entries))
