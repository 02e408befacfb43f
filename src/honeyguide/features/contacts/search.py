"""What searches, conditions and orders of contact lists mean in SQL over the table `contacts` (engine contacts.md 13)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from honeyguide.engine import config
from honeyguide.engine.delivery.models import OutboxState
from honeyguide.engine.events import EventType
from honeyguide.engine.resource.columns import Column
from honeyguide.engine.resource.search import Term, like
from honeyguide.engine.sql import Clause, scalar
from honeyguide.features.fields.definitions import Definition, definitions
from honeyguide.features.fields.record_store import record_columns

# The list's default order; served by the index contacts_recent.
DEFAULT_ORDER = "contacts.last_active DESC NULLS LAST, contacts.id"
WORD_FIELDS = ("firstname", "lastname", "email", "company", "city", "state", "zipcode", "country")
OWN_COLUMNS = {
    "id": "integer",
    "is_published": "boolean",
    "date_added": "datetime",
    "created_by": "integer",
    "created_by_user": "text",
    "date_modified": "datetime",
    "modified_by": "integer",
    "modified_by_user": "text",
    "points": "integer",
    "owner_id": "integer",
    "stage_id": "integer",
    "last_active": "datetime",
    "date_identified": "datetime",
    "preferred_profile_image": "text",
}
COUNTED_EXACTLY = 1000  # totals above this may be as old as `contact_api_count_cache_ttl` seconds
Command = Callable[[str, bool, Any], Clause]  # (value, strict, user) -> condition
_totals: dict[tuple[Any, ...], tuple[float, int]] = {}


def columns() -> dict[str, Column]:
    """The names that `where` and `order` know."""
    return record_columns("lead", OWN_COLUMNS)


def meaning(term: Term, *, user: Any) -> Clause:
    """The condition of one search term, before the search language negates it.

    In the reference a negated term does not match where SQL cannot tell, so here unknown counts as matching.
    """
    if term.command and not _is_command(term):  # a word, and the reference forgets its `!`
        word = words(f"{term.command}:{term.value}", strict=True)
        return ~word if term.negated else word
    found = _meaning(term, user)
    return Clause(f"({found.text}) IS NOT FALSE", found.params) if term.negated else found


def _command(term: Term) -> Command | None:
    return COMMANDS.get(f"{term.command}:{term.value}") or COMMANDS.get(term.command)


def _is_command(term: Term) -> bool:
    definition = definitions("lead").get(term.command)
    return _command(term) is not None or (definition is not None and definition.is_listable)


def _meaning(term: Term, user: Any) -> Clause:
    if not term.command:
        return words(term.value, strict=term.strict)
    if command := _command(term):
        return command(term.value, term.strict, user)
    return matches(_text_of(definitions("lead")[term.command]), term.value, strict=term.strict)


def words(value: str, *, strict: bool = False) -> Clause:
    """A plain word in a name, address or place, or in a social field that identifies."""
    fields = definitions("lead")
    searched = [fields[alias] for alias in WORD_FIELDS if alias in fields]
    searched += [d for d in fields.unique if d.group == "social"]
    return Clause.some(matches(_text_of(d), value, strict=strict) for d in searched)


def matches(expression: str, value: str, *, strict: bool = False) -> Clause:
    """`expression` begins with `value`, or is it when `strict`; whatever the case."""
    if strict:
        return Clause(f"lower({expression}) = lower(%s)", (value,))
    pattern = like(value) if "%" in value or "*" in value else f"{like(value)}%"
    return Clause(f"lower({expression}) LIKE lower(%s)", (pattern,))


def _text_of(definition: Definition) -> str:
    if definition.column:
        return f"contacts.{definition.column}::text"
    return f"contacts.fields ->> '{definition.alias}'"


def _within(text: str, condition: Clause) -> Clause:
    """Contacts whose id a sub-query with one condition gives."""
    return Clause(f"contacts.id IN ({text.format(condition.text)})", condition.params)


def _number(value: str) -> int:
    return int(value) if value.isdecimal() and len(value) < 19 else -1


def _name(value: str, strict: bool, user: Any) -> Clause:
    first, last = "contacts.fields ->> 'firstname'", "contacts.fields ->> 'lastname'"
    full = f"concat_ws(' ', {first}, {last})"
    return Clause.some(matches(expression, value, strict=strict) for expression in (first, last, full))


def _company(value: str, strict: bool, user: Any) -> Clause:
    linked = _within(
        "SELECT l.contact_id FROM company_contacts l JOIN companies k ON k.id = l.company_id WHERE {}",
        matches("k.fields ->> 'companyname'", value, strict=strict),
    )
    return matches("contacts.fields ->> 'company'", value, strict=strict) | linked


def _owner(value: str, strict: bool, user: Any) -> Clause:
    name = matches("u.first_name", value, strict=strict) | matches("u.last_name", value, strict=strict)
    return Clause(f"contacts.owner_id IN (SELECT u.id FROM users u WHERE {name.text})", name.params)


def _segment(value: str, strict: bool = True, user: Any = None) -> Clause:
    return _within(
        "SELECT m.contact_id FROM segment_contacts m JOIN segments s ON s.id = m.segment_id "
        "WHERE NOT m.manually_removed AND {}",
        Clause("lower(s.alias) = lower(%s)", (value,)),
    )


def _common(value: str, strict: bool, user: Any) -> Clause:
    return Clause.every(_segment(alias) for alias in value.split("+") if alias)


def _stage(value: str, strict: bool, user: Any) -> Clause:
    name = matches("s.name", value, strict=strict)
    return Clause(f"contacts.stage_id IN (SELECT s.id FROM stages s WHERE {name.text})", name.params)


def _outbox(condition: str) -> Command:
    def command(value: str, strict: bool, user: Any) -> Clause:
        statement = f"SELECT o.contact_id FROM outbox o WHERE {condition} AND {{}}"
        return _within(statement, Clause("o.email_id = %s", (_number(value),)))

    return command


def _email_pending(value: str, strict: bool, user: Any) -> Clause:
    """Who is in the e-mail's segments, was not sent it and may be."""
    number = _number(value)
    return Clause(
        """(contacts.id IN (SELECT m.contact_id FROM segment_contacts m JOIN email_segments e ON e.segment_id = m.segment_id
                            WHERE NOT m.manually_removed AND e.email_id = %s)
            AND contacts.id NOT IN (SELECT o.contact_id FROM outbox o WHERE o.email_id = %s AND o.contact_id IS NOT NULL)
            AND contacts.id NOT IN (SELECT d.contact_id FROM do_not_contact d WHERE d.channel = 'email')
            AND contacts.fields ->> 'email' IS NOT NULL)""",
        (number, number),
    )


def _dispatched(channel: str) -> Command:
    def command(value: str, strict: bool, user: Any) -> Clause:
        statement = f"SELECT d.contact_id FROM dispatches d WHERE d.state = {OutboxState.SENT} AND {{}}"
        return _within(statement, Clause("d.channel = %s AND d.item_id = %s", (channel, _number(value))))

    return command


def _sms_pending(value: str, strict: bool, user: Any) -> Clause:
    """Who is in the text message's segments, was not sent it and may be."""
    number = _number(value)
    return Clause(
        """(contacts.id IN (SELECT m.contact_id FROM segment_contacts m JOIN sms_segments s ON s.segment_id = m.segment_id
                            WHERE NOT m.manually_removed AND s.sms_id = %s)
            AND NOT EXISTS (SELECT FROM dispatches d
                            WHERE d.contact_id = contacts.id AND d.channel = 'sms' AND d.item_id = %s)
            AND contacts.id NOT IN (SELECT d.contact_id FROM do_not_contact d WHERE d.channel = 'sms')
            AND coalesce(nullif(contacts.fields ->> 'mobile', ''), contacts.fields ->> 'phone', '') <> '')""",
        (number, number),
    )


def _event(event: EventType, condition: str) -> Command:
    def command(value: str, strict: bool, user: Any) -> Clause:
        parameter = _number(value) if "object_id" in condition else value
        statement = f"SELECT e.contact_id FROM events e WHERE e.type = {event.value} AND {{}}"
        return _within(statement, Clause(condition, (parameter,)))

    return command


def _ids(value: str, strict: bool, user: Any) -> Clause:
    wanted = [_number(part.strip()) for part in value.split(",")]
    return Clause("contacts.id = ANY(%s)", (wanted,))


# By command, or by command:value.
COMMANDS: dict[str, Command] = {
    "is:anonymous": lambda value, strict, user: Clause("contacts.date_identified IS NULL"),
    "is:mine": lambda value, strict, user: Clause("contacts.owner_id = %s", (user.pk,)),
    "is:unowned": lambda value, strict, user: Clause("contacts.owner_id IS NULL"),
    "ids": _ids,
    "segment": _segment,
    "common": _common,
    "name": _name,
    "company": _company,
    "company_id": lambda value, strict, user: _within(
        "SELECT l.contact_id FROM company_contacts l WHERE {}", Clause("l.company_id = %s", (_number(value),))
    ),
    "email": lambda value, strict, user: matches("contacts.fields ->> 'email'", value, strict=strict),
    "owner": _owner,
    "stage": _stage,
    "ip": lambda value, strict, user: _within(
        "SELECT l.contact_id FROM contact_ip_addresses l JOIN ip_addresses i ON i.id = l.ip_address_id WHERE {}",
        matches("i.ip_address", value, strict=strict),
    ),
    "tag": lambda value, strict, user: _within(
        "SELECT l.contact_id FROM contact_tags l JOIN tags t ON t.id = l.tag_id WHERE {}",
        matches("t.tag", value, strict=strict),
    ),
    "email_sent": _outbox(f"o.state = {OutboxState.SENT}"),
    "email_read": _outbox("o.read_at IS NOT NULL"),
    "email_queued": _outbox(f"o.state IN ({OutboxState.PENDING}, {OutboxState.CLAIMED}, {OutboxState.ATTEMPTING})"),
    "email_pending": _email_pending,
    "import_id": _event(EventType.CONTACT_IMPORTED, "e.object_id = %s"),
    "import_action": _event(EventType.CONTACT_IMPORTED, "e.payload ->> 'action' = %s"),
    "page_id": _event(EventType.PAGE_HIT, "e.object_id = %s"),
    "page_source": _event(EventType.PAGE_HIT, "e.payload ->> 'source' = %s"),
    "page_source_id": _event(EventType.PAGE_HIT, "e.payload ->> 'source_id' = %s"),
    "sms_sent": _dispatched("sms"),
    "sms_pending": _sms_pending,
    "web_sent": _dispatched("notification"),
    "mobile_sent": _dispatched("notification"),
}


def own_only(user: Any) -> Clause:
    """The contacts that are the user's: theirs, or made by them and nobody's."""
    return Clause("coalesce(contacts.owner_id, contacts.created_by) = %s", (user.pk,))


def total(where: Clause) -> int:
    """How many contacts match. A large total may be some seconds old (`contact_api_count_cache_ttl`)."""
    key = (where.text, repr(where.params))
    now = time.monotonic()
    if (known := _totals.get(key)) and now - known[0] < config.get("contact_api_count_cache_ttl"):
        return known[1]
    found = scalar(f"SELECT count(*) FROM contacts WHERE {where.text}", where.params)
    if found > COUNTED_EXACTLY:
        if len(_totals) > 1000:
            _totals.clear()
        _totals[key] = now, found
    return found


def forget_totals() -> None:
    """Drops the totals this process remembers (another database)."""
    _totals.clear()
