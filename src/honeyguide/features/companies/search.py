"""What searches, conditions and orders of company lists mean in SQL over the table `companies`."""

from __future__ import annotations

from typing import Any

from honeyguide.engine.resource.columns import Column
from honeyguide.engine.resource.search import Term, like
from honeyguide.engine.sql import Clause
from honeyguide.features.fields.definitions import definitions
from honeyguide.features.fields.record_store import record_columns

DEFAULT_ORDER = "companies.id"
WORD_FIELDS = ("companyname", "companyemail")
OWN_COLUMNS = {
    "id": "integer",
    "is_published": "boolean",
    "date_added": "datetime",
    "created_by": "integer",
    "created_by_user": "text",
    "date_modified": "datetime",
    "modified_by": "integer",
    "modified_by_user": "text",
    "score": "integer",
    "owner_id": "integer",
}


def columns() -> dict[str, Column]:
    """The names that `where` and `order` know."""
    return record_columns("company", OWN_COLUMNS)


def meaning(term: Term, *, user: Any) -> Clause:
    """The condition of one search term, before the search language negates it.

    In the reference a negated term does not match where SQL cannot tell, so here unknown counts as matching.
    """
    found = _meaning(term, user)
    return Clause(f"({found.text}) IS NOT FALSE", found.params) if term.negated else found


def _meaning(term: Term, user: Any) -> Clause:
    match term.command, term.value:
        case "", value:
            return _words(value, strict=term.strict)
        case "ids", value:
            wanted = [int(part) for part in value.split(",") if part.strip().isdecimal() and len(part) < 19]
            return Clause("companies.id = ANY(%s)", (wanted,))
        case "is", ("published" | "unpublished") as value:
            return Clause("companies.is_published = %s", (value == "published",))
        case "is", "mine":
            return Clause("companies.created_by = %s", (user.pk,))
    definition = definitions("company").get(term.command)
    if definition and definition.is_listable:
        return _contains(definition.alias, term.value, strict=term.strict)
    return _words(f"{term.command}:{term.value}", strict=True)


def _words(value: str, *, strict: bool) -> Clause:
    return Clause.some(_contains(alias, value, strict=strict) for alias in WORD_FIELDS)


def _contains(alias: str, value: str, *, strict: bool) -> Clause:
    expression = f"lower(companies.fields ->> '{alias}')"
    if strict:
        return Clause(f"{expression} = lower(%s)", (value,))
    pattern = like(value) if "%" in value or "*" in value else f"%{like(value)}%"
    return Clause(f"{expression} LIKE lower(%s)", (pattern,))


def own_only(user: Any) -> Clause:
    """The companies that are the user's: theirs, or made by them and nobody's."""
    return Clause("coalesce(companies.owner_id, companies.created_by) = %s", (user.pk,))
