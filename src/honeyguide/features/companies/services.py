"""Changes to companies: the only writers (contract resource-companies, engine contacts.md 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from django.db import transaction

from honeyguide.engine.audit import Entry, current, differences, record, record_many
from honeyguide.engine.events import EventType, New, append, append_many
from honeyguide.engine.fieldtypes import INVALID
from honeyguide.engine.resource.errors import Invalid, NotFound, Refused
from honeyguide.engine.sql import execute, one, rows, scalar
from honeyguide.features.companies import queries
from honeyguide.features.companies.membership import add_contacts, refresh_primary, remove_contacts
from honeyguide.features.contacts import identity
from honeyguide.features.fields.cleaning import clean_values, default_values, missing_required
from honeyguide.features.fields.definitions import Definitions, definitions

NOT_UNIQUE = "This field must be unique."
KEEP: Any = object()
COLUMNS = (
    "id, is_published, date_added, created_by, created_by_user, date_modified, modified_by, modified_by_user, "
    "fields::text, score, owner_id"
)


@dataclass(slots=True)
class Company:
    """A company's row in memory. `fields` has no nulls."""

    id: int
    is_published: bool
    date_added: datetime | None
    created_by: int | None
    created_by_user: str | None
    date_modified: datetime | None
    modified_by: int | None
    modified_by_user: str | None
    fields: dict[str, Any]
    score: int | None
    owner_id: int | None

    @property
    def pk(self) -> int:
        return self.id

    @property
    def permission_owner(self) -> int | None:
        return self.owner_id or self.created_by


@dataclass
class Saved:
    """A saved company; `created` is false when the values led to an existing one. `render.saved` shows it."""

    company: Company
    created: bool
    sent: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> int:
        return self.company.id

    @property
    def pk(self) -> int:
        return self.company.id


def read(company_ids: Iterable[int], *, lock: bool = False) -> dict[int, Company]:
    """Companies by id; with `lock` held until the transaction ends."""
    found = rows(
        f"SELECT {COLUMNS} FROM companies WHERE id = ANY(%s) ORDER BY id{' FOR UPDATE' if lock else ''}",
        (sorted(set(company_ids)),),
    )
    return {row[0]: _company(row) for row in found}


def page(where: str, params: tuple[Any, ...], order: str, start: int, limit: int | None) -> list[Company]:
    """A page of companies. `where` and `order` are SQL from code."""
    statement = f"SELECT {COLUMNS} FROM companies WHERE {where} ORDER BY {order} LIMIT %s OFFSET %s"
    return [_company(row) for row in rows(statement, (*params, limit, start))]


def _company(row: tuple) -> Company:
    return Company(*row[:8], orjson.loads(row[8]), *row[9:])


@transaction.atomic
def create_company(
    values: Mapping[str, Any], *, by: Any, force: bool | None = None, check: Callable[[Company], None] | None = None
) -> Saved:
    """Saves a company from raw values by alias, and `owner`, `score`, `isPublished`, `force`.

    A company with the same unique value is edited instead, blanks and all (`created` False), unless `force`; `check` may
    refuse that by raising. Raises `Invalid`.
    """
    fields = definitions("company", version=scalar("SELECT version FROM field_versions"))
    cleaned, special = _cleaned(values, fields)
    if force is None:
        force = str(values.get("force", "")).strip().lower() in ("1", "true", "on", "yes")
    given = identity.given(fields, cleaned)
    identity.lock_values("company", given)
    found = None if force else identity.find("company", given)
    if found:
        company = read([found], lock=True)[found]
        if check:
            check(company)
        return _update(company, cleaned, special, fields, by=by, clear_missing=True, fill_defaults=True)
    return _insert(cleaned, special, fields, by=by)


def _insert(cleaned: dict[str, Any], special: dict[str, Any], fields: Definitions, *, by: Any) -> Saved:
    if missing := missing_required(fields, cleaned):
        raise Invalid(missing)
    values = {alias: value for alias, value in cleaned.items() if value is not None}
    values |= default_values(fields, values)
    company = Company(
        id=0,
        is_published=special.get("is_published", True),
        date_added=datetime.now(UTC),
        created_by=by.pk if by else None,
        created_by_user=by.name if by else None,
        date_modified=None,
        modified_by=None,
        modified_by_user=None,
        fields=values,
        score=special.get("score", 0),
        owner_id=special.get("owner_id"),
    )
    company.id = scalar(
        "INSERT INTO companies (is_published, date_added, created_by, created_by_user, fields, score, owner_id) "
        "VALUES (%s, %s, %s, %s, %s::jsonb, %s, %s) RETURNING id",
        (
            company.is_published, company.date_added, company.created_by, company.created_by_user,
            orjson.dumps(values).decode(), company.score, company.owner_id,
        ),
    )  # fmt: skip
    append(New(EventType.COMPANY_CREATED, None, company.id))
    record("lead", "company", company.id, "create", _audited(differences({}, values)), by=by)
    return Saved(company, True, sent=cleaned)


@transaction.atomic
def update_company(company_id: int, values: Mapping[str, Any], *, by: Any, clear_missing: bool = False) -> Saved:
    """PATCH, or PUT with `clear_missing`; blanks clear. Raises `NotFound` and `Invalid` (422 for another's unique value)."""
    fields = definitions("company", version=scalar("SELECT version FROM field_versions"))
    cleaned, special = _cleaned(values, fields)
    identity.lock_values("company", identity.given(fields, cleaned))
    company = read([company_id], lock=True).get(company_id)
    if company is None:
        raise NotFound()
    return _update(company, cleaned, special, fields, by=by, clear_missing=clear_missing, fill_defaults=clear_missing)


def _update(
    company: Company,
    cleaned: dict[str, Any],
    special: dict[str, Any],
    fields: Definitions,
    *,
    by: Any,
    clear_missing: bool,
    fill_defaults: bool,
) -> Saved:
    wanted = dict.fromkeys(fields, None) | cleaned if clear_missing else dict(cleaned)
    if fill_defaults:
        wanted |= default_values(fields, wanted)
    special = {"score": 0, "owner_id": None} | special if clear_missing else special
    old = company.fields
    changes = {alias: [old.get(alias), value] for alias, value in wanted.items() if old.get(alias) != value}
    after = {alias: value for alias, value in {**old, **wanted}.items() if value is not None}
    missing = {alias: text for alias, text in missing_required(fields, after).items() if alias in wanted}
    if missing:
        raise Invalid(missing)
    for definition, value in identity.given(fields, {alias: after.get(alias) for alias in changes}):
        if identity.is_taken(definition, value, besides=company.id):
            raise Invalid({definition.alias: NOT_UNIQUE}, code=422)
    company.fields = after
    touched = bool(changes) or any(getattr(company, name) != value for name, value in special.items())
    beside = {name: getattr(company, name) for name in special}
    for name, value in special.items():
        setattr(company, name, value)
    _write(company, by=by, touched=touched)
    if told := _audited(differences(old, wanted)) | differences(beside, special):
        record("lead", "company", company.id, "update", told, by=by)
    if changes:
        append(New(EventType.COMPANY_UPDATED, None, company.id, {"changes": changes}))
    if "companyname" in changes:
        refresh_primary([row[0] for row in rows(queries.PRIMARY_CONTACTS, ([company.id],))])
    return Saved(company, False, sent=cleaned)


def _write(company: Company, *, by: Any, touched: bool) -> None:
    if by:
        company.modified_by, company.modified_by_user = by.pk, by.name
    if touched:
        company.date_modified = datetime.now(UTC)
    execute(
        "UPDATE companies SET fields = %s::jsonb, score = %s, owner_id = %s, is_published = %s, date_modified = %s, "
        "modified_by = %s, modified_by_user = %s WHERE id = %s",
        (
            orjson.dumps(company.fields).decode(), company.score, company.owner_id, company.is_published,
            company.date_modified, company.modified_by, company.modified_by_user, company.id,
        ),
    )  # fmt: skip


@transaction.atomic
def delete_companies(company_ids: Iterable[int], *, by: Any = None) -> int:
    """Deletes companies; their contacts' next company becomes the primary one, or their company field is emptied."""
    from honeyguide.features.webhooks.services import tell_of_deleted_companies

    names = dict(rows(queries.LOCK_NAMES, (list(company_ids),)))
    ids = list(names)
    tell_of_deleted_companies(ids)
    record_many(Entry("lead", "company", i, "delete", {"name": name}, current(by)) for i, name in names.items())
    contacts = [row[0] for row in rows(queries.PRIMARY_CONTACTS, (ids,))]
    links = rows("DELETE FROM company_contacts WHERE company_id = ANY(%s) RETURNING contact_id, company_id", (ids,))
    execute("DELETE FROM companies WHERE id = ANY(%s)", (ids,))
    append_many(New(EventType.COMPANY_LEFT, contact_id, company_id) for contact_id, company_id in sorted(links))
    append_many(New(EventType.COMPANY_DELETED, None, company_id) for company_id in ids)
    refresh_primary(contacts)
    return len(ids)


@transaction.atomic
def merge_companies(winner_id: int, loser_id: int, *, by: Any = None) -> None:
    """The winner gets the loser's contacts, what it lacks itself, and an owner if it has none; then the loser is deleted.

    Raises `Refused` and `NotFound`.
    """
    if winner_id == loser_id:
        raise Refused("A company cannot be merged with itself.")
    found = read([winner_id, loser_id], lock=True)
    if len(found) < 2:
        raise NotFound("Company not found.")
    winner, loser = found[winner_id], found[loser_id]
    moved = rows(queries.MOVE, {"winner": winner_id, "loser": loser_id})
    append_many(New(EventType.COMPANY_JOINED, contact_id, winner_id) for contact_id, is_new in moved if is_new)
    append_many(New(EventType.COMPANY_LEFT, contact_id, loser_id) for contact_id, _ in moved)
    delete_companies([loser_id], by=by)
    lacking = {alias: value for alias, value in loser.fields.items() if alias not in winner.fields}
    owner = {"owner_id": loser.owner_id} if loser.owner_id and not winner.owner_id else {}
    _update(winner, lacking, owner, definitions("company"), by=by, clear_missing=False, fill_defaults=False)
    refresh_primary([contact_id for contact_id, _ in moved])
    name = str(loser.fields.get("companyname") or "")
    record("lead", "company", winner_id, "merge", {"merged": loser_id, "name": name}, by=by)


def find_or_create(name: str, *, by: Any) -> int:
    """The id of the newest company of that name, or with that id when the name is a number; made if there is none."""
    text = str(name).strip()
    if text.isdecimal() and len(text) < 19 and one("SELECT 1 FROM companies WHERE id = %s", (int(text),)):
        return int(text)
    fields = definitions("company")
    values = {"companyname": text}
    given = identity.given(fields, values) or [(fields["companyname"], text)]
    identity.lock_values("company", given)
    found = identity.find("company", given)
    if found:
        return found
    values |= default_values(fields, values)
    company_id = scalar(
        "INSERT INTO companies (is_published, date_added, created_by, created_by_user, fields, score) "
        "VALUES (true, now(), %s, %s, %s::jsonb, 0) RETURNING id",
        (by.pk if by else None, by.name if by else None, orjson.dumps(values).decode()),
    )
    append(New(EventType.COMPANY_CREATED, None, company_id))
    record("lead", "company", company_id, "create", _audited(differences({}, values)), by=by)
    return company_id


def _audited(fields: dict[str, Any]) -> dict[str, Any]:
    """Changed fields one by one and, as in the reference, together."""
    return fields | {"fields": fields} if fields else {}


def _cleaned(values: Mapping[str, Any], fields: Definitions) -> tuple[dict[str, Any], dict[str, Any]]:
    """Typed field values, and the columns `owner_id`, `score`, `is_published` that were sent. Raises `Invalid`."""
    cleaned, errors = clean_values(values, fields)
    special: dict[str, Any] = {}
    for name, read_value in (("owner", _owner), ("score", _score), ("isPublished", _published)):
        if name in values:
            try:
                special |= read_value(values[name])
            except ValueError:
                errors[name] = INVALID
    if errors:
        raise Invalid(errors)
    return cleaned, special


def _owner(raw: Any) -> dict[str, Any]:
    if raw in (None, "", 0, "0", False):
        return {"owner_id": None}
    text = str(raw).strip()
    if isinstance(raw, (list, dict)) or not text.isdecimal() or len(text) > 18:
        raise ValueError
    if not one("SELECT 1 FROM users WHERE id = %s", (int(text),)):
        raise ValueError
    return {"owner_id": int(text)}


def _score(raw: Any) -> dict[str, Any]:
    if raw in (None, ""):
        return {"score": 0}
    if isinstance(raw, (list, dict)):
        raise ValueError
    number = int(float(raw))
    if not -(2**31) <= number < 2**31:
        raise ValueError
    return {"score": number}


def _published(raw: Any) -> dict[str, Any]:
    if raw == "":
        return {}
    return {
        "is_published": str(raw[0] if isinstance(raw, list) and raw else raw).strip().lower()
        in ("1", "true", "on", "yes")
    }


__all__ = [
    "Company", "Saved", "add_contacts", "create_company", "delete_companies", "find_or_create", "merge_companies", "page", "read",
    "remove_contacts", "update_company",
]  # fmt: skip
