"""Creating and editing contacts: identity, the save pipeline of engine contacts.md 1, and the events of what happened.

One contact costs four statements in its own transaction's middle: locks, look-up, insert with events, commit. A batch
costs the same four for all its contacts that are new and plain; the others go one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from django.db import transaction

from honeyguide.engine.audit import current
from honeyguide.engine.events import EventType
from honeyguide.engine.resource.errors import Denied, Invalid, NotFound, Refused
from honeyguide.engine.sql import execute, one, rows
from honeyguide.features.companies import membership
from honeyguide.features.contacts import identity, preferences
from honeyguide.features.contacts import rows as contact_rows
from honeyguide.features.contacts.drafts import KEEP, Draft, read_draft
from honeyguide.features.contacts.ips import attach_ip, completed
from honeyguide.features.contacts.rows import Row, is_identified, moment
from honeyguide.features.contacts.sources import API, API_BATCH, Source
from honeyguide.features.fields.cleaning import default_values, missing_required
from honeyguide.features.fields.definitions import Definitions, definitions
from honeyguide.features.tags import modify_tags

NOT_UNIQUE = "This field must be unique."
# One pass: the contact and the events that tell of it.
INSERT = """
    WITH made AS (
        INSERT INTO contacts (is_published, date_added, created_by, created_by_user, fields, points, owner_id, stage_id,
                              last_active, date_identified, preferred_profile_image)
        VALUES (true, %s, %s, %s, %s::jsonb, %s, %s, %s, %s, %s, %s)
        RETURNING id
    ), told AS (
        INSERT INTO events (type, contact_id, object_id, payload)
        SELECT e.type, made.id, e.object_id, e.payload
        FROM made, unnest(%s::smallint[], %s::bigint[], %s::jsonb[]) e(type, object_id, payload)
    )
    SELECT id FROM made
"""
# One pass: many contacts and their events. Ids are drawn first, so that each can be told apart.
INSERT_MANY = """
    WITH given AS MATERIALIZED (
        SELECT nextval(pg_get_serial_sequence('contacts', 'id')) AS id, g.*
        FROM unnest(%(fields)s::text[], %(points)s::int[], %(owners)s::bigint[], %(stages)s::bigint[],
                    %(active)s::timestamptz[], %(identified)s::boolean[])
             WITH ORDINALITY g(fields, points, owner_id, stage_id, last_active, identified, position)
        ORDER BY position
    ), made AS (
        INSERT INTO contacts (id, is_published, date_added, created_by, created_by_user, fields, points, owner_id, stage_id,
                              last_active, date_identified)
        SELECT id, true, %(now)s, %(by)s, %(name)s, fields::jsonb, points, owner_id, stage_id, last_active,
               CASE WHEN identified THEN %(now)s END
        FROM given
    ), told AS (
        INSERT INTO events (type, contact_id, payload)
        SELECT t.type, given.id, %(payload)s::jsonb
        FROM given, unnest(%(types)s::smallint[]) t(type)
        WHERE t.type <> %(identified_type)s OR identified
    )
    SELECT id FROM given ORDER BY position
"""
# One pass: the contact's new values and the events that tell of them.
UPDATE = """
    WITH told AS (
        INSERT INTO events (type, contact_id, object_id, payload)
        SELECT e.type, %(id)s, e.object_id, e.payload
        FROM unnest(%(types)s::smallint[], %(objects)s::bigint[], %(payloads)s::jsonb[]) e(type, object_id, payload)
    )
    UPDATE contacts SET fields = %(fields)s::jsonb, points = %(points)s, owner_id = %(owner_id)s, stage_id = %(stage_id)s,
        last_active = %(last_active)s, date_identified = %(date_identified)s,
        preferred_profile_image = %(preferred_profile_image)s, date_modified = %(date_modified)s,
        modified_by = %(modified_by)s, modified_by_user = %(modified_by_user)s
    WHERE id = %(id)s
"""
WRITTEN = (
    "id", "points", "owner_id", "stage_id", "last_active", "date_identified", "preferred_profile_image", "date_modified",
    "modified_by", "modified_by_user",
)  # fmt: skip


@dataclass
class Saved:
    """A saved contact. `created` is false when the values led to an existing one.

    `row` is the contact as it was written; None when things beside it changed and it must be read again. `before` holds
    the old value of every field that changed; `blanked` says that blanks were written (PUT, overwriteWithBlank).
    """

    id: int
    created: bool
    row: Row | None = None
    sent: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    blanked: bool = False
    was_active: datetime | None = None
    tag_order: list[str] = field(default_factory=list)
    company_by_id: bool = False

    @property
    def pk(self) -> int:
        return self.id


class _NewDefinitions(Exception):
    """The field definitions changed since the values were cleaned."""

    def __init__(self, version: int):
        self.version = version


def create_contact(
    values: Mapping[str, Any],
    *,
    by: Any,
    source: Source = API,
    overwrite_with_blank: bool = False,
    ip: str | None = None,
    check: Callable[[Row], None] | None = None,
) -> Saved:
    """Saves a contact from raw values by alias and the special keys of resource-contacts "Create".

    Values that identify an existing contact update it, the newest one (`created` False). `check` may refuse that by
    raising. Raises `Invalid`; nothing is stored then.
    """
    overwrite = overwrite_with_blank or _truthy(values.get("overwriteWithBlank"))
    fields = definitions("lead")
    while True:
        draft = read_draft(values, fields)
        draft.ip = draft.ip or ip
        try:
            with transaction.atomic():
                return _create(draft, fields, by=by, source=source, overwrite=overwrite, check=check)
        except _NewDefinitions as newer:
            fields = definitions("lead", version=newer.version)


def _create(
    draft: Draft, fields: Definitions, *, by: Any, source: Source, overwrite: bool, check: Callable[[Row], None] | None
) -> Saved:
    values = draft.values
    given = identity.given(fields, values)
    version = identity.lock_values("lead", given)
    if version != fields.version:
        raise _NewDefinitions(version)
    if draft.errors:
        raise Invalid(draft.errors)
    found = identity.find("lead", given)
    row = contact_rows.lock([found]).get(found) if found else None
    if row is None:
        return _insert(draft, fields, by=by, source=source)
    if check:
        check(row)
    return _update(row, draft, fields, by=by, source=source, overwrite=overwrite, clear_missing=False)


def _insert(draft: Draft, fields: Definitions, *, by: Any, source: Source) -> Saved:
    if draft.ip:
        draft.values = completed(draft.values, draft.ip, fields)
    row = new_row(draft, fields, by=by, now=datetime.now(UTC))
    told = [(EventType.CONTACT_CREATED, None, {"source": source.payload(by), "by": current(by).as_list()})]
    if row.date_identified:
        told.append((EventType.CONTACT_IDENTIFIED, None, {"source": source.payload(by)}))
    if row.stage_id:
        told.append(_stage_event(row.stage_id))
    if row.owner_id:
        told.append((EventType.OWNER_CHANGED, row.owner_id, None))
    row.id = one(
        INSERT,
        (
            row.date_added, row.created_by, row.created_by_user, dump(row.fields), row.points, row.owner_id, row.stage_id,
            row.last_active, row.date_identified, row.preferred_profile_image, *_event_arrays(told),
        ),
    )[0]  # fmt: skip
    saved = Saved(row.id, True, row, sent=draft.values, tag_order=draft.add_tags)
    _save_beside(row, draft, by=by, company=row.fields.get("company"))
    if not draft.is_plain or row.owner_id or row.stage_id:
        saved.row = None
    return saved


def new_row(draft: Draft, fields: Definitions, *, by: Any, now: datetime) -> Row:
    """A contact that is not stored yet, with defaults. Raises `Invalid` for required fields without value."""
    if missing := missing_required(fields, draft.values):
        raise Invalid(missing)
    values = {alias: value for alias, value in draft.values.items() if value is not None}
    if fields.with_default:
        values |= default_values(fields, values)
    points, last_active = int(values.pop("points", 0)), moment(values.pop("last_active", None))
    attribute(values, now)
    return Row(
        id=0,
        is_published=True,
        date_added=now,
        created_by=by.pk if by else None,
        created_by_user=by.name if by else None,
        date_modified=None,
        modified_by=None,
        modified_by_user=None,
        fields=values,
        points=points,
        owner_id=None if draft.owner_id is KEEP else draft.owner_id,
        stage_id=None if draft.stage_id is KEEP else draft.stage_id,
        last_active=last_active,
        date_identified=now if is_identified(fields, values) else None,
        preferred_profile_image=None if draft.preferred_profile_image is KEEP else draft.preferred_profile_image,
        version=fields.version,
    )


def attribute(values: dict[str, Any], now: datetime) -> None:
    """An attribution has a date, today's unless given; without attribution there is none."""
    if values.get("attribution"):
        values.setdefault("attribution_date", now.strftime("%Y-%m-%d 00:00:00"))
    else:
        values.pop("attribution_date", None)


def update_contact(
    contact_id: int,
    values: Mapping[str, Any],
    *,
    by: Any,
    source: Source = API,
    clear_missing: bool = False,
    overwrite_with_blank: bool = False,
) -> Saved:
    """PATCH, or PUT with `clear_missing`. Raises `NotFound` and `Invalid`, with 422 for another contact's unique value."""
    overwrite = overwrite_with_blank or _truthy(values.get("overwriteWithBlank"))
    fields = definitions("lead")
    while True:
        draft = read_draft(values, fields)
        try:
            with transaction.atomic():
                version = identity.lock_values("lead", identity.given(fields, draft.values))
                if version != fields.version:
                    raise _NewDefinitions(version)
                row = contact_rows.lock([contact_id]).get(contact_id)
                if row is None:
                    raise NotFound()
                if draft.errors:
                    raise Invalid(draft.errors)
                return _update(
                    row, draft, fields, by=by, source=source, overwrite=overwrite, clear_missing=clear_missing
                )
        except _NewDefinitions as newer:
            fields = definitions("lead", version=newer.version)


def _update(
    row: Row, draft: Draft, fields: Definitions, *, by: Any, source: Source, overwrite: bool, clear_missing: bool
) -> Saved:
    wanted = _wanted(row, draft, fields, overwrite=overwrite, clear_missing=clear_missing)
    if clear_missing and (missing := missing_required(fields, draft.values)):
        raise Invalid(missing)
    before = {alias: row.value(alias) for alias, value in wanted.items() if row.value(alias) != value}
    for definition, value in identity.given(fields, {alias: wanted[alias] for alias in before}):
        if identity.is_taken(definition, value, besides=row.id):
            raise Invalid({definition.alias: NOT_UNIQUE}, code=422)
    saved = Saved(row.id, False, sent=draft.values, before=before, blanked=overwrite or clear_missing)
    saved.was_active = row.last_active
    saved.company_by_id = draft.companies is not KEEP
    old_points, now = row.points, datetime.now(UTC)
    _apply(row, {alias: wanted[alias] for alias in before}, now)
    changes = {alias: [value, row.value(alias)] for alias, value in before.items()}
    told = [(EventType.CONTACT_UPDATED, None, {"changes": changes, "by": current(by).as_list()})]
    touched = bool(before) or draft.companies is not KEEP
    if not before:
        told = []
    if row.date_identified is None and is_identified(fields, row.fields):
        row.date_identified = now
        told.append((EventType.CONTACT_IDENTIFIED, None, {"source": source.payload(by)}))
    if row.points != old_points and (row.points > 0 or old_points > 0):
        change = {"delta": row.points - old_points, "type": "edit", "points": [old_points, row.points]}
        told.append((EventType.POINTS_CHANGED, None, change))
    if draft.owner_id is not KEEP and draft.owner_id != row.owner_id:
        row.owner_id, touched = draft.owner_id, True
        told.append((EventType.OWNER_CHANGED, row.owner_id, None))
    if draft.stage_id is not KEEP and draft.stage_id != row.stage_id:
        row.stage_id, touched = draft.stage_id, True
        told.append(_stage_event(row.stage_id))
    if draft.preferred_profile_image is not KEEP and draft.preferred_profile_image != row.preferred_profile_image:
        row.preferred_profile_image, touched = draft.preferred_profile_image, True
    write(row, told, by=by, touched=touched, now=now)
    company = row.fields.get("company") if "company" in before else None
    _save_beside(row, draft, by=by, company=company)
    if before.get("company") and not row.fields.get("company"):
        membership.leave_primary(row.id)
    return saved


def _wanted(row: Row, draft: Draft, fields: Definitions, *, overwrite: bool, clear_missing: bool) -> dict[str, Any]:
    """The value of every field that is to be written. Blanks and zeros count only when blanks may overwrite."""
    wanted: dict[str, Any] = {}
    for alias, value in draft.values.items():
        blank = value is None or (value == 0 and value is not False)
        if not blank or overwrite or clear_missing:
            wanted[alias] = value
    if clear_missing:
        for alias in fields:
            wanted.setdefault(alias, None)
    if wanted.get("points", KEEP) is None:
        wanted["points"] = 0
    return wanted


def _apply(row: Row, values: dict[str, Any], now: datetime) -> None:
    for alias, value in values.items():
        if alias == "points":
            row.points = int(value)
        elif alias == "last_active":
            row.last_active = moment(value)
        elif value is None:
            row.fields.pop(alias, None)
        else:
            row.fields[alias] = value
    attribute(row.fields, now)


def write(
    row: Row, told: Sequence[tuple[EventType, int | None, Any]], *, by: Any, touched: bool, now: datetime
) -> None:
    """Stores a changed row with its events. Who saved is always noted; the date moves only when something changed."""
    row.modified_by, row.modified_by_user = (by.pk, by.name) if by else (row.modified_by, row.modified_by_user)
    row.date_modified = now if touched else row.date_modified
    types, objects, payloads = _event_arrays(told)
    values = {name: getattr(row, name) for name in WRITTEN}
    execute(UPDATE, {**values, "fields": dump(row.fields), "types": types, "objects": objects, "payloads": payloads})


def _save_beside(row: Row, draft: Draft, *, by: Any, company: str | None) -> None:
    """What is kept outside the contact's own row."""
    if draft.ip:
        attach_ip(row.id, draft.ip)
    if company:
        membership.join_by_name(row.id, company, by=by)
    if draft.companies is not KEEP:
        membership.set_companies(row.id, draft.companies)
    if draft.add_tags or draft.remove_tags:
        modify_tags([row.id], add=draft.add_tags, remove=draft.remove_tags)
    for change in draft.do_not_contact:
        if change.reason:
            preferences.set_do_not_contact(
                row.id, change.channel, change.reason, comments=change.comments, channel_id=change.channel_id
            )
        else:
            preferences.remove_do_not_contact(row.id, change.channel)
    if draft.frequency_rules:
        preferences.store_frequency_rules(row.id, draft.frequency_rules)


def create_contacts(
    records: Sequence[Mapping[str, Any]],
    *,
    by: Any,
    source: Source = API_BATCH,
    check: Callable[[Row], None] | None = None,
) -> list[Saved | Exception]:
    """Saves many contacts in bulk statements; one outcome per record, `Invalid` or `Refused` where it was refused.

    The outcome is that of saving them one after the other: a record that repeats a unique value updates its predecessor.
    """
    fields = definitions("lead")
    while True:
        try:
            with transaction.atomic():
                return _create_many(records, fields, by=by, source=source, check=check)
        except _NewDefinitions as newer:
            fields = definitions("lead", version=newer.version)


def _create_many(
    records: Sequence[Mapping[str, Any]], fields: Definitions, *, by: Any, source: Source, check: Any
) -> list[Saved | Exception]:
    drafts = [read_draft(record, fields) for record in records]
    given = [identity.given(fields, draft.values) for draft in drafts]
    version = identity.lock_values("lead", [pair for pairs in given for pair in pairs])
    if version != fields.version:
        raise _NewDefinitions(version)
    outcomes: list[Saved | Exception | None] = [Invalid(d.errors) if d.errors else None for d in drafts]
    fresh = _fresh(drafts, given, outcomes, fields)
    now = datetime.now(UTC)
    made: dict[int, Row] = {}
    for i in fresh:
        try:
            made[i] = new_row(drafts[i], fields, by=by, now=now)
        except Invalid as error:
            outcomes[i] = error
    for i, row in zip(made, insert_many(list(made.values()), by=by, source=source, now=now), strict=True):
        outcomes[i] = Saved(row.id, True, row, sent=drafts[i].values)
    for i, record in enumerate(records):
        if outcomes[i] is None:
            try:
                with transaction.atomic():
                    overwrite = _truthy(record.get("overwriteWithBlank"))
                    outcomes[i] = _create(drafts[i], fields, by=by, source=source, overwrite=overwrite, check=check)
            except (Invalid, Refused, Denied) as error:
                outcomes[i] = error
    return outcomes


def _fresh(drafts: Sequence[Draft], given: Sequence[Any], outcomes: Sequence[Any], fields: Definitions) -> list[int]:
    """The positions of those that are plain, right, new, and the first with their unique values."""
    known: set[tuple[str, str]] = set()
    for definition in fields.unique:
        values = {str(v).lower() for pairs in given for d, v in pairs if d is definition}
        if values:
            known |= {(definition.alias, value) for value in identity.find_each(definition, values)}
    found = []
    for i, draft in enumerate(drafts):
        keys = {(d.alias, str(v).lower()) for d, v in given[i]}
        if outcomes[i] is None and not keys & known and draft.is_plain and draft.is_unowned:
            found.append(i)
        known |= keys
    return found


def insert_many(contacts: Sequence[Row], *, by: Any, source: Source, now: datetime) -> Sequence[Row]:
    """Stores new rows with their events in one statement and gives them their ids."""
    if not contacts:
        return contacts
    found = rows(
        INSERT_MANY,
        {
            "fields": [dump(row.fields) for row in contacts],
            "points": [row.points for row in contacts],
            "owners": [row.owner_id for row in contacts],
            "stages": [row.stage_id for row in contacts],
            "active": [row.last_active for row in contacts],
            "identified": [row.date_identified is not None for row in contacts],
            "now": now,
            "by": by.pk if by else None,
            "name": by.name if by else None,
            "payload": dump({"source": source.payload(by), "by": current(by).as_list()}),
            "types": [EventType.CONTACT_CREATED.value, EventType.CONTACT_IDENTIFIED.value],
            "identified_type": EventType.CONTACT_IDENTIFIED.value,
        },
    )
    for row, (number,) in zip(contacts, found, strict=True):
        row.id = number
    return contacts


def _stage_event(stage_id: int | None) -> tuple[EventType, int | None, dict[str, Any]]:
    name = one("SELECT name FROM stages WHERE id = %s", (stage_id,)) if stage_id else None
    label = f"{stage_id}:{name[0]}" if name else ""
    return EventType.STAGE_CHANGED, stage_id, {"name": label, "action": "Stage changed"}


def _event_arrays(
    told: Sequence[tuple[EventType, int | None, Any]],
) -> tuple[list[int], list[int | None], list[str | None]]:
    return (
        [event.value for event, _, _ in told],
        [object_id for _, object_id, _ in told],
        [None if payload is None else dump(payload) for _, _, payload in told],
    )


def dump(value: Any) -> str:
    return orjson.dumps(value).decode()


def _truthy(raw: Any) -> bool:
    return str(raw).strip().lower() in ("1", "true", "on", "yes")
