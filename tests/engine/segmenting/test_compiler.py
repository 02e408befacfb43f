"""Random filters over random contacts, answered by PostgreSQL and by the naive evaluator beside this file."""

import contextlib
import random
from datetime import UTC, datetime

import orjson
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.segmenting.naive import Person, matches
from honeyguide.engine.segmenting.catalogue import catalogue
from honeyguide.engine.segmenting.compiler import Context, compile_filters
from honeyguide.engine.segmenting.errors import InvalidFilter
from honeyguide.engine.sql import execute, rows

NOW = datetime(2024, 5, 15, 12, tzinfo=UTC)
ZONE = "America/New_York"
WORDS = ["Prague", "PRAHA", "praha 1", "Brno", "50%_x", "a\\b", "Žďár"]
DATES = ["2023-12-31", "2024-05-06", "2024-05-14", "2024-05-15", "2024-06-01", "2020-05-15"]
MEANT = [
    "today", "yesterday", "last week", "this month", "last year", "next month", "-1 day", "+2 weeks", "-4 years",
    "birthday", "anniversary -1 day", "first day of next month", "2024-05-14",
]  # fmt: skip


def somebody(chance: random.Random) -> Person:
    """A person of whom each thing may be unknown."""
    day = chance.choice(DATES)
    return Person(
        city=chance.choice([None, *WORDS]),
        attribution=chance.choice([None, -1, 0, 2.5, 7, 1000]),
        attribution_date=chance.choice([None, f"{chance.choice(DATES)} 03:00:00"]),
        points=chance.randint(0, 3),
        date_added=chance.choice([None, datetime.fromisoformat(f"{day}T03:30:00+00:00")]),
        tags=frozenset(chance.sample([1, 2, 3], chance.randint(0, 3))),
        utm_source=tuple(chance.choices([None, "ads", "News", "blog"], k=chance.randint(0, 2))),
        bounced=chance.random() < 0.5,
        companies=tuple(chance.choices([None, *WORDS], k=chance.randint(0, 2))),
        opens=tuple(chance.choices([0, 1, 2, 3], k=chance.randint(0, 2))),
    )


text_value = st.sampled_from([*WORDS, "pra", "%a%", "_r", "no", "\\"])
TEXT_OPERATORS = ["=", "!=", "like", "!like", "startsWith", "endsWith", "contains", "empty", "!empty"]
NUMBER_OPERATORS = ["=", "!=", "gt", "gte", "lt", "lte", "empty", "!empty"]
MOMENTS = ["=", "!=", "gt", "gte", "lt", "lte"]


def one(object, field, type, operators, values):
    return st.builds(
        lambda glue, operator, value: {
            "glue": glue, "object": object, "field": field, "type": type, "operator": operator,
            "properties": {"filter": value},
        },
        st.sampled_from(["and", "or"]), st.sampled_from(operators), values,
    )  # fmt: skip


some_words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3)
filters = st.lists(
    st.one_of(
        one("lead", "city", "text", TEXT_OPERATORS, text_value),
        one("lead", "city", "text", ["in", "!in"], some_words),
        one("lead", "city", "text", ["regexp", "!regexp"], st.sampled_from(["^pra", "a$", "[0-9]", "prague|brno"])),
        one("lead", "attribution", "number", NUMBER_OPERATORS, st.sampled_from(["0", 2.5, 7, "-1"])),
        one("lead", "points", "number", NUMBER_OPERATORS, st.integers(0, 3)),
        one("lead", "attribution_date", "datetime", [*MOMENTS, "empty", "!empty"], st.sampled_from(MEANT)),
        one("lead", "date_added", "date", [*MOMENTS, "empty", "!empty"], st.sampled_from(MEANT)),
        one("lead", "tags", "tags", ["in", "!in", "empty", "!empty"], st.lists(st.integers(1, 3), min_size=1)),
        one("lead", "utm_source", "text", TEXT_OPERATORS, st.sampled_from(["ads", "news", "b", "%s"])),
        one("lead", "dnc_bounced", "boolean", ["=", "!="], st.sampled_from([True, False, "1", "0"])),
        one("company", "companycity", "text", TEXT_OPERATORS, text_value),
        one("company", "companycity", "text", ["in", "!in"], some_words),
        one("behaviors", "lead_email_read_count", "number", ["=", "gt", "gte", "lt", "lte"], st.integers(0, 4)),
    ),
    max_size=5,
)


@pytest.fixture(scope="module")
def crowd(django_db_setup, django_db_blocker):
    """Fifty people, kept for the whole file."""
    with django_db_blocker.unblock():
        connection.ensure_connection()
        everybody, chance = {}, random.Random(4711)  # noqa: S311
        execute("INSERT INTO tags (id, tag) VALUES (1, 'one'), (2, 'two'), (3, 'three')")
        for id_ in range(1, 51):
            everybody[id_] = person = somebody(chance)
            store(id_, person)
        yield everybody
        execute("DELETE FROM outbox")
        execute("DELETE FROM company_contacts")
        for table in ("do_not_contact", "utm_tags", "contact_tags", "tags", "companies", "contacts"):
            execute(f"DELETE FROM {table}")
        connection.close()


def store(id_, person):
    fields = {"city": person.city, "attribution": person.attribution, "attribution_date": person.attribution_date}
    stored = orjson.dumps({k: v for k, v in fields.items() if v is not None}).decode()
    execute(
        "INSERT INTO contacts (id, is_published, fields, points, date_added) VALUES (%s, true, %s::jsonb, %s, %s)",
        (id_, stored, person.points, person.date_added),
    )
    for tag in person.tags:
        execute("INSERT INTO contact_tags (contact_id, tag_id) VALUES (%s, %s)", (id_, tag))
    for source in person.utm_source:
        execute("INSERT INTO utm_tags (contact_id, date_added, utm_source) VALUES (%s, now(), %s)", (id_, source))
    if person.bounced:
        execute(
            "INSERT INTO do_not_contact (contact_id, channel, reason, comments, date_added) "
            "VALUES (%s, 'email', 2, '', now())",
            (id_,),
        )
    for number, city in enumerate(person.companies):
        company = id_ * 10 + number
        given_city = orjson.dumps({} if city is None else {"companycity": city}).decode()
        execute("INSERT INTO companies (id, is_published, fields) VALUES (%s, true, %s::jsonb)", (company, given_city))
        execute(
            "INSERT INTO company_contacts (contact_id, company_id, is_primary, date_associated) VALUES (%s, %s, false, now())",
            (id_, company),
        )
    for number, opens in enumerate(person.opens):
        execute(
            "INSERT INTO outbox (contact_id, occasion, state, priority, attempts, queued_at, open_count, click_count, "
            "viewed_in_browser) VALUES (%s, %s, 3, 2, 1, now(), %s, 0, false)",
            (id_, str(number), opens),
        )


def found(given_filters, **more):
    clause = compile_filters(given_filters, context=Context(now=NOW, timezone=ZONE, **more))
    return {row[0] for row in rows(f"SELECT id FROM contacts WHERE {clause.text}", clause.params)}


@pytest.mark.django_db
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_filters=filters)
def test_it_agrees_with_the_naive_evaluator(crowd, given_filters):
    expected = {id_ for id_, person in crowd.items() if matches(person, given_filters, now=NOW, zone=ZONE)}
    assert found(given_filters) == expected


@pytest.mark.django_db
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_filters=filters, only=st.sets(st.integers(1, 50), min_size=1))
def test_restricting_it_to_some_contacts_changes_no_answer(crowd, given_filters, only):
    assert found(given_filters, only=sorted(only)) & only == found(given_filters) & only


@pytest.mark.django_db
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.data(),
    text=st.text(max_size=30) | st.sampled_from(["%", "\\", "(", "[", "a{3", "x" * 100_000, "\x00", "\ud800"]),
)
def test_every_source_takes_any_text_or_says_what_is_wrong(data, text):
    source = data.draw(st.sampled_from([s for s in catalogue().values() if s.field != "leadlist"]))
    operator = data.draw(st.sampled_from(source.operators))
    value = data.draw(st.sampled_from([text, [text], None, "today", "1", ["1"]]))
    one_filter = {"object": source.object, "field": source.field, "operator": operator, "filter": value}
    with contextlib.suppress(InvalidFilter):
        found([one_filter])


@pytest.mark.django_db
def test_a_filter_on_an_unknown_field_has_no_answer():
    with pytest.raises(InvalidFilter, match="nosuch"):
        found([{"field": "nosuch", "operator": "=", "filter": "x"}])


@pytest.mark.django_db
def test_an_equality_on_an_indexed_field_uses_its_index():
    email = {"field": "email", "type": "email", "operator": "=", "filter": "A@Example.com"}
    clause = compile_filters([email], context=Context())
    execute("SET LOCAL enable_seqscan = off")
    plan = rows(f"EXPLAIN SELECT id FROM contacts WHERE {clause.text}", clause.params)
    assert "contacts_field_email" in str(plan)
