"""Writes a chunk of clean rows: which record each means, new ones by COPY, the others by one UPDATE, then what hangs on them.

Everything happens in the caller's transaction. From the look-up to the commit nobody else may make or re-identify contacts
(the identity lock), so that two imports, or an import and a form, never make one person twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from honeyguide.engine import config
from honeyguide.engine.events import EventType
from honeyguide.engine.fieldtypes import TYPES
from honeyguide.engine.sql import execute, rows
from honeyguide.features.contacts.identity import lock_everything
from honeyguide.features.fields.definitions import Definition, definitions
from honeyguide.features.imports import queries
from honeyguide.features.imports.cleaning import Record, now
from honeyguide.features.imports.mapping import OWN_COLUMNS, Plan, identifiers, identifiers_operator
from honeyguide.features.imports.matching import Known, Outcome, key_of, match
from honeyguide.features.imports.queries import TABLES, Table

NAMED = {
    "firstname",
    "lastname",
    "company",
    "email",
}  # together with social fields: who has one is no anonymous visitor
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
        records, company_ids = _write_companies(records, users, author)
    table = TABLES[plan.object]
    keep = bool(plan.options.get("skip_if_exists"))
    outcome = _match(table, records, keep_existing=keep)
    outcome, refused = _refuse_incomplete(outcome, plan)
    ids = queries.reserve_ids(table, len(outcome.created))
    default_owner = plan.options.get("owner") or None
    columns = _Columns(users, stages, default_owner, NAMED | _social(plan.definitions))
    _insert(table, outcome.created, ids, columns, author, _defaults(plan.definitions, plan.object))
    queries.update(
        table,
        [columns.changed(id, record) for id, record in outcome.changed.items()],
        keep=keep, by=author.id, by_name=author.name,
    )  # fmt: skip
    by_key = {-n: id for n, id in enumerate(ids, 1)} | {id: id for id in outcome.changed}
    if plan.object == "lead":
        _link(outcome, ids, by_key, company_ids, plan)
        _tell(
            import_id,
            inserted=ids,
            updated=list(outcome.changed),
            points=[r.special.get("points") for r in outcome.created],
        )
    else:
        _tell_companies(ids, list(outcome.changed))
    done = sum(key is not None for key in outcome.keys)
    return Written(len(ids), done - len(ids), refused)


def _match(table: Table, records: Sequence[Record | None], *, keep_existing: bool) -> Outcome:
    names, operator = identifiers(table.object), identifiers_operator(table.object)
    known = Known(names, operator)
    present = [record for record in records if record is not None]
    for name in names:
        values = {key_of(value) for record in present if (value := record.values.get(name)) is not None}
        if values:
            for value, id, added in queries.find(table, name, values):
                known.add(name, value, id, (added, id))
    named = [id for record in present if (id := record.special.get("id"))]
    return match(records, known, queries.find_ids(table, named) if named else {}, keep_existing=keep_existing)


def _refuse_incomplete(outcome: Outcome, plan: Plan) -> tuple[Outcome, list[tuple[int, str]]]:
    """Takes out new records that lack a required field; rows merged into them go with them."""
    if not plan.required:
        return outcome, []
    failures: list[tuple[int, str]] = []
    renumbered: dict[int, int | None] = {}
    kept: list[Record] = []
    for n, record in enumerate(outcome.created, 1):
        missing = [d.label for d in plan.required if record.values.get(d.alias) is None]
        if missing:
            renumbered[-n] = None
            failures.append((record.line, f"{', '.join(missing)}: This field is required."))
        else:
            kept.append(record)
            renumbered[-n] = -len(kept)
    keys = [renumbered.get(key, key) if key is not None else None for key in outcome.keys]
    return Outcome(kept, outcome.changed, keys), failures


class _Columns:
    """The columns besides `fields` that a record sets."""

    def __init__(
        self, users: Mapping[str, tuple[int, str]], stages: Mapping[str, int], owner: int | None, naming: set[str]
    ) -> None:
        self._users, self._stages, self._owner, self._naming = users, stages, owner, naming

    def identified(self, record: Record) -> bool:
        return any(record.values.get(name) is not None for name in self._naming & record.values.keys())

    def of(self, record: Record) -> dict[str, Any]:
        special = record.special
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

    def changed(self, id: int, record: Record) -> dict[str, Any]:
        """The record as the UPDATE takes it."""
        return {"id": id, "fields": record.values, "identified": self.identified(record), **self.of(record)}


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
    }  # fmt: skip
    usual |= {"points": 0} if table.object == "lead" else {"score": 0}
    plain = not any(record.special for record in records) and not columns.of(records[0])
    tails = {
        known: b"".join(b"\t" + _cell(v) for v in (usual | ({"date_identified": moment} if known else {})).values())
        for known in ((True, False) if table.object == "lead" else (False,))
    }
    lines = []
    for id, record in zip(ids, records, strict=True):
        values = record.values
        if defaults or None in values.values():
            values = {**defaults, **{name: value for name, value in values.items() if value is not None}}
        known = table.object == "lead" and columns.identified(record)
        if plain:
            tail = tails[known]
        else:
            own = usual | ({"date_identified": moment} if known else {}) | columns.of(record)
            tail = b"".join(b"\t" + _cell(own[name]) for name in usual)
        lines.append(b"%d\t%s%s" % (id, orjson.dumps(values).replace(b"\\", b"\\\\"), tail))
    queries.insert(table, list(usual), lines)


def _cell(value: Any) -> bytes:
    """A value in the text format of COPY."""
    if value is None:
        return b"\\N"
    if value is True:
        return b"t"
    text = str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return text.encode()


def _defaults(fields: Mapping[str, Definition], object: str) -> dict[str, Any]:
    """What new records have in fields of which the file says nothing."""
    return {
        alias: TYPES[d.type].clean(d.default_value, d.properties or {})
        for alias, d in fields.items()
        if d.default_value not in (None, "") and not (object == "lead" and alias in OWN_COLUMNS)
    }


def _social(fields: Mapping[str, Definition]) -> set[str]:
    return {alias for alias, definition in fields.items() if definition.group == "social"}


def _users(records: Iterable[Record]) -> dict[str, tuple[int, str]]:
    """The users that the rows name, by what they are named with: {name: (id, full name)}. Unknown names are left out."""
    names = {
        record.special[target]
        for record in records
        for target in ("ownerusername", "createdByUser", "modifiedByUser")
        if target in record.special
    }
    return {name: (id, full) for name, id, full in rows(queries.FIND_USERS, {"names": sorted(names)})} if names else {}


def _stages(records: Iterable[Record], author: Author) -> dict[str, int]:
    """The stages that the rows name, by lower-case name; unknown ones are made."""
    names = {stage.lower(): stage for record in records if (stage := record.special.get("stage"))}
    if not names:
        return {}
    execute(queries.MAKE_STAGES, {"names": list(names.values()), "by": author.id, "by_name": author.name})
    return dict(rows(queries.FIND_STAGES, {"names": list(names)}))


def _write_companies(
    records: Sequence[Record], users: Mapping[str, tuple[int, str]], author: Author
) -> tuple[list[Record], list[int | None]]:
    """Makes and updates the companies of contact rows. Returns the rows, with `company` being its name, and its id per row.

    A row that only has the contact's own `company` field names a company; it changes nothing about one that exists.
    """
    table = TABLES["company"]
    told: list[Record | None] = []
    named: list[Record] = []
    for record in records:
        name = record.company.get("companyname") or record.values.get("company")
        values = {**record.company, "companyname": name} if name else dict(record.company)
        told.append(Record(record.line, values) if name else None)
        named.append(replace(record, values={**record.values, "company": name}) if name and record.company else record)
    outcome = _match(table, told, keep_existing=False)
    ids = queries.reserve_ids(table, len(outcome.created))
    columns = _Columns(users, {}, None, set())
    _insert(table, outcome.created, ids, columns, author, _defaults(definitions("company"), "company"))
    changed = {id: record for id, record in outcome.changed.items() if len(record.values) > 1}
    queries.update(
        table, [columns.changed(id, r) for id, r in changed.items()], keep=False, by=author.id, by_name=author.name
    )
    _tell_companies(ids, list(changed))
    by_key = {-n: id for n, id in enumerate(ids, 1)}
    return named, [None if key is None else by_key.get(key, key) for key in outcome.keys]


def _link(
    outcome: Outcome, new_ids: list[int], by_key: Mapping[int, int], company_ids: Sequence[int | None], plan: Plan
) -> None:
    """What hangs on contacts: company, tags, addresses, do-not-contact, the segment they are imported into."""
    by_id = dict(zip(new_ids, outcome.created, strict=True)) | outcome.changed
    _link_companies(outcome, by_key, company_ids)
    extra = list(plan.options.get("tags") or ())
    added = [
        (id, tag) for id, r in by_id.items() for tag in [*extra, *r.special.get("tags", ())] if not tag.startswith("-")
    ]
    removed = [(id, tag[1:]) for id, r in by_id.items() for tag in r.special.get("tags", ()) if tag.startswith("-")]
    _link_names(added, queries.MAKE_TAGS, queries.ADD_TAGS)
    _link_names(removed, None, queries.REMOVE_TAGS)
    addresses = [(id, address) for id, record in by_id.items() for address in record.special.get("ip", ())]
    _link_names(addresses, queries.MAKE_ADDRESSES, queries.ADD_ADDRESSES)
    for wanted, statement in ((True, queries.ADD_DO_NOT_EMAIL), (False, queries.REMOVE_DO_NOT_EMAIL)):
        if ids := [id for id, record in by_id.items() if record.special.get("doNotEmail") is wanted]:
            execute(statement, {"ids": sorted(ids), "type": EventType.DO_NOT_CONTACT_CHANGED.value})
    if segment_id := plan.options.get("list"):
        execute(
            queries.JOIN_SEGMENT,
            {"segment_id": segment_id, "ids": sorted(by_id), "type": EventType.SEGMENT_JOINED.value},
        )


def _link_names(pairs: Sequence[tuple[int, str]], make: str | None, link: str) -> None:
    if not pairs:
        return
    if make:
        execute(make, {"names": sorted({name for _, name in pairs})})
    execute(link, {"contacts": [id for id, _ in pairs], "names": [name for _, name in pairs]})


def _link_companies(outcome: Outcome, by_key: Mapping[int, int], company_ids: Sequence[int | None]) -> None:
    pairs = {
        by_key[key]: company_id
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
            tale = {"type": EventType.CONTACT_IMPORTED.value, "ids": ids, "object_id": import_id, "payload": payload}
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
            execute(queries.TELL_COMPANIES, {"type": kind.value, "ids": ids})
