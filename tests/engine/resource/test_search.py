"""The search language: whatever is typed means something, and what is written in it is read as it was meant."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honeyguide.engine.resource.search import Group, Term, compile_search, ids, like, parse_search
from honeyguide.engine.sql import ALL, Clause, rows

WORD = st.text(st.sampled_from("abcxyz09%_-.@é"), min_size=1, max_size=5).filter(
    lambda w: w not in ("or", "and") and w.strip("-.") == w
)
PHRASE = st.text(st.sampled_from("ab c():!+or,"), min_size=1, max_size=8)
COMMAND = st.sampled_from(["", "", "email", "is", "company_name", "utm-x"])


@st.composite
def terms(draw):
    quoted = draw(st.booleans())
    value = draw(PHRASE if quoted else WORD)
    command = draw(COMMAND)
    negated, strict = draw(st.booleans()), draw(st.booleans())
    return Term(value, command, negated, strict), quoted


def written(term, quoted):
    """The term as a person writes it."""
    marks = "!" * term.negated + "+" * term.strict
    return (f"{term.command}:" if term.command else "") + marks + (f'"{term.value}"' if quoted else term.value)


TREE = st.recursive(
    terms(), lambda inner: st.tuples(st.sampled_from(["and", "or"]), st.booleans(), st.lists(inner, min_size=2, max_size=3)),
    max_leaves=6,
)  # fmt: skip


def text_of(tree, top=True):
    if isinstance(tree[0], Term):
        return written(*tree)
    connective, negated, parts = tree
    inside = (" or " if connective == "or" else " ").join(text_of(part, top=False) for part in parts)
    return inside if top else f"{'!' * negated}({inside})"


def parsed(tree, top=True):
    if isinstance(tree[0], Term):
        return Group((tree[0],)) if top else tree[0]
    connective, negated, parts = tree
    return Group(tuple(parsed(part, top=False) for part in parts), connective, negated and not top)


@given(TREE)
@settings(max_examples=300, deadline=None)
def test_what_is_written_is_read(tree):
    assert parse_search(text_of(tree)) == parsed(tree)


@given(st.text(st.sampled_from('ab:"()!+ %\x00é\nOR and') | st.characters(codec="utf-8"), max_size=30))
@settings(max_examples=400, deadline=None)
def test_any_text_is_a_search(text):
    group = parse_search(text)
    assert isinstance(group, Group)
    clause = compile_search(text, lambda term: Clause("x = %s", (term.value,)))
    assert clause.text.count("%s") == len(clause.params)
    assert "\x00" not in str(clause.params)


PEOPLE = ["ada", "bo", "cy", None]


def said(tree, person):
    """True, false or unknown, as SQL counts with three values."""
    if isinstance(tree, Term):
        value = None if person is None else tree.value in person
        return value if not tree.negated or value is None else not value
    met = [said(part, person) for part in tree.parts]
    if tree.connective == "or":
        value = True if True in met else None if None in met else False
    else:
        value = False if False in met else None if None in met else True
    return value if not tree.negated or value is None else not value


def meaning(term):
    return Clause("strpos(name, %s) > 0", (term.value,))


NAMES = st.recursive(
    st.tuples(st.sampled_from("abcdoy"), st.booleans()).map(lambda p: (Term(p[0], negated=p[1]), False)),
    lambda inner: st.tuples(st.sampled_from(["and", "or"]), st.booleans(), st.lists(inner, min_size=2, max_size=3)),
    max_leaves=6,
)


@pytest.mark.django_db
@given(st.lists(NAMES, min_size=10, max_size=10))
@settings(max_examples=15, deadline=None)
def test_compiled_as_the_naive_reading(trees):
    parts, params = [], []
    for number, tree in enumerate(trees):
        clause = compile_search(text_of(tree), meaning)
        parts.append(
            f"SELECT {number}, at - 1 FROM unnest(%s::text[]) WITH ORDINALITY AS t (name, at) WHERE {clause.text}"
        )
        params += [PEOPLE, *clause.params]
    met = set(rows(" UNION ALL ".join(parts), params))
    for number, tree in enumerate(trees):
        found = [person for at, person in enumerate(PEOPLE) if (number, at) in met]
        assert found == [person for person in PEOPLE if said(parse_search(text_of(tree)), person)], text_of(tree)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", Group(())),
        ("Ada", Group((Term("ada"),))),
        ("a b", Group((Term("a"), Term("b")))),
        ("a or b c", Group((Term("a"), Term("b"), Term("c")), "or")),
        ("a b or c", Group((Term("a"), Term("b"), Term("c")))),
        ("a (b or c)", Group((Term("a"), Group((Term("b"), Term("c")), "or")))),
        ("email:(a or b)", Group((Group((Term("a", "email"), Term("b", "email")), "or"),))),
        ("!email:foo%", Group((Term("foo%", "email", negated=True),))),
        ("email:!foo", Group((Term("foo", "email", negated=True),))),
        ("+!x", Group((Term("x", negated=True, strict=True),))),
        ('+"two words"', Group((Term("two words", strict=True),))),
        ('name:"two words"', Group((Term("two words", "name"),))),
        ("email:", Group(())),
        ("a email:", Group((Term("a"),))),
        ("a !(b or c)", Group((Term("a"), Group((Term("b"), Term("c")), "or", negated=True)))),
        ("!email:(a b)", Group((Group((Term("a", "email"), Term("b", "email")), negated=True),))),
        ("a ! b !", Group((Term("a"), Term("", negated=True), Term("b"), Term("", negated=True)))),
        ("(a", Group((Group((Term("a"),)),))),
        ('"open', Group((Term("open"),))),
        ("ids:1,2,3", Group((Term("1,2,3", "ids"),))),
        ("https://x.test", Group((Term("//x.test", "https"),))),
    ],
)
def test_examples(text, meant):
    assert parse_search(text) == meant


def test_nothing_typed_asks_nothing():
    assert compile_search("  ", meaning) == ALL


@pytest.mark.parametrize(("text", "numbers"), [("1,2", [1, 2]), (" 7 ,x,²,-1,", [7]), ("9" * 5000, []), ("", [])])
def test_ids(text, numbers):
    assert ids(text) == numbers


@pytest.mark.parametrize(("value", "pattern"), [("a_b", r"a\_b"), ("a*", "a%"), ("a\\", "a\\\\"), ("50%", "50%")])
def test_patterns(value, pattern):
    assert like(value) == pattern


@pytest.mark.parametrize(
    "text", ["(" * 100_000, "!" * 100_000, '"' * 100_000, "a:" * 50_000, "a or " * 20_000, "+!" * 50_000]
)
def test_long_searches_end_soon(text):
    began = time.process_time()
    compile_search(text, meaning)
    assert time.process_time() - began < 0.5
