"""Companies as the API shows them (contract resource-companies), as JSON bytes."""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from honeyguide.features.companies.services import Company, Saved
from honeyguide.features.fields.definitions import definitions
from honeyguide.features.fields.output import FRESH, LISTED, ONE, Shape, template


def one(company: Company, *, shape: Shape = ONE, shown: bool = True) -> bytes:
    """A company as GET and edits show it."""
    number = company.id if shown else None
    fields = template("company", definitions("company"), shape).render(number, company.fields)
    return b'{"id":%s,"score":%s,"fields":%s}' % (orjson.dumps(number), orjson.dumps(company.score), fields)


def deleted(company: Company) -> bytes:
    """A company that was just deleted: as it was, without id."""
    return one(company, shown=False)


def saved(outcome: Saved) -> bytes:
    """The answer to a create or an edit."""
    if not outcome.created:
        return one(outcome.company)
    company = outcome.company
    sent = {alias: value for alias, value in outcome.sent.items() if value is not None}
    fields = template("company", definitions("company"), FRESH).render(company.id, sent, company.fields)
    return b'{"id":%d,"score":%s,"fields":%s}' % (company.id, orjson.dumps(company.score), fields)


def in_list(company: Company, *, select: frozenset[str] | None = None) -> bytes:
    if select is None:
        return one(company, shape=LISTED)
    known = frozenset(alias for alias in definitions("company") if alias in select)
    return one(company, shape=Shape(listed=True, select=known if known or "id" in select else None, omit_nulls=True))


def listed(companies: Iterable[Company], *, select: frozenset[str] | None = None) -> bytes:
    """A page of companies: an object keyed by id."""
    return b"{" + b",".join(b'"%d":%s' % (c.id, in_list(c, select=select)) for c in companies) + b"}"
