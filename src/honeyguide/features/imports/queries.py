"""The set-based statements of an import. Names of tables and columns come from the declarations here, values as parameters."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import connection

from honeyguide.engine.fieldtypes import ALIAS
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.features.imports import binary
from honeyguide.features.imports.records import NULL


@dataclass(frozen=True)
class Table:
    """Where an object's records live. `columns` are those besides id and fields that an import may set, with their types."""

    object: str
    name: str
    columns: Mapping[str, str]

    def update(self, given: Sequence[str], *, keep: bool, nulls: bool) -> str:
        """One pass: the rows merged, and written where anything differs.

        `given` are the columns that some row sets. `keep` lets values that are there win. `nulls` says that values may be null,
        which empties; else "contains" tells more cheaply than a comparison whether anything differs. `identified` marks rows
        that say who the contact is. The rows come in the order of their ids, which is the order in which they are locked.
        """
        merged = {name: f"COALESCE(new.{name}, old.{name})" for name in given if name not in STAMPS | GIVEN_ONCE}
        if "date_identified" in self.columns:
            named = "CASE WHEN new.identified THEN now() END"
            merged["date_identified"] = (
                f"COALESCE({'new.date_identified, ' if 'date_identified' in given else ''}old.date_identified, {named})"
            )
        fields = "new.fields || old.fields" if keep else "old.fields || new.fields"
        fields = f"jsonb_strip_nulls({fields})" if nulls else fields
        differs = [f"old.{name} IS DISTINCT FROM {value}" for name, value in merged.items()]
        differs += ["new.date_modified IS NOT NULL"] if "date_modified" in given else []
        differs += [f"old.fields IS DISTINCT FROM {fields}" if nulls or keep else "NOT old.fields @> new.fields"]
        stamps = {
            "date_modified": "COALESCE(new.date_modified, now())" if "date_modified" in given else "now()",
            "modified_by": "%(by)s::int",
            "modified_by_user": "%(by_name)s::text",
        }
        if "modified_by" in given:
            stamps["modified_by"] = "COALESCE(new.modified_by, %(by)s)"
            stamps["modified_by_user"] = (
                "CASE WHEN new.modified_by IS NULL THEN %(by_name)s ELSE new.modified_by_user END"
            )
        columns = ", ".join(f"{name} {self.columns[name]}" for name in given)
        more = f", jsonb_to_recordset(%(columns)s::jsonb) AS ({columns})" if given else ""
        return f"""
            UPDATE {self.name} AS old
            SET {", ".join(f"{name} = {value}" for name, value in ({"fields": fields} | merged | stamps).items())}
            FROM ROWS FROM (
                unnest(%(ids)s::text::bigint[]), unnest(%(identified)s::text::boolean[]),
                jsonb_array_elements(%(fields)s::jsonb){more}
            ) AS new (id, identified, fields{"".join(f", {name}" for name in given)})
            WHERE old.id = new.id AND ({" OR ".join(differs)})
        """


STAMPS = {"date_modified", "modified_by", "modified_by_user"}
GIVEN_ONCE = {"points", "score"}  # to new records only
SHARED = {
    "date_added": "timestamptz",
    "created_by": "int",
    "created_by_user": "text",
    "date_modified": "timestamptz",
    "modified_by": "int",
    "modified_by_user": "text",
    "owner_id": "bigint",
}
TABLES = {
    "lead": Table(
        "lead",
        "contacts",
        {
            **SHARED,
            "points": "int",
            "stage_id": "bigint",
            "last_active": "timestamptz",
            "date_identified": "timestamptz",
        },
    ),
    "company": Table("company", "companies", {**SHARED, "score": "int"}),
}

# One pass over the field's index: everything that has one of the values.
FIND = """
    SELECT lower(fields ->> '{alias}'), id, COALESCE(extract(epoch FROM date_added), 0)::float8
    FROM {table}
    WHERE lower(fields ->> '{alias}') = ANY(ARRAY(SELECT json_array_elements_text(%(values)s::json)))
"""

# One pass: named ids, where merged contacts are followed to what they became.
FIND_CONTACT_IDS = """
    SELECT named.id, COALESCE(contacts.id, contact_merges.contact_id)
    FROM unnest(%(ids)s::bigint[]) AS named (id)
    LEFT JOIN contacts ON contacts.id = named.id
    LEFT JOIN contact_merges ON contact_merges.merged_id = named.id
    WHERE contacts.id IS NOT NULL OR contact_merges.contact_id IS NOT NULL
"""
FIND_COMPANY_IDS = "SELECT id, id FROM companies WHERE id = ANY(%(ids)s::bigint[])"

# One pass: users by user name or e-mail.
FIND_USERS = """
    SELECT name, id, trim(first_name || ' ' || last_name)
    FROM users CROSS JOIN LATERAL (VALUES (lower(username)), (lower(email))) AS by (name)
    WHERE name = ANY(%(names)s::text[])
"""

# One pass: one event per contact.
TELL = """
    INSERT INTO events (type, contact_id, object_id, payload)
    SELECT %(type)s, unnest(%(ids)s::text::bigint[]), %(object_id)s, %(payload)s::jsonb
"""
TELL_COMPANIES = "INSERT INTO events (type, object_id) SELECT %(type)s, unnest(%(ids)s::text::bigint[])"

# One pass: a log entry per new contact that came with points.
TELL_POINTS = """
    INSERT INTO events (type, contact_id, payload)
    SELECT %(type)s, id, jsonb_build_object('event', %(event)s::text, 'action', 'import', 'delta', points, 'type', 'import')
    FROM unnest(%(ids)s::bigint[], %(points)s::int[]) AS new (id, points)
"""

MAKE_STAGES = """
    INSERT INTO stages (name, weight, is_published, date_added, created_by, created_by_user)
    SELECT name, 0, true, now(), %(by)s, %(by_name)s
    FROM unnest(%(names)s::text[]) AS wanted (name)
    WHERE NOT EXISTS (SELECT 1 FROM stages WHERE lower(stages.name) = lower(wanted.name))
"""
FIND_STAGES = "SELECT lower(name), min(id) FROM stages WHERE lower(name) = ANY(%(names)s::text[]) GROUP BY 1"

MAKE_TAGS = "INSERT INTO tags (tag) SELECT unnest(%(names)s::text[]) ON CONFLICT (tag) DO NOTHING"
# One pass: the pairs (contact, tag name) as links.
ADD_TAGS = """
    INSERT INTO contact_tags (contact_id, tag_id)
    SELECT pair.contact_id, tags.id
    FROM unnest(%(contacts)s::bigint[], %(names)s::text[]) AS pair (contact_id, name) JOIN tags ON tags.tag = pair.name
    ON CONFLICT DO NOTHING
"""
REMOVE_TAGS = """
    DELETE FROM contact_tags USING unnest(%(contacts)s::bigint[], %(names)s::text[]) AS pair (contact_id, name), tags
    WHERE contact_tags.contact_id = pair.contact_id AND contact_tags.tag_id = tags.id AND tags.tag = pair.name
"""

MAKE_ADDRESSES = (
    "INSERT INTO ip_addresses (ip_address) SELECT unnest(%(names)s::text[]) ON CONFLICT (ip_address) DO NOTHING"
)
ADD_ADDRESSES = """
    INSERT INTO contact_ip_addresses (contact_id, ip_address_id)
    SELECT pair.contact_id, ip_addresses.id
    FROM unnest(%(contacts)s::bigint[], %(names)s::text[]) AS pair (contact_id, name)
    JOIN ip_addresses ON ip_addresses.ip_address = pair.name
    ON CONFLICT DO NOTHING
"""

# One pass: an unsubscription is stronger than a manual entry, so it stays.
ADD_DO_NOT_EMAIL = """
    WITH before AS (
        SELECT contact_id, reason FROM do_not_contact WHERE channel = 'email' AND contact_id = ANY(%(ids)s::bigint[])
    ),
    changed AS (
        INSERT INTO do_not_contact (contact_id, channel, reason, comments, date_added)
        SELECT id, 'email', 3, '', now() FROM unnest(%(ids)s::bigint[]) AS new (id)
        ON CONFLICT (contact_id, channel) DO UPDATE SET reason = 3, comments = '', date_added = now()
        WHERE do_not_contact.reason NOT IN (1, 3)
        RETURNING contact_id
    )
    INSERT INTO events (type, contact_id, payload)
    SELECT %(type)s, contact_id,
        jsonb_build_object('channel', 'email', 'old', COALESCE(before.reason, 0), 'new', 3, 'comments', '')
    FROM changed LEFT JOIN before USING (contact_id)
"""
REMOVE_DO_NOT_EMAIL = """
    WITH changed AS (
        DELETE FROM do_not_contact WHERE channel = 'email' AND contact_id = ANY(%(ids)s::bigint[]) RETURNING contact_id, reason
    )
    INSERT INTO events (type, contact_id, payload)
    SELECT %(type)s, contact_id, jsonb_build_object('channel', 'email', 'old', reason, 'new', 0, 'comments', '') FROM changed
"""

# One pass: members by hand, also those that had been taken out; told only of those that were not members.
JOIN_SEGMENT = """
    WITH changed AS (
        INSERT INTO segment_contacts (segment_id, contact_id, date_added, manually_added, manually_removed)
        SELECT %(segment_id)s, id, now(), true, false FROM unnest(%(ids)s::bigint[]) AS new (id)
        ON CONFLICT (segment_id, contact_id) DO UPDATE SET manually_added = true, manually_removed = false, date_added = now()
        WHERE segment_contacts.manually_removed
        RETURNING contact_id
    )
    INSERT INTO events (type, contact_id, object_id, payload)
    SELECT %(type)s, contact_id, %(segment_id)s, '{"manually": true}'::jsonb FROM changed
"""

# One pass each: the other companies step back (or go), and the imported one becomes the primary.
LEAVE_OTHER_COMPANIES = """
    DELETE FROM company_contacts USING unnest(%(contacts)s::bigint[], %(companies)s::bigint[]) AS pair (contact_id, company_id)
    WHERE company_contacts.contact_id = pair.contact_id AND company_contacts.company_id <> pair.company_id
"""
DEMOTE_OTHER_COMPANIES = """
    UPDATE company_contacts SET is_primary = false
    FROM unnest(%(contacts)s::bigint[], %(companies)s::bigint[]) AS pair (contact_id, company_id)
    WHERE company_contacts.contact_id = pair.contact_id AND company_contacts.company_id <> pair.company_id AND is_primary
"""
JOIN_COMPANIES = """
    INSERT INTO company_contacts (contact_id, company_id, is_primary, date_associated)
    SELECT contact_id, company_id, true, now()
    FROM unnest(%(contacts)s::bigint[], %(companies)s::bigint[]) AS pair (contact_id, company_id)
    ON CONFLICT (contact_id, company_id) DO UPDATE SET is_primary = true WHERE NOT company_contacts.is_primary
"""


def find(table: Table, alias: str, values: Iterable[str]) -> list[tuple[str, int, float]]:
    """(value, id, seconds since 1970 it was added) of every record with one of the values, given in lower case."""
    if not ALIAS.fullmatch(alias):
        raise ValueError(f"not a field alias: {alias!r}")
    return rows(FIND.format(table=table.name, alias=alias), {"values": orjson.dumps(list(values)).decode()})


def find_ids(table: Table, ids: Sequence[int]) -> dict[int, int]:
    """The ids that exist, with the id under which each lives now."""
    return dict(rows(FIND_CONTACT_IDS if table.object == "lead" else FIND_COMPANY_IDS, {"ids": list(ids)}))


def reserve_ids(table: Table, count: int) -> list[int]:
    """New ids, ascending."""
    if not count:
        return []
    return scalar(
        "SELECT array_agg(nextval((SELECT pg_get_serial_sequence(%s, 'id')::regclass))) FROM generate_series(1, %s)",
        (table.name, count),
    )


def as_array(ids: Sequence[int]) -> str:
    """The ids as PostgreSQL writes an array: sent as text they cost a tenth of what they cost one by one."""
    return f"{{{str(list(ids))[1:-1]}}}"


def insert(table: Table, columns: Sequence[str], lines: Iterable[bytes]) -> None:
    """Makes records by COPY from rows in its binary format: id, fields, then `columns`."""
    statement = f"COPY {table.name} (id, fields, {', '.join(columns)}) FROM STDIN (FORMAT binary)"
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.cursor().copy(statement) as copy:
        copy.write(binary.HEADER + b"".join(lines) + binary.END)


def update(
    table: Table,
    records: Mapping[int, tuple[bytes, bool, Mapping[str, Any]]],
    *,
    keep: bool,
    by: int | None,
    by_name: str | None,
) -> None:
    """Merges {id: (fields as JSON, whether they name somebody, columns)} into the records that exist."""
    if not records:
        return
    ids = sorted(records)
    fields = b"[%s]" % b",".join([records[id][0] for id in ids])
    columns = [records[id][2] for id in ids]
    some = set[str]().union(*columns)
    given = [name for name in table.columns if name in some]
    execute(
        table.update(given, keep=keep, nulls=NULL in fields),
        {
            "ids": as_array(ids),
            "identified": f"{{{','.join(['t' if records[id][1] else 'f' for id in ids])}}}",
            "fields": fields.decode(),
            "columns": orjson.dumps(columns).decode(),
            "by": by,
            "by_name": by_name,
        },
    )
