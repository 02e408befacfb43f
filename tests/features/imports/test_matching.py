"""Matching a chunk at once gives what matching one row after the other gives."""

from hypothesis import given, settings
from hypothesis import strategies as st

from honeyguide.features.imports.matching import Known, are_independent, match, match_independent
from honeyguide.features.imports.records import Record, record

VALUES = st.fixed_dictionaries(
    {}, optional={"email": st.sampled_from(["a", "A", "b", "c", None]), "mobile": st.sampled_from(["1", "2", None]),
                  "city": st.sampled_from(["x", "y", None])}
)  # fmt: skip


def one_by_one(existing: list[dict], rows: list[dict], operator: str, keep: bool) -> list[dict]:
    """The records after the rows: oldest first. What a person would do with a list and a pencil."""
    records = [dict(record) for record in existing]
    for row in rows:
        wanted = {name: row[name].lower() for name in ("email", "mobile") if row.get(name) is not None}
        hits = [
            record
            for record in records
            if wanted
            and (any if operator == "OR" else all)((record.get(n) or "").lower() == v for n, v in wanted.items())
        ]
        if not hits:
            records.append({name: value for name, value in row.items() if value is not None})
            continue
        for name, value in row.items():
            if not (keep and hits[-1].get(name) is not None):
                hits[-1][name] = value
    return [{name: value for name, value in record.items() if value is not None} for record in records]


def as_records(rows: list[dict], identifiers=("email", "mobile")) -> list[Record]:
    return [record(n, row, identifiers=identifiers) for n, row in enumerate(rows, 2)]


@settings(max_examples=300, deadline=None)
@given(
    existing=st.lists(VALUES, max_size=3), rows=st.lists(VALUES, max_size=7), operator=st.sampled_from(["OR", "AND"]),
    keep=st.booleans(),
)  # fmt: skip
def test_same_as_one_by_one(existing, rows, operator, keep):
    existing = [{name: value for name, value in record.items() if value is not None} for record in existing]
    known = Known(("email", "mobile"), operator)
    asked = {(n, row[n].lower()) for row in rows for n in ("email", "mobile") if row.get(n) is not None}
    for id, old in enumerate(existing, 1):  # what the database finds for the values asked for
        for name in ("email", "mobile"):
            if name in old and (name, old[name].lower()) in asked:
                known.add(name, old[name].lower(), id, (float(id), id))
    outcome = match(as_records(rows), known, {}, keep_existing=keep)
    result = [dict(record) for record in existing]
    for id, row in outcome.changed.items():
        old = result[id - 1]
        result[id - 1] = {**row.values, **old} if keep else {**old, **row.values}
    result += [record.values for record in outcome.created]
    final = [{name: value for name, value in record.items() if value is not None} for record in result]
    assert final == one_by_one(existing, rows, operator, keep)


@settings(max_examples=200, deadline=None)
@given(
    keys=st.lists(st.sampled_from("abcdefg"), max_size=6),
    found=st.lists(st.tuples(st.sampled_from("abcdefg"), st.sampled_from([1.0, 2.0])), max_size=6),
)
def test_the_short_way_for_independent_rows_gives_the_same(keys, found):
    records = as_records([{"email": key} for key in keys], ("email",))
    assert are_independent(records) == (len(set(keys)) == len(keys))
    if not are_independent(records):
        return
    hits = [(value, id, added) for id, (value, added) in enumerate(found, 1)]
    known = Known(("email",), "OR")
    for value, id, added in hits:
        known.add("email", value, id, (added, id))
    assert match_independent(records, hits) == match(records, known, {}, keep_existing=False)


def test_a_row_without_a_key_or_with_an_emptied_one_is_not_independent():
    for values in ({}, {"email": None}):
        assert not are_independent(as_records([values], ("email",)))
    assert not are_independent(as_records([{"email": "a", "mobile": "1"}]))
