"""Conditions combine as sets do."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honeyguide.engine.sql import ALL, NONE, Clause, rows

NUMBERS = frozenset(range(8))
# Rows 6 and 7 have no value: what is asked of it is unknown.
TABLE = "(SELECT i, CASE WHEN i < 6 THEN i END AS n FROM generate_series(0, 7) AS i) AS t"

LEAVES = st.sampled_from(
    [(ALL, NUMBERS), (NONE, frozenset())]
    + [(Clause("n < %s", (k,)), frozenset(range(k))) for k in range(7)]
    + [(Clause("n = ANY(%s)", ([k, k + 1],)), frozenset({k, k + 1}) & frozenset(range(6))) for k in range(6)]
    + [(Clause("n IS NULL"), frozenset({6, 7}))]
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: (p[0][0] & p[1][0], p[0][1] & p[1][1])),
        st.tuples(inner, inner).map(lambda p: (p[0][0] | p[1][0], p[0][1] | p[1][1])),
        inner.map(lambda p: (~p[0], NUMBERS - p[1])),
        st.lists(inner, max_size=3).map(
            lambda ps: (Clause.every(c for c, _ in ps), NUMBERS.intersection(*(s for _, s in ps)))
        ),
        st.lists(inner, max_size=3).map(
            lambda ps: (Clause.some(c for c, _ in ps), frozenset().union(*(s for _, s in ps)))
        ),
    ),
    max_leaves=8,
)


@pytest.mark.django_db
@given(st.lists(TREES, min_size=20, max_size=20))
@settings(max_examples=15, deadline=None)
def test_and_or_and_not_are_intersection_union_and_complement(trees):
    """Twenty conditions in one statement, each with a number of its own."""
    text = " UNION ALL ".join(f"SELECT {n}, i FROM {TABLE} WHERE {clause.text}" for n, (clause, _) in enumerate(trees))
    met = rows(text, tuple(value for clause, _ in trees for value in clause.params))
    for n, (clause, expected) in enumerate(trees):
        assert {i for number, i in met if number == n} == expected, clause


@given(TREES)
def test_there_is_a_parameter_for_every_place(tree):
    clause, _ = tree
    assert clause.text.count("%s") == len(clause.params)


def test_nothing_and_everything_need_no_statement():
    some = Clause("n = %s", (1,))
    assert (some & NONE, some | ALL, ~ALL, ~NONE) == (NONE, ALL, NONE, ALL)
    assert (some & ALL, some | NONE, Clause.every([]), Clause.some([])) == (some, some, ALL, NONE)
