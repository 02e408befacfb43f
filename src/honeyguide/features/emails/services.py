"""Changes to e-mails, and sending them. Rules: contract resource-emails, engine emails.md."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from honeyguide.engine.delivery import outbox, sealed
from honeyguide.engine.delivery.addresses import is_address
from honeyguide.engine.events import EventType, New, append
from honeyguide.engine.resource.errors import Invalid, Refused
from honeyguide.engine.sql import Clause, execute, one, rows, scalar
from honeyguide.features.emails import queries, rendering
from honeyguide.features.emails.delivery import frequency_limits
from honeyguide.features.emails.models import Email
from honeyguide.features.segments.models import Segment

NO_SEGMENT = "Either no list was selected or you do not have access to one of the lists that was selected."  # contract
OVERLAP = "The same segment cannot be excluded and included in the same time."
EXTRA_FIELDS = "This form should not contain extra fields."
BAD_FROM = (
    "Provided value '{0}' is not an email address nor a token build on a email field type. "
    "'{0}' is not a valid contact field token. A valid token example: '{{contactfield=firstname|John}}'"
)
BAD_EMAIL = "A valid email is required."
INVALID = "This value is not valid."
FIELD_TOKEN = re.compile(r"\{contactfield=[a-z0-9_]+(\|[^{}]*)?\}", re.IGNORECASE)
DEFAULT_DYNAMIC_CONTENT = [
    {
        "tokenName": "Dynamic Content 1",
        "content": "Default Dynamic Content",
        "filters": [{"content": None, "filters": []}],
    }
]
SEVERAL = ("lists", "excluded_lists")
CHUNK = 20_000  # recipients queued in one transaction: short enough that readers of the event log never wait long


@transaction.atomic
def create_email(values: Mapping[str, Any], *, by: Any = None) -> Email:
    """A new e-mail. `values` are model attributes; `lists` and `excluded_lists` are segments or their ids. Raises `Invalid`."""
    email = Email(dynamic_content=DEFAULT_DYNAMIC_CONTENT, date_added=timezone.now())
    if by is not None:
        email.created_by, email.created_by_user = by.pk, by.name
    return _save(email, values)


@transaction.atomic
def update_email(email: Email, values: Mapping[str, Any], *, by: Any = None) -> Email:
    """Changes an e-mail; its revision grows by one. Raises `Invalid` and changes nothing."""
    if by is not None:
        email.modified_by, email.modified_by_user = by.pk, by.name
    email.date_modified = timezone.now()
    email.revision += 1
    return _save(email, values)


@transaction.atomic
def delete_email(email: Email, *, by: Any = None) -> None:
    """Its outbox goes with it; its links stay, for they are in people's mailboxes."""
    email.delete()


@transaction.atomic
def clone_email(email: Email, *, by: Any = None) -> Email:
    """A copy that has sent nothing: without dates, family and own plain text."""
    copy = Email.objects.get(pk=email.pk)
    copy.pk = None
    copy._state.adding = True
    copy.plain_text = None
    copy.sent_count = copy.read_count = copy.variant_sent_count = copy.variant_read_count = 0
    copy.revision = 1
    copy.publish_up = copy.publish_down = copy.variant_start_date = copy.send_started_at = None
    copy.variant_parent = copy.translation_parent = None
    copy.date_added, copy.date_modified = timezone.now(), None
    copy.modified_by = copy.modified_by_user = None
    copy.created_by, copy.created_by_user = (by.pk, by.name) if by is not None else (None, None)
    copy.save()
    copy.lists.set(email.lists.all())
    copy.excluded_lists.set(email.excluded_lists.all())
    return copy


def _save(email: Email, values: Mapping[str, Any]) -> Email:
    cleaned = dict(values)
    segments = {name: _segments(name, cleaned.pop(name)) for name in SEVERAL if name in cleaned}
    cleaned.update(check(email, cleaned, segments))
    for attribute, value in cleaned.items():
        setattr(email, attribute, value)
    email.save()
    if email.email_type != "list":
        segments = {name: [] for name in SEVERAL}
    for name, chosen in segments.items():
        getattr(email, name).set(chosen)
    email._prefetched_objects_cache = {}
    return email


def _segments(name: str, given: Any) -> list[Segment]:
    """Segments by id or as they are; an unknown one is an error of the field."""
    given = [] if given in (None, "") else given
    if not isinstance(given, (list, tuple)) and not hasattr(given, "__iter__"):
        given = [given]
    ids = [getattr(item, "pk", item) for item in given]
    numbers = {int(i) for i in ids if isinstance(i, int) or (isinstance(i, str) and i.isdigit() and len(i) < 10)}
    found = list(Segment.objects.filter(pk__in=[n for n in numbers if 0 < n < 2**31]))
    if len(found) != len({str(i) for i in ids}):
        raise Invalid({"lists" if name == "lists" else "excludedLists": NO_SEGMENT})
    return found


def check(
    email: Email, values: Mapping[str, Any], segments: Mapping[str, Sequence[Segment]] | None = None
) -> dict[str, Any]:
    """Raises `Invalid` with every broken rule; returns values that are stored in another shape than given."""
    errors: dict[str, list[str]] = {}
    segments = segments or {}

    def after(name: str) -> Any:
        return values.get(name, getattr(email, name))

    for name, text in (("name", "A name is required."), ("subject", "A subject is required.")):
        if not str(after(name) or "").strip():
            errors[name] = [text]
    if after("email_type") == "list" and after("translation_parent") is None and after("variant_parent") is None:
        chosen = _chosen(email, segments, "lists")
        if not chosen:
            errors["lists"] = [NO_SEGMENT]
        if set(chosen) & set(_chosen(email, segments, "excluded_lists")):
            errors["excludedLists"] = [OVERLAP]
    _check_addresses(values, errors)
    changed = {}
    if "headers" in values:
        changed["headers"] = _headers(values["headers"], errors)
    if "dynamic_content" in values and not isinstance(values["dynamic_content"], (list, type(None))):
        errors["dynamicContent"] = [INVALID]
    if values.get("dynamic_content", ()) is None:
        changed["dynamic_content"] = DEFAULT_DYNAMIC_CONTENT
    if values.get("unsubscribe_form_id"):
        errors["unsubscribeForm"] = [INVALID]  # no form exists yet that it could be
    if errors:
        raise Invalid(errors)
    return changed


def _chosen(email: Email, segments: Mapping[str, Sequence[Segment]], name: str) -> list[int]:
    if name in segments:
        return [segment.pk for segment in segments[name]]
    return [segment.pk for segment in getattr(email, name).all()] if email.pk else []


def _check_addresses(values: Mapping[str, Any], errors: dict[str, list[str]]) -> None:
    sender = values.get("from_address")
    if sender and not is_address(sender) and not FIELD_TOKEN.fullmatch(sender.strip()):
        errors["fromAddress"] = [BAD_FROM.format(sender)]
    reply_to = values.get("reply_to_address")
    if reply_to and not is_address(reply_to) and not FIELD_TOKEN.fullmatch(reply_to.strip()):
        errors["replyToAddress"] = [BAD_EMAIL]
    copies = values.get("bcc_address")
    if copies and not all(is_address(part.strip()) for part in copies.split(",")):
        errors["bccAddress"] = [BAD_EMAIL]


def _headers(given: Any, errors: dict[str, list[str]]) -> Any:
    """`{"list": [{"label", "value"}]}` or a map, as a map; an empty list when there is none."""
    if given in (None, "", [], {}):
        return []
    if isinstance(given, dict) and isinstance(given.get("list"), list):
        entries = given["list"]
        if all(isinstance(e, dict) and "label" in e for e in entries):
            return {str(e["label"]): str(e.get("value") or "") for e in entries} or []
    elif isinstance(given, dict) and all(isinstance(v, (str, int, float, type(None))) for v in given.values()):
        return {str(name): "" if value is None else str(value) for name, value in given.items()}
    errors["headers"] = [EXTRA_FIELDS]
    return []


# Sending


def send_to_segments(email: Email, *, limit: int | None = None, by: Any = None) -> int:
    """Queues a segment e-mail for everyone who is to get it and has not, `limit` at most; returns for how many.

    Nobody is queued twice, whoever calls this and how often. A template e-mail has no segments, so nobody is.
    """
    if email.email_type != "list" or (limit is not None and limit < 1):
        return 0
    names = _broadcast(email)
    queued = 0
    while limit is None or queued < limit:
        wanted = CHUNK if limit is None else min(CHUNK, limit - queued)
        audience = _positional(queries.AUDIENCE, {**names, "limit": wanted})
        added = outbox.enqueue(audience)
        queued += added
        if added < wanted:
            break
    if queued:
        Email.objects.filter(pk=email.pk).update(send_started_at=timezone.now())
    return queued


def _positional(text: str, names: Mapping[str, Any]) -> Clause:
    """A statement with named parameters as a `Clause`."""
    params: list[Any] = []

    def place(found: re.Match) -> str:
        params.append(names[found[1]])
        return "%s"

    return Clause(re.sub(r"%\((\w+)\)s", place, text), tuple(params))


def _broadcast(email: Email) -> dict[str, Any]:
    """The parameters of the statements about an e-mail's audience."""
    root = email.translation_parent or email.variant_parent or email
    translations = list(Email.objects.filter(translation_parent=root, is_published=True).values_list("language", "pk"))
    by_language = [(root.language, root.pk), *translations]
    return {
        **frequency_limits(),
        "email": root.pk,
        "family": family(root),
        "segments": list(root.lists.values_list("pk", flat=True)),
        "excluded": list(root.excluded_lists.values_list("pk", flat=True)),
        "category": root.category_id,
        "languages": [language for language, _ in by_language],
        "translations": [pk for _, pk in by_language],
    }


def family(email: Email) -> list[int]:
    """The e-mail, its translations and its variants: who got one of them got it."""
    root = email.translation_parent_id or email.variant_parent_id or email.pk
    children = Email.objects.filter(translation_parent_id=root) | Email.objects.filter(variant_parent_id=root)
    return [root, *children.values_list("pk", flat=True)]


def pending_count(email: Email) -> int:
    """How many contacts `send_to_segments` would queue now."""
    return scalar(queries.PENDING_COUNT, _broadcast(email)) if email.email_type == "list" else 0


def send_to_contact(
    email: Email,
    contact_id: int,
    *,
    tokens: Mapping[str, Any] | None = None,
    occasion: str = "",
    subject: str | None = None,
    html: str | None = None,
    by: Any = None,
) -> int | None:
    """Queues one transactional message, ahead of broadcasts and regardless of do-not-contact; returns its outbox id.

    `tokens` are replacements, names with or without braces, values HTML. Without `occasion` every call is a message of its
    own; with it the second one is None. Raises `Refused` when the contact has no usable address.
    """
    address = scalar("SELECT fields ->> 'email' FROM contacts WHERE id = %s", (contact_id,))
    if not is_address(address):
        raise Refused("The contact has no valid e-mail address.")
    named = {
        str(k).strip().strip("{}").lower(): str(v) for k, v in (tokens or {}).items() if not isinstance(v, (dict, list))
    }
    options = {"transactional": True, "tokens": named or None, "subject": subject, "html": html}
    return outbox.enqueue_one(
        email_id=email.pk,
        contact_id=contact_id,
        occasion=occasion,
        options={name: value for name, value in options.items() if value is not None},
    )


def send_example(email: Email, addresses: Iterable[str], *, by: Any = None) -> int:
    """Queues a test copy to each address: `[TEST]` before the subject, [labels] for the contact's values, nothing tracked or
    counted. Raises `Invalid` for what is no address."""
    wanted = list(dict.fromkeys(a.strip() for a in addresses if a.strip()))
    if not wanted or not all(is_address(address) for address in wanted):
        raise Invalid({"addresses": BAD_EMAIL})
    options = {"example_of": email.pk, "subject": f"[TEST] {email.subject}", "transactional": True}
    for address in wanted:
        outbox.enqueue_one(email_id=None, contact_id=None, address=address, options=options)
    return len(wanted)


@transaction.atomic
def record_reply(tracking_hash: str) -> bool:
    """Notes that somebody answered the message of this hash, which they have read then; False when there is none."""
    outbox_id = sealed.unseal(tracking_hash)
    found = one(queries.MARK_REPLIED, {"message": outbox_id}) if outbox_id else None
    if found is None:
        return False
    append(New(EventType.EMAIL_REPLIED, found[0], outbox_id))
    if found[1]:
        Email.objects.filter(pk=found[2]).update(read_count=F("read_count") + 1)
    return True


def withdraw(email: Email, *, by: Any = None) -> int:
    """Cancels what is queued and not sent yet; returns how many messages."""
    return execute(queries.WITHDRAW, {"email": email.pk, "reason": "Withdrawn before it was sent."})


def queue_due_broadcasts() -> int:
    """Queues every segment e-mail whose publish window is open and has a beginning; returns how many messages."""
    now = timezone.now()
    due = Email.objects.filter(
        email_type="list", is_published=True, publish_up__lte=now, translation_parent=None, variant_parent=None
    ).exclude(publish_down__lt=now)
    return sum(send_to_segments(email) for email in due.order_by("pk"))


# Looking at them


@dataclass(frozen=True)
class Statistics:
    """The numbers of an e-mail with its translations. `links` are (url, clicks, unique clicks); `days` are (day, sent, read,
    bounced)."""

    sent: int
    read: int
    clicked: int
    unsubscribed: int
    bounced: int
    failed: int
    unknown: int
    pending: int
    cancelled: int
    clicks: int
    links: list[tuple[str, int, int]] = field(default_factory=list)
    days: list[tuple[datetime, int, int, int]] = field(default_factory=list)


def statistics(email: Email, *, days: int = 30) -> Statistics:
    """Counted from the outbox, so always exact; `days` is how far back the daily numbers go."""
    names = {"family": family(email), "since": datetime.now(UTC) - timedelta(days=days)}
    totals = one(queries.STATISTICS, names)
    return Statistics(*totals, links=rows(queries.LINKS, names), days=rows(queries.OVER_TIME, names))


@dataclass(frozen=True)
class Preview:
    subject: str
    html: str
    plain_text: str


def preview(email: Email, contact_id: int | None = None) -> Preview:
    """The e-mail as a contact would get it, or with [labels] in place of values; nothing in it is tracked."""
    source = rendering.source_of(email, labels=contact_id is None)
    compiled = rendering.compiled(source, rendering.surroundings(), tracked=False)
    recipient = rendering.reader(contact_id)
    return Preview(compiled.subject(recipient), compiled.html(recipient), compiled.plain_text(recipient))


def shown_in_browser(outbox_id: int) -> str | None:
    """The HTML of a sent message, written again from its e-mail; None when either is gone."""
    found = one("SELECT email_id, options::text FROM outbox WHERE id = %s", (outbox_id,))
    email = found and Email.objects.filter(pk=found[0]).first()
    if email is None:
        return None
    return rendering.web_view(email, outbox_id, found[1])
