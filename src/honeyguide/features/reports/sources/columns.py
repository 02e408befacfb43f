"""Sets of columns and joins that many sources share."""

from __future__ import annotations

from collections.abc import Callable

from honeyguide.engine.resource.columns import Column, condition
from honeyguide.engine.sql import Clause
from honeyguide.features.reports.declaring import Columns, Link, ReportColumn, field_columns, listed

COMPANY = (
    "LEFT JOIN company_contacts companies_lead ON companies_lead.contact_id = l.id "
    "LEFT JOIN companies comp ON comp.id = companies_lead.company_id"
)
# The address that was seen last; a contact with several is one row.
LATEST_IP = """LEFT JOIN LATERAL (
    SELECT a.ip_address FROM contact_ip_addresses x JOIN ip_addresses a ON a.id = x.ip_address_id
    WHERE x.contact_id = l.id ORDER BY a.id DESC LIMIT 1
) i ON TRUE"""
PERSON_JOINS = {"companies_lead": COMPANY, "comp": COMPANY}  # a text that two aliases share is joined once
CONTACT_JOINS = {"u": "LEFT JOIN users u ON u.id = l.owner_id", "i": LATEST_IP} | PERSON_JOINS


def category_join(table: str, alias: str = "c") -> dict[str, str]:
    return {alias: f"LEFT JOIN categories {alias} ON {alias}.id = {table}.category_id"}


CATEGORY = """
    c.id:i:Category ID:category_id
    c.title:t:Category name:category_title
"""
CAMPAIGN = """
    clel.campaign_id:i:Campaign ID
    cmp.name:t:Campaign name
"""
IP = "\ni.ip_address:t:IP address\n"


STANDARD = (
    ("id", "i", "ID"), ("name", "t", "Name"), ("created_by_user", "t", "Created by name"),
    ("modified_by_user", "t", "Modified by name"), ("date_added", "d", "Date created"), ("date_modified", "d", "Date modified"),
    ("description", "t", "Description"), ("publish_up", "d", "Publish at"), ("publish_down", "d", "Publish down"),
    ("is_published", "b", "Is published"),
)  # fmt: skip


def by_people(event: str) -> str:
    """Of events that programs cause, too: those of people. Written so that the planner takes it for what most rows are."""
    return f"NOT coalesce({event}.payload ? 'bot', false)"


def in_log_order(event: str) -> str:
    """Rows as the log's index has them, so that a first page needs no sorting."""
    return f"{event}.xid, {event}.id"


def ratio(part: str, whole: str) -> str:
    """A percentage as text, of nothing 0."""
    return f"concat(coalesce(round(100.0 * {part} / nullif({whole}, 0), 1), 0.0)::text, '%%')"


def standard(table: str, *without: str) -> str:
    """What all that is published has, but for the columns that this table has not."""
    lines = [f"{table}.{name}:{kind}:{label}:{table}_{name}" for name, kind, label in STANDARD if name not in without]
    return "\n".join(["", *lines, ""])


def company_columns() -> dict[str, ReportColumn]:
    """The companies a contact belongs to."""
    return field_columns("company", "comp", "Company ") | listed("""
        comp.id:i:Company ID:comp_id
        companies_lead.is_primary:b:Is primary
        companies_lead.date_added:d:Date added to company::companies_lead.date_associated
    """)


def person_columns() -> dict[str, ReportColumn]:
    """The contact something happened to, beside the thing itself."""
    return field_columns("lead", "l", "Contact ") | listed("l.id:i:Contact ID:contactId") | company_columns()


def only(text: str) -> Callable[[], Columns]:
    """These columns and no more."""
    return lambda: listed(text)


def with_person(*texts: str) -> Callable[[], Columns]:
    """These columns, and those of the contact that a row is about."""
    return lambda: person_columns() | listed("\n".join(texts))


def contact_columns() -> dict[str, ReportColumn]:
    """The contact that a row is about."""
    return (
        field_columns("lead", "l")
        | company_columns()
        | listed("""
            l.id:i:Contact ID
            l.date_added:d:Date Added
            l.date_identified:d:Date identified
            l.owner_id:i:Owner ID
            u.first_name:t:Owner first name
            u.last_name:t:Owner last name
            i.ip_address:t:IP address
        """)
    )


def in_segment(operator: str, value: object) -> Clause:
    """Whether the contact is in these segments."""
    chosen = _related("segment_contacts m", "m.segment_id", value, "NOT m.manually_removed AND")
    return ~chosen if operator in ("neq", "notIn") else chosen


def has_tag(operator: str, value: object) -> Clause:
    """Whether the contact has one of these tags, given by id or name, or any at all."""
    if operator in ("empty", "notEmpty"):
        found = Clause("EXISTS (SELECT FROM contact_tags m WHERE m.contact_id = l.id)")
        return ~found if operator == "empty" else found
    chosen = _related("contact_tags m JOIN tags t ON t.id = m.tag_id", "t.id", value)
    named = _related("contact_tags m JOIN tags t ON t.id = m.tag_id", "t.tag", value)
    return ~(chosen | named) if operator in ("neq", "notIn") else chosen | named


def _related(tables: str, column: str, value: object, extra: str = "") -> Clause:
    among = condition(Column(column), "in", value)
    return Clause(f"EXISTS (SELECT FROM {tables} WHERE {extra} m.contact_id = l.id AND {among.text})", among.params)


CONTACT_FILTERS = {"s.leadlist_id": in_segment, "tag": has_tag}


def named_by(path: str, id: str, *keys: str) -> dict[str, Link]:
    """Links from an id, and from the columns that name the same thing."""
    return dict.fromkeys((id, *keys), Link(path, id))


PERSON_LINKS = named_by("contacts", "l.id", "l.email", "l.firstname", "l.lastname", "es.email_address")
COMPANY_LINKS = named_by("companies", "comp.id", "comp.companyname")
CONTACT_LINKS = PERSON_LINKS | COMPANY_LINKS
EMAIL_LINKS = named_by("emails", "e.id", "e.name", "e.subject") | named_by("emails", "vp.id", "vp.subject")
CAMPAIGN_LINKS = named_by("campaigns", "clel.campaign_id", "cmp.name")
PAGE_LINKS = (
    named_by("pages", "p.id", "p.title")
    | named_by("pages", "vp.id", "vp.title")
    | named_by("pages", "tp.id", "tp.title")
)
FORM_LINKS = named_by("forms", "f.id", "f.name")
ASSET_LINKS = named_by("assets", "a.id", "a.title")
SEGMENT_LINKS = named_by("segments", "s.id", "s.name")
