"""What `where` asks of columns, told by PostgreSQL and by plain Python."""

import operator
import re
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honeyguide.engine.resource.columns import EXPRESSIONS, Column, condition
from honeyguide.engine.sql import rows

KINDS = {"text": "text", "choice": "text", "integer": "bigint", "number": "double precision", "boolean": "boolean",
         "datetime": "timestamptz", "structure": "jsonb"}  # fmt: skip
WHEN = datetime(2024, 5, 1, tzinfo=UTC)
HELD = {
    "text": [None, "", "ada", "Ada", "a%b", "a_b", "a\\", "O'Neil", "ž", "1"],
    "choice": [None, "Email", "email", "sms"],
    "integer": [None, -1, 0, 1, 5, 2**40],
    "number": [None, -1.5, 0.0, 1.0, 2.5],
    "boolean": [None, True, False],
    "datetime": [None, WHEN, WHEN.replace(year=2023)],
    "structure": [None],
}
ASKED = ["", "ada", "ADA", "a%", "%B", "a_b", "a\\", "a\\\\", "O'Neil", "Ž", "1", "0", "5.0", "2.5", "-1", "1e40", "9" * 30,
         "x", "true", "no", True, False, None, 1, 2.5, "2024-05-01", "2024-05-01T02:00:00+02:00", "EMAIL", "\x00ada",
         "²", "½"]  # fmt: skip
DATES = ["2024-05-01", "2024-05-01T02:00:00+02:00", "", "x", "1", "9" * 30, True, None]
TRUE = {"1", "true", "on", "yes"}
COMPARE = {"eq": operator.eq, "neq": operator.ne, "lt": operator.lt, "lte": operator.le, "gt": operator.gt,
           "gte": operator.ge}  # fmt: skip


def scalar(value):
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None or isinstance(value, (list, dict)) else str(value).replace("\x00", "")


def as_kind(kind, value):
    """The asked value as the column's kind; None when it cannot be one."""
    text = scalar(value).strip()
    if kind in ("integer", "number"):
        found = re.match(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", text, re.ASCII)
        number = float(found.group()) if found else 0.0
        return None if abs(number) >= 2**63 else number
    if kind == "boolean":
        return text.lower() in TRUE
    if kind == "datetime":
        return {"2024-05-01": WHEN, "2024-05-01T02:00:00+02:00": WHEN}.get(text)
    return scalar(value).lower()


def held_text(kind, value):
    if kind == "boolean":
        return "true" if value else "false"
    return {0.0: "0", 1.0: "1"}.get(value, str(value)) if kind == "number" else str(value)


def like(pattern, text):
    """SQL's ILIKE, where a backslash makes the next character plain."""
    parts, plain = [], False
    for at, character in enumerate(pattern):
        if plain:
            parts.append(re.escape(character))
            plain = False
        elif character == "\\" and at + 1 < len(pattern):
            plain = True
        else:
            parts.append({"%": ".*", "_": "."}.get(character, re.escape(character)))
    return re.fullmatch("".join(parts), text, re.IGNORECASE | re.DOTALL) is not None


def matches(kind, expression, asked, held):
    """Whether the reference's rules take a row that holds `held`. Unknown is no."""
    if expression in ("isNull", "isNotNull"):
        return (held is None) == (expression == "isNull")
    if expression in ("isEmpty", "isNotEmpty"):
        return (held in (None, "")) == (expression == "isEmpty")
    if expression in ("in", "notIn"):
        items = (
            asked if isinstance(asked, list) else [i.strip() for i in scalar(asked).split(",")] if scalar(asked) else []
        )
        typed = [v for item in items if (v := as_kind(kind, item)) is not None]
        if not typed:
            return expression == "notIn"
        return held is not None and (lowered(held) in typed) == (expression == "in")
    if expression in ("between", "notBetween"):
        inside = matches(kind, "gte", asked[0], held) and matches(kind, "lte", asked[1], held)
        return inside == (expression == "between")
    if held is None:
        return False
    if expression in ("like", "notLike"):
        return like(scalar(asked), held_text(kind, held)) == (expression == "like")
    typed = as_kind(kind, asked)
    return typed is not None and COMPARE[expression](lowered(held), typed)


def lowered(held):
    return held.lower() if isinstance(held, str) else held


@st.composite
def questions(draw):
    kind = draw(st.sampled_from([k for k in KINDS if k != "structure"]))
    expressions = EXPRESSIONS
    if kind in ("text", "choice"):  # what is less than what depends on the database's collation
        expressions = [e for e in EXPRESSIONS if e not in ("lt", "lte", "gt", "gte", "between", "notBetween")]
    expression = draw(st.sampled_from(expressions))
    if kind == "datetime" and expression in ("like", "notLike"):
        expression = "eq"
    one = st.sampled_from(DATES if kind == "datetime" else ASKED)
    if expression in ("between", "notBetween"):
        return kind, expression, [draw(one), draw(one)]
    if expression in ("in", "notIn"):
        return kind, expression, draw(st.lists(one, max_size=3) | one)
    return kind, expression, draw(one)


@pytest.mark.django_db
@given(st.lists(questions(), min_size=30, max_size=30))
@settings(max_examples=20, deadline=None)
def test_as_the_naive_reading(asked):
    """Thirty questions in one statement."""
    parts, params = [], []
    for number, (kind, expression, value) in enumerate(asked):
        clause = condition(Column("t.v", kind), expression, value)
        source = f"unnest(%s::{KINDS[kind]}[]) WITH ORDINALITY AS t (v, at)"
        parts.append(f"SELECT {number}, at - 1 FROM {source} WHERE {clause.text}")
        params += [HELD[kind], *clause.params]
    met = set(rows(" UNION ALL ".join(parts), params))
    for number, (kind, expression, value) in enumerate(asked):
        found = [v for at, v in enumerate(HELD[kind]) if (number, at) in met]
        assert found == [v for v in HELD[kind] if matches(kind, expression, value, v)], (kind, expression, value)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_no_value_is_an_error(kind, expression):
    values = [
        *ASKED,
        [],
        {},
        [[]],
        [{"a": 1}],
        {"0": "1", "1": "2"},
        [1, 2.5, "x"],
        "a\rb\nc",
        '"a',
        '"a""b",c',
        "x" * 200_000,
    ]
    clauses = [condition(Column("t.v", kind), expression, value) for value in values]
    source = f"(SELECT NULL::{KINDS[kind]} AS v) AS t"
    text = " UNION ALL ".join(f"SELECT 1 FROM {source} WHERE {clause.text}" for clause in clauses)
    rows(text, tuple(param for clause in clauses for param in clause.params))


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("a,b", ["a", "b"]),
        (' "a, b" , c', ["a, b", "c"]),
        ("'a','b'", ["a", "b"]),
        ('"say ""hi""",x', ['say "hi"', "x"]),
        ('"open,b', ['"open', "b"]),
        ("a,,b", ["a", "", "b"]),
        ("a\r\nb", ["a\r\nb"]),
    ],
)
def test_lists_as_text(text, items):
    assert condition(Column("v"), "in", text).params == (items,)


@pytest.mark.parametrize(
    "text", ['"' * 100_000, ',"' * 50_000, '"x"y,' * 20_000, '"' + ',""' * 30_000, " " * 100_000 + '"']
)
def test_lists_are_read_at_once(text):
    began = time.process_time()
    condition(Column("v"), "in", text)
    assert time.process_time() - began < 0.5
