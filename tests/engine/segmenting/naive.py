"""Segment filters for one person in plain Python: the rules as they are told, without a thought for speed."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Person:
    city: str | None
    attribution: float | None
    attribution_date: str | None
    points: int
    date_added: datetime | None
    tags: frozenset[int]
    utm_source: tuple
    bounced: bool
    companies: tuple
    opens: tuple


NEGATIVE = {"!=": "=", "!in": "in", "!like": "like"}


def matches(person, filters, *, now, zone):
    """OR of ANDs, with repeated `or =` of one field gathered at the end."""
    repeated = {}
    for one in filters[1:]:
        if one["glue"] == "or" and one["operator"] == "=" and one["type"] not in ("date", "datetime"):
            repeated.setdefault((one["object"], one["field"]), []).append(one)
    gathered = [same for same in repeated.values() if len(same) > 1]
    rest = [one for one in filters if not any(one is other for same in gathered for other in same)]
    answers = [(one["glue"], answer(person, one, now, zone)) for one in rest]
    answers += [("or", gathered_answer(person, same, now, zone)) for same in gathered]
    alternatives = []
    for glue, true in answers:
        if glue == "or" or not alternatives:
            alternatives.append([])
        alternatives[-1].append(true)
    return not alternatives or any(all(group) for group in alternatives)


def gathered_answer(person, same, now, zone):
    return any(answer(person, one, now, zone) for one in same)


def answer(person, one, now, zone):
    field, operator, value = one["field"], one["operator"], one["properties"]["filter"]
    positive = NEGATIVE.get(operator, operator)
    match field:
        case "city":
            return scalar(person.city, operator, lambda text: text_test(text, positive, value))
        case "attribution" | "points":
            return scalar(getattr(person, field), operator, lambda n: compare(n, positive, float(value)))
        case "lead_email_read_count":
            return compare(sum(person.opens), operator, value)
        case "attribution_date":
            stored = person.attribution_date and datetime.fromisoformat(person.attribution_date)
            return scalar(stored, operator, lambda at: date_test(at, positive, value, now.date()))
        case "date_added":
            at = person.date_added and person.date_added.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
            today = now.astimezone(ZoneInfo(zone)).date()
            return scalar(at, operator, lambda at: date_test(at, positive, value, today))
        case "dnc_bounced":
            return person.bounced == ((operator == "=") == (value in (True, "1")))
        case "tags":
            return several(person.tags, operator, lambda tag: tag in value)
        case "utm_source":
            return several(person.utm_source, operator, lambda text: text_test(text, positive, value))
        case "companycity":
            companies = person.companies or (None,)
            return any(scalar(city, operator, lambda text: text_test(text, positive, value)) for city in companies)


def scalar(stored, operator, test):
    if operator in ("empty", "!empty"):
        return (stored is None) == (operator == "empty")
    if operator in NEGATIVE:
        return stored is None or not test(stored)
    return stored is not None and test(stored)


def several(stored, operator, test):
    if operator in ("empty", "!empty"):
        return (not stored) == (operator == "empty")
    if operator == "!=":
        return all(one is not None and not test(one) for one in stored)
    some = any(one is not None and test(one) for one in stored)
    return not some if operator in NEGATIVE else some


def compare(stored, operator, value):
    return {
        "=": stored == value, "gt": stored > value, "gte": stored >= value, "lt": stored < value, "lte": stored <= value,
    }[operator]  # fmt: skip


def text_test(stored, operator, value):
    if operator == "in":
        return stored.lower() in [one.lower() for one in value]
    if operator in ("regexp", "!regexp"):
        return bool(re.search(value, stored, re.IGNORECASE)) == (operator == "regexp")
    if operator == "=":
        return stored.lower() == value.lower()
    patterns = {"startsWith": f"{value}%", "endsWith": f"%{value}", "contains": f"%{value}%"}
    return like(stored, patterns.get(operator, value if "%" in value else f"%{value}%"))


def like(stored, pattern):
    expression, escaped = "", False
    for sign in pattern:
        if escaped or sign not in "%_\\":
            expression, escaped = expression + re.escape(sign), False
        elif sign == "\\":
            escaped = True
        else:
            expression += {"%": ".*", "_": "."}[sign]
    return bool(re.fullmatch(expression + ("\\\\" if escaped else ""), stored, re.IGNORECASE | re.DOTALL))


def date_test(at, operator, text, today):
    if text.startswith(("birthday", "anniversary")):
        day = today - timedelta(days=1) if "-1 day" in text else today
        return (at.month, at.day) == (day.month, day.day)
    first, last, whole = meaning(text, today)
    if operator == "=":
        return first <= at.date() <= last
    start = datetime.combine(first, datetime.min.time())
    end = datetime.combine(last + timedelta(days=1), datetime.min.time())
    return {
        "gt": at >= end if whole else at > start, "gte": at >= start,
        "lt": at < start, "lte": at < end if whole else at <= start,
    }[operator]  # fmt: skip


def meaning(text, today):
    monday = today - timedelta(days=today.weekday())
    next_first = (today.replace(day=28) + timedelta(days=4)).replace(day=1)
    month_days = calendar.monthrange(today.year, today.month)[1]
    return {
        "today": (today, today, True),
        "yesterday": (today - timedelta(days=1), today - timedelta(days=1), True),
        "last week": (monday - timedelta(days=7), monday - timedelta(days=1), True),
        "this month": (today.replace(day=1), today.replace(day=month_days), True),
        "last year": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31), True),
        "next month": (
            next_first,
            (next_first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1),
            True,
        ),
        "-1 day": (today - timedelta(days=1),) * 2 + (False,),
        "+2 weeks": (today + timedelta(days=14),) * 2 + (False,),
        "-4 years": (today.replace(year=today.year - 4),) * 2 + (False,),
        "first day of next month": (next_first, next_first, False),
        "2024-05-14": (date(2024, 5, 14), date(2024, 5, 14), False),
    }[text]
