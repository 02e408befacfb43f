"""Making, changing and deleting e-mails (contract resource-emails)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from honeyguide.engine.audit import differences, record
from honeyguide.engine.delivery.addresses import is_address
from honeyguide.engine.documents import versions
from honeyguide.engine.resource.errors import Invalid
from honeyguide.engine.sql import scalar
from honeyguide.features.emails.models import Email, EmailVersion
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
TESTED = {"subject", "custom_html", "plain_text", "dynamic_content", "from_address", "from_name", "variant_settings"}
# Who, when and how often: the audit log tells it beside the changes, or it is no change of the e-mail.
NOT_AUDITED = (
    "id",
    "date_",
    "created_by",
    "modified_by",
    "revision",
    "sent_",
    "read_",
    "variant_sent",
    "variant_read",
    "send_",
)


@transaction.atomic
def create_email(values: Mapping[str, Any], *, by: Any = None) -> Email:
    """A new e-mail. `values` are model attributes; `lists` and `excluded_lists` are segments or their ids. Raises `Invalid`."""
    email = Email(dynamic_content=DEFAULT_DYNAMIC_CONTENT, date_added=timezone.now())
    if by is not None:
        email.created_by, email.created_by_user = by.pk, by.name
    _save(email, values)
    record("email", "email", email.pk, "create", differences({}, _audited(email)), by=by)
    return email


@transaction.atomic
def update_email(email: Email, values: Mapping[str, Any], *, by: Any = None) -> Email:
    """Changes an e-mail; its revision grows by one. Raises `Invalid` and changes nothing."""
    if by is not None:
        email.modified_by, email.modified_by_user = by.pk, by.name
    before = _audited(email)
    email.date_modified = timezone.now()
    email.revision += 1
    _save(email, values)
    replaced = {name: "replaced" for name in SEVERAL if name in values}
    if changes := differences(before, _audited(email)) | replaced:
        record("email", "email", email.pk, "update", changes, by=by)
    if email.variant_start_date and email.is_published and not TESTED.isdisjoint(changes):
        _restart_test(email)
    return email


def _restart_test(email: Email) -> None:
    """What was read of the e-mail as it was says nothing of it as it is (engine emails 5)."""
    anew = {"variant_start_date": timezone.now(), "variant_sent_count": 0, "variant_read_count": 0}
    root = email.variant_parent_id or email.pk
    Email.objects.filter(Q(pk=root) | Q(variant_parent=root)).update(**anew)
    for name, value in anew.items():
        setattr(email, name, value)


@transaction.atomic
def delete_email(email: Email, *, by: Any = None) -> None:
    """Its outbox goes with it; its links stay, for they are in people's mailboxes."""
    record("email", "email", email.pk, "delete", {"name": email.name}, by=by)
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
    versions.copy(EmailVersion, email.pk, copy.pk, by=by)
    record("email", "email", copy.pk, "create", {"name": [None, copy.name], "clone_of": email.pk}, by=by)
    return copy


def _audited(email: Email) -> dict[str, Any]:
    names = (f.attname for f in email._meta.concrete_fields)
    return {name: getattr(email, name) for name in names if not name.startswith(NOT_AUDITED)}


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
    numbers = {int(i) for i in ids if isinstance(i, int) or (isinstance(i, str) and i.isdecimal() and len(i) < 10)}
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
    for attribute, table, name in (
        ("unsubscribe_form_id", "forms", "unsubscribeForm"),
        ("preference_center_id", "pages", "preferenceCenter"),
    ):
        if values.get(attribute) and not scalar(
            f"SELECT EXISTS (SELECT FROM {table} WHERE id = %s)", (values[attribute],)
        ):
            errors[name] = [INVALID]
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
