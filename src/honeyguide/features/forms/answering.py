"""Reads what a visitor sent to a form: each field's answer, clean, or what is wrong with it (engine forms.md 2 and 3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator

from honeyguide.engine import config
from honeyguide.engine.dates import parse_date, parse_datetime
from honeyguide.engine.resource.fields import strip_tags
from honeyguide.features.forms import uploads
from honeyguide.features.forms.choices import TRUE, is_multiple, properties_of

VIEW_ONLY = frozenset(("button", "captcha", "freetext", "freehtml", "pagebreak"))
LONGEST, MOST_CHOICES = 65_535, 500
REQUIRED = "'{}' is required."
TOO_LONG = f"This is too long. It may have {LONGEST} characters."
NUMBER = re.compile(r"[+-]?(\d{1,30}([.,]\d{0,30})?|[.,]\d{1,30})")
INTERNATIONAL = re.compile(r"\+[1-9]\d{6,14}")
PUNCTUATION = re.compile(r"[\s().\-/]")
Answer = str | list[str]
NOTHING: Mapping[str, Any] = {}


class Wrong(ValueError):
    """An answer that cannot be taken; the message is for the visitor."""


@dataclass
class Answers:
    """`values` by alias, of fields that were asked and answered or left blank; `errors` by alias, one sentence each."""

    values: dict[str, Answer] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def read_answers(
    fields: Sequence[Any],
    sent: Mapping[str, Any],
    *,
    files: Mapping[str, Any] = NOTHING,
    hidden: frozenset[str] = frozenset(),
) -> Answers:
    """The answers to the fields of a form; that to a field for files is the name under which the file will be kept.

    `hidden` are aliases that this visitor was not asked: they are never missing, and their errors do not count.
    """
    answers = Answers()
    by_id = {str(one.pk): one for one in fields}
    raw = {one.alias: _raw(sent.get(one.alias)) for one in fields if one.type not in ("button", "freetext", "freehtml")}
    for one in fields:
        if one.alias not in raw or one.type == "pagebreak":
            continue
        if not is_shown(one, by_id, raw):
            continue
        try:
            value = _file(one, files.get(one.alias)) if one.type == "file" else _checked(one, raw[one.alias])
        except Wrong as wrong:
            if one.alias not in hidden:
                answers.errors[one.alias] = str(wrong)
            continue
        if one.type != "captcha":
            answers.values[one.alias] = value
    return answers


def is_shown(one: Any, by_id: Mapping[str, Any], raw: Mapping[str, list[str]]) -> bool:
    """Whether a conditional field was asked, going by the answer to the field it depends on; others always are."""
    parent = by_id.get(str(one.parent)) if one.parent not in (None, "", "0") else None
    if parent is None:
        return True
    conditions = one.conditions if isinstance(one.conditions, dict) else {}
    given = [value for value in raw.get(parent.alias, ()) if value]
    if conditions.get("any") in TRUE:
        return bool(given)
    listed = conditions.get("values")
    wanted = {str(value) for value in (listed.values() if isinstance(listed, dict) else listed or ())}
    if conditions.get("expr") == "notIn":
        return bool(given) and not wanted.intersection(given)
    return bool(wanted.intersection(given))


def _raw(sent: Any) -> list[str]:
    """What was sent for a field as texts, whether one or several. What is nested deeper means nothing."""
    if isinstance(sent, Mapping):
        sent = list(sent.values())
    listed = sent if isinstance(sent, list) else [sent]
    return [str(one).replace("\x00", "").strip() for one in listed[:MOST_CHOICES] if isinstance(one, str)]


def _checked(one: Any, given: list[str]) -> Answer:
    if one.type == "captcha":
        return _captcha(one, given)
    if any(len(text) > LONGEST for text in given):
        raise Wrong(TOO_LONG)
    texts = [text for text in given if text]
    if not texts:
        if one.is_required:
            raise Wrong(one.validation_message or REQUIRED.format(one.label))
        return [] if is_multiple(one) else ""
    if is_multiple(one):
        return [strip_tags(text) for text in texts]
    return CHECKS.get(one.type, _text)(one, texts[-1])


def _file(one: Any, upload: Any) -> str:
    if upload is None:
        if one.is_required:
            raise Wrong(one.validation_message or REQUIRED.format(one.label))
        return ""
    if problem := uploads.problem(one, upload):
        raise Wrong(problem)
    return uploads.new_name(upload)


def _captcha(one: Any, given: list[str]) -> str:
    """A question has one answer, whatever the case; without a question it is a trap for machines and must stay empty."""
    expected = str(properties_of(one).get("captcha") or "").strip()
    text = given[-1] if given else ""
    if text.casefold() != expected.casefold():
        message = properties_of(one).get("errorMessage") or one.validation_message
        raise Wrong(str(message or "This is not the right answer."))
    return ""


def _text(one: Any, text: str) -> str:
    return strip_tags(text)


def _email(one: Any, text: str) -> str:
    try:
        EmailValidator()(text)
    except ValidationError:
        raise Wrong("This is not an e-mail address.") from None
    validation = one.validation if isinstance(one.validation, dict) else {}
    refused = [str(pattern).strip().lower() for pattern in config.get("do_not_submit_emails")]
    if validation.get("donotsubmit") in TRUE and any(fnmatchcase(text.lower(), pattern) for pattern in refused):
        raise Wrong(str(validation.get("donotsubmit_validationmsg") or "This e-mail address is not accepted."))
    return text


def _url(one: Any, text: str) -> str:
    candidate = text if "://" in text else f"https://{text}"
    try:
        URLValidator(schemes=["http", "https", "ftp"])(candidate)
    except ValidationError:
        raise Wrong("This is not a web address.") from None
    return candidate


def _number(one: Any, text: str) -> str:
    if not NUMBER.fullmatch(text):
        raise Wrong("This is not a number.")
    return text.replace(",", ".").lstrip("+")


def _tel(one: Any, text: str) -> str:
    validation = one.validation if isinstance(one.validation, dict) else {}
    if validation.get("international") in TRUE and not INTERNATIONAL.fullmatch(PUNCTUATION.sub("", text)):
        raise Wrong(str(validation.get("international_validationmsg") or "Write the number with its country: +44 …"))
    return strip_tags(text)


def _date(one: Any, text: str) -> str:
    if (day := parse_date(text)) is None:
        raise Wrong("This is not a date.")
    return day


def _datetime(one: Any, text: str) -> str:
    if (moment := parse_datetime(text)) is None:
        raise Wrong("This is not a date with a time.")
    return moment


CHECKS: Mapping[str, Callable[[Any, str], str]] = {
    "email": _email,
    "url": _url,
    "number": _number,
    "tel": _tel,
    "date": _date,
    "datetime": _datetime,
}
