"""Matching a chunk at once gives what matching one row after the other gives."""

from hypothesis import given, settings
from hypothesis import strategies as st

from honeyguide.features.imports.cleaning import Record
from honeyguide.features.imports.matching import Known, match

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


@settings(max_examples=300, deadline=None)
@given(
    existing=st.lists(VALUES, max_size=3), rows=st.lists(VALUES, max_size=7), operator=st.sampled_from(["OR", "AND"]),
    keep=st.booleans(),
)  # fmt: skip
def test_same_as_one_by_one(existing, rows, operator, keep):
    existing = [{name: value for name, value in record.items() if value is not None} for record in existing]
    known = Known(("email", "mobile"), operator)
    asked = {(n, row[n].lower()) for row in rows for n in ("email", "mobile") if row.get(n) is not None}
    for id, record in enumerate(existing, 1):  # what the database finds for the values asked for
        for name in ("email", "mobile"):
            if name in record and (name, record[name].lower()) in asked:
                known.add(name, record[name].lower(), id, (float(id), id))
    outcome = match([Record(n, row) for n, row in enumerate(rows, 2)], known, {}, keep_existing=keep)
    result = [dict(record) for record in existing]
    for id, record in outcome.changed.items():
        old = result[id - 1]
        result[id - 1] = {**record.values, **old} if keep else {**old, **record.values}
    result += [record.values for record in outcome.created]
    final = [{name: value for name, value in record.items() if value is not None} for record in result]
    assert final == one_by_one(existing, rows, operator, keep)
