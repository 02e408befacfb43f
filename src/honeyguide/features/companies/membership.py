"""Which contacts belong to which companies. A contact's `company` field mirrors the name of its primary company."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from honeyguide.engine import config
from honeyguide.engine.events import EventType, New, append_many
from honeyguide.engine.sql import rows, scalar
from honeyguide.features.companies import queries


@transaction.atomic
def add_contacts(company_id: int, contact_ids: Iterable[int]) -> int:
    """Links contacts to a company; returns how many links are new. A contact's first company becomes its primary one;
    with `contact_allow_multiple_companies` off the former ones are left."""
    contacts = sorted(set(contact_ids))
    if not config.get("contact_allow_multiple_companies"):
        _left(rows(queries.LEAVE_OTHERS, {"contacts": contacts, "company": company_id}))
    added = rows(queries.JOIN, {"contacts": contacts, "company": company_id})
    append_many(New(EventType.COMPANY_JOINED, contact_id, company_id) for (contact_id,) in added)
    refresh_primary(contacts)
    return len(added)


@transaction.atomic
def remove_contacts(company_id: int, contact_ids: Iterable[int]) -> int:
    """Unlinks; returns how many links there were. Where it was the primary company, the first remaining one is promoted."""
    contacts = sorted(set(contact_ids))
    removed = rows(queries.LEAVE, {"contacts": contacts, "companies": [company_id]})
    _left(removed)
    if removed:
        refresh_primary([contact_id for contact_id, _ in removed])
    return len(removed)


def join_by_name(contact_id: int, name: str, *, by: Any) -> int:
    """Makes the company of that name (or id, when it is a number of one) the contact's primary one; made if need be."""
    from honeyguide.features.companies.services import find_or_create

    company_id = find_or_create(name, by=by)
    make_primary([contact_id], company_id)
    return company_id


@transaction.atomic
def make_primary(contact_ids: Iterable[int], company_id: int) -> None:
    """Links contacts if need be, and makes this their primary company."""
    contacts = sorted(set(contact_ids))
    if not config.get("contact_allow_multiple_companies"):
        _left(rows(queries.LEAVE_OTHERS, {"contacts": contacts, "company": company_id}))
    added = rows(queries.JOIN, {"contacts": contacts, "company": company_id})
    append_many(New(EventType.COMPANY_JOINED, contact, company_id) for (contact,) in added)
    rows(queries.MAKE_PRIMARY, {"contacts": contacts, "company": company_id})
    refresh_primary(contacts)


@transaction.atomic
def set_companies(contact_id: int, company_ids: Sequence[int]) -> None:
    """Replaces the contact's companies; the primary one stays if it is among them, else the first becomes it."""
    present = {row[0] for row in rows(queries.OF_CONTACT, (contact_id,))}
    gone = sorted(present.difference(company_ids))
    if gone:
        _left(rows(queries.LEAVE, {"contacts": [contact_id], "companies": gone}))
    for company_id in dict.fromkeys(company_ids):
        added = rows(queries.JOIN, {"contacts": [contact_id], "company": company_id})
        append_many(New(EventType.COMPANY_JOINED, contact, company_id) for (contact,) in added)
        refresh_primary([contact_id])
    refresh_primary([contact_id])


@transaction.atomic
def leave_primary(contact_id: int) -> None:
    """The contact's company was emptied: its primary link goes. Another company is not promoted, the field stays empty."""
    company_id = scalar("SELECT company_id FROM company_contacts WHERE contact_id = %s AND is_primary", (contact_id,))
    if company_id:
        _left(rows(queries.LEAVE, {"contacts": [contact_id], "companies": [company_id]}))


def refresh_primary(contact_ids: Sequence[int]) -> None:
    """Each contact with companies has one primary; its `company` field says that one's name, or nothing."""
    rows(queries.PROMOTE, {"contacts": list(contact_ids)})
    rows(queries.MIRROR, {"contacts": list(contact_ids)})


def _left(links: Iterable[tuple[int, int]]) -> None:
    append_many(New(EventType.COMPANY_LEFT, contact_id, company_id) for contact_id, company_id in sorted(links))
