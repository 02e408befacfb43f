"""Writes a chunk of clean rows: which record each means, new ones by COPY, the others by one UPDATE, then what hangs on them.

Everything happens in the caller's transaction. From the look-up to the commit nobody else may make or re-identify contacts
(the identity lock), so that two imports, or an import and a form, never make one person twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from honeyguide.engine import config
from honeyguide.engine.events import EventType
from honeyguide.engine.fieldtypes import TYPES
from honeyguide.engine.sql import execute, rows
from honeyguide.features.contacts.identity import lock_everything
from honeyguide.features.fields.definitions import Definition, definitions
from honeyguide.features.imports import binary, queries
from honeyguide.features.imports.cleaning import now
from honeyguide.features.imports.mapping import OWN_COLUMNS, Plan, identifiers, identifiers_operator
from honeyguide.features.imports.matching import Known, Outcome, are_independent, match, match_independent
from honeyguide.features.imports.queries import TABLES, Table
from honeyguide.features.imports.records import NULL, Record, record

COLUMN_OF = {
    "dateAdded": "date_added",
    "dateModified": "date_modified",
    "lastActive": "last_active",
    "dateIdentified": "date_identified",
    "points": "points",
}


@dataclass(slots=True)
class Written:
    """What became of the rows: `inserted` and `updated` count rows, not records; `failures` are (line, error)."""

    inserted: int = 0
    updated: int = 0
    failures: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Author:
    """In whose name an import writes."""

    id: int | None
    name: str | None


def write(records: Sequence[Record], plan: Plan, *, import_id: int, author: Author) -> Written:
    """Imports clean rows in the current transaction."""
    users = _users(records)
    stages = _stages(records, author)
    lock_everything(plan.object)
    company_ids: list[int | None] = []
    if plan.makes_companies:
        lock_everything("company")
        records, company_ids = _write_companies(records, plan, users, author)
    table = TABLES[plan.object]
    keep = bool(plan.options.get("skip_if_exists"))
    outcome = _match(table, records, plan.layout.identifiers, keep_existing=keep, naming=plan.layout.naming)
    outcome, refused = _refuse_incomplete(outcome, plan)
    ids = queries.reserve_ids(table, len(outcome.created))
    default_owner = plan.options.get("owner") or None
    columns = _Columns(users, stages, default_owner)
    _insert(table, outcome.created, ids, columns, author, _defaults(plan.definitions, plan.object))
    queries.update(
        table,
        {id: (one.fields, one.identified, columns.of(one)) for id, one in outcome.changed.items()},
        keep=keep, by=author.id, by_name=author.name,
    )  # fmt: skip
    if plan.object == "lead":
        _link(outcome, ids, company_ids, plan)
        _tell(
            import_id,
            inserted=ids,
            updated=list(outcome.changed),
            points=[r.special.get("points") for r in outcome.created],
        )
    else:
        _tell_companies(ids, list(outcome.changed))
    done = len(outcome.keys) - outcome.keys.count(None)
    return Written(len(ids), done - len(ids), refused)


def _match(
    table: Table,
    records: Sequence[Record | None],
    names: Sequence[str],
    *,
    keep_existing: bool,
    naming: frozenset[str] = frozenset(),
) -> Outcome:
    present = [one for one in records if one is not None]
    found = {}
    for n, name in enumerate(names):
        if values := {key for one in present if (key := one.keys[n])}:
            found[name] = queries.find(table, name, values)
    named = [id for one in present if one.special and (id := one.special.get("id"))]
    if len(names) == 1 and not named and len(present) == len(records) and are_independent(present):
        return match_independent(present, found.get(names[0], ()))
    known = Known(names, identifiers_operator(table.object))
    for name, hits in found.items():
        for value, id, added in hits:
            known.add(name, value, id, (added, id))
    by_id = queries.find_ids(table, named) if named else {}
    return match(records, known, by_id, keep_existing=keep_existing, naming=naming)


def _refuse_incomplete(outcome: Outcome, plan: Plan) -> tuple[Outcome, list[tuple[int, str]]]:
    """Takes out new records that lack a required field; rows merged into them go with them."""
    if not plan.required:
        return outcome, []
    failures: list[tuple[int, str]] = []
    renumbered: dict[int, int | None] = {}
    kept: list[Record] = []
    for n, row in enumerate(outcome.created, 1):
        values = row.values
        missing = [d.label for d in plan.required if values.get(d.alias) is None]
        if missing:
            renumbered[-n] = None
            failures.append((row.line, f"{', '.join(missing)}: This field is required."))
        else:
            kept.append(row)
            renumbered[-n] = -len(kept)
    keys = [renumbered.get(key, key) if key is not None else None for key in outcome.keys]
    return Outcome(kept, outcome.changed, keys), failures


class _Columns:
    """The columns besides `fields` that a record sets."""

    def __init__(self, users: Mapping[str, tuple[int, str]], stages: Mapping[str, int], owner: int | None) -> None:
        self._users, self._stages, self._owner = users, stages, owner
        self.usual: dict[str, Any] = {"owner_id": owner} if owner else {}  # of a record that says nothing of them

    def of(self, record: Record) -> dict[str, Any]:
        special = record.special
        if not special:
            return self.usual
        columns = {COLUMN_OF[name]: value for name, value in special.items() if name in COLUMN_OF}
        for name, (id_column, name_column) in {
            "createdByUser": ("created_by", "created_by_user"),
            "modifiedByUser": ("modified_by", "modified_by_user"),
        }.items():
            if user := self._users.get(special.get(name, "")):
                columns[id_column], columns[name_column] = user
        owner = self._users.get(special.get("ownerusername", ""))
        if owner or self._owner:
            columns["owner_id"] = owner[0] if owner else self._owner
        if "stage" in special:
            columns["stage_id"] = self._stages[special["stage"].lower()]
        return columns


def _insert(
    table: Table,
    records: Sequence[Record],
    ids: Sequence[int],
    columns: _Columns,
    author: Author,
    defaults: Mapping[str, Any],
) -> None:
    if not records:
        return
    moment = now()
    usual: dict[str, Any] = {name: None for name in table.columns} | {
        "date_added": moment, "created_by": author.id, "created_by_user": author.name, "is_published": True
    } | ({"points": 0} if table.object == "lead" else {"score": 0}) | columns.usual  # fmt: skip
    named = usual | ({"date_identified": moment} if "date_identified" in usual else {})
    types = {**table.columns, "is_published": "boolean"}

    def cells(values: Mapping[str, Any]) -> bytes:
        return b"".join(binary.cell(values[name], kind) for name, kind in types.items())

    plain = {False: cells(usual), True: cells(named)}
    lines = []
    for id, one in zip(ids, records, strict=True):
        fields = one.fields
        if defaults or NULL in fields:
            given = {name: value for name, value in one.values.items() if value is not None}
            fields = orjson.dumps({**defaults, **given})
        rest = plain[one.identified]
        if one.special:
            rest = cells((named if one.identified else usual) | columns.of(one))
        lines.append(binary.row(len(types), id, fields, rest))
    queries.insert(table, list(types), lines)


def _defaults(fields: Mapping[str, Definition], object: str) -> dict[str, Any]:
    """What new records have in fields of which the file says nothing."""
    return {
        alias: TYPES[d.type].clean(d.default_value, d.properties or {})
        for alias, d in fields.items()
        if d.default_value not in (None, "") and not (object == "lead" and alias in OWN_COLUMNS)
    }


def _users(records: Iterable[Record]) -> dict[str, tuple[int, str]]:
    """The users that the rows name, by what they are named with: {name: (id, full name)}. Unknown names are left out."""
    names = {
        record.special[target]
        for record in records
        if record.special
        for target in ("ownerusername", "createdByUser", "modifiedByUser")
        if target in record.special
    }
    return {name: (id, full) for name, id, full in rows(queries.FIND_USERS, {"names": sorted(names)})} if names else {}


def _stages(records: Iterable[Record], author: Author) -> dict[str, int]:
    """The stages that the rows name, by lower-case name; unknown ones are made."""
    names = {stage.lower(): stage for record in records if record.special and (stage := record.special.get("stage"))}
    if not names:
        return {}
    execute(queries.MAKE_STAGES, {"names": list(names.values()), "by": author.id, "by_name": author.name})
    return dict(rows(queries.FIND_STAGES, {"names": list(names)}))


def _write_companies(
    records: Sequence[Record], plan: Plan, users: Mapping[str, tuple[int, str]], author: Author
) -> tuple[list[Record], list[int | None]]:
    """Makes and updates the companies of contact rows. Returns the rows, with `company` being its name, and its id per row.

    A row that only has the contact's own `company` field names a company; it changes nothing about one that exists.
    """
    table, names = TABLES["company"], identifiers("company")
    own, naming = plan.layout.identifiers, plan.layout.naming
    told: dict[str | int, Record] = {}  # by name when that is all a row says, else by the row's place
    keys: list[str | int | None] = []
    named: list[Record] = []
    for row in records:
        values = row.values
        name = row.company.get("companyname") or values.get("company")
        if not name:
            keys.append(None)
            named.append(row)
            continue
        key = len(keys) if row.company else name
        if key not in told:
            told[key] = record(row.line, {**row.company, "companyname": name}, identifiers=names)
        keys.append(key)
        if row.company:
            values = {**values, "company": name}
            row = record(row.line, values, identifiers=own, naming=naming, company=row.company, special=row.special)
        named.append(row)
    outcome = _match(table, list(told.values()), names, keep_existing=False)
    ids = queries.reserve_ids(table, len(outcome.created))
    columns = _Columns(users, {}, None)
    _insert(table, outcome.created, ids, columns, author, _defaults(definitions("company"), "company"))
    changed = {id: one for id, one in outcome.changed.items() if len(one.values) > 1}
    queries.update(
        table,
        {id: (one.fields, False, {}) for id, one in changed.items()},
        keep=False,
        by=author.id,
        by_name=author.name,
    )
    _tell_companies(ids, list(changed))
    by_row = dict(zip(told, (ids[-key - 1] if key and key < 0 else key for key in outcome.keys), strict=True))
    return named, [None if key is None else by_row[key] for key in keys]


def _link(outcome: Outcome, new_ids: list[int], company_ids: Sequence[int | None], plan: Plan) -> None:
    """What hangs on contacts: company, tags, addresses, do-not-contact, the segment they are imported into."""
    ids = [*new_ids, *outcome.changed]
    if any(company_ids):
        _link_companies(outcome, new_ids, company_ids)
    special = {
        id: one.special
        for id, one in zip(ids, (*outcome.created, *outcome.changed.values()), strict=True)
        if one.special
    }
    tags = [(id, tag) for tag in plan.options.get("tags") or () for id in ids]
    tags += [(id, tag) for id, one in special.items() for tag in one.get("tags", ())]
    _link_names([(id, tag) for id, tag in tags if not tag.startswith("-")], queries.MAKE_TAGS, queries.ADD_TAGS)
    _link_names([(id, tag[1:]) for id, tag in tags if tag.startswith("-")], None, queries.REMOVE_TAGS)
    addresses = [(id, address) for id, one in special.items() for address in one.get("ip", ())]
    _link_names(addresses, queries.MAKE_ADDRESSES, queries.ADD_ADDRESSES)
    for wanted, statement in ((True, queries.ADD_DO_NOT_EMAIL), (False, queries.REMOVE_DO_NOT_EMAIL)):
        if chosen := [id for id, one in special.items() if one.get("doNotEmail") is wanted]:
            execute(statement, {"ids": sorted(chosen), "type": EventType.DO_NOT_CONTACT_CHANGED.value})
    if segment_id := plan.options.get("list"):
        execute(
            queries.JOIN_SEGMENT,
            {"segment_id": segment_id, "ids": sorted(ids), "type": EventType.SEGMENT_JOINED.value},
        )


def _link_names(pairs: Sequence[tuple[int, str]], make: str | None, link: str) -> None:
    if not pairs:
        return
    if make:
        execute(make, {"names": sorted({name for _, name in pairs})})
    execute(link, {"contacts": [id for id, _ in pairs], "names": [name for _, name in pairs]})


def _link_companies(outcome: Outcome, new_ids: Sequence[int], company_ids: Sequence[int | None]) -> None:
    pairs = {
        new_ids[-key - 1] if key < 0 else key: company_id
        for key, company_id in zip(outcome.keys, company_ids, strict=False)
        if key is not None and company_id is not None
    }
    if not pairs:
        return
    existing = {id: company_id for id, company_id in pairs.items() if id in outcome.changed}
    if existing:
        statement = (
            queries.DEMOTE_OTHER_COMPANIES
            if config.get("contact_allow_multiple_companies")
            else queries.LEAVE_OTHER_COMPANIES
        )
        execute(statement, {"contacts": list(existing), "companies": list(existing.values())})
    execute(queries.JOIN_COMPANIES, {"contacts": list(pairs), "companies": list(pairs.values())})


def _tell(import_id: int, *, inserted: list[int], updated: list[int], points: Sequence[int | None]) -> None:
    for ids, payload in ((inserted, '{"action": "inserted"}'), (updated, '{"action": "updated"}')):
        if ids:
            tale = {
                "type": EventType.CONTACT_IMPORTED.value,
                "ids": queries.as_array(ids),
                "object_id": import_id,
                "payload": payload,
            }
            execute(queries.TELL, tale)
    given = [(id, count) for id, count in zip(inserted, points, strict=True) if count]
    if given:
        execute(
            queries.TELL_POINTS,
            {
                "type": EventType.POINTS_CHANGED.value,
                "event": f"Import {import_id}",
                "ids": [id for id, _ in given],
                "points": [count for _, count in given],
            },
        )


def _tell_companies(inserted: list[int], updated: list[int]) -> None:
    for ids, kind in ((inserted, EventType.COMPANY_CREATED), (updated, EventType.COMPANY_UPDATED)):
        if ids:
            execute(queries.TELL_COMPANIES, {"type": kind.value, "ids": queries.as_array(ids)})
