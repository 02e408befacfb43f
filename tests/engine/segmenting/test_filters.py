from honeyguide.engine.segmenting.filters import Filter, groups
from honeyguide.engine.segmenting.normalise import normalise


def flt(glue, field, value, operator="=", type="text"):
    return Filter(glue, "lead", field, type, operator, value)


def shape(*filters):
    return [[(one.field, one.value) for one in group] for group in groups(filters)]


def test_and_binds_tighter():
    filters = [flt("and", "a", 1), flt("and", "b", 2), flt("or", "c", 3), flt("and", "d", 4)]
    assert shape(*filters) == [[("a", 1), ("b", 2)], [("c", 3), ("d", 4)]]


def test_several_or_equals_of_one_field_become_one_at_the_end():
    filters = [flt("and", "a", 1), flt("or", "b", 2), flt("or", "b", 3), flt("and", "c", 4)]
    assert shape(*filters) == [[("a", 1), ("c", 4)], [("b", [2, 3])]]


def test_a_single_or_equals_stays_where_it_is():
    filters = [flt("and", "a", 1), flt("or", "b", 2), flt("and", "c", 4)]
    assert shape(*filters) == [[("a", 1)], [("b", 2), ("c", 4)]]


def test_dates_are_not_merged():
    filters = [flt("and", "a", 1), flt("or", "d", "today", type="date"), flt("or", "d", "yesterday", type="date")]
    assert shape(*filters) == [[("a", 1)], [("d", "today")], [("d", "yesterday")]]


def test_properties_win_over_the_older_key():
    assert Filter.read({"filter": "old", "properties": {"filter": "new"}}).value == "new"
    assert Filter.read({"filter": "old", "properties": {}}).value == "old"
    assert Filter.read({"properties": []}).value is None


def test_old_keys_move_into_properties():
    [item] = normalise([{"field": "city", "filter": "Prague", "display": "P"}], timezone="UTC")
    assert item == {"field": "city", "operator": None, "properties": {"filter": "Prague", "display": "P"}}


def test_a_filter_in_the_place_of_another_carries_its_value_as_recorded():
    old = [{"field": "city", "properties": {"filter": "Prague"}}]
    new = {"glue": "and", "field": "firstname", "object": "lead", "type": "text", "operator": "like"}
    [item] = normalise([new | {"properties": {"filter": "A%"}}], timezone="UTC", previous=old)
    assert item == new | {"properties": {"filter": "A%"}, "filter": "Prague", "display": None}


def test_datetimes_are_stored_in_utc():
    raw = [{"type": "datetime", "properties": {"filter": "2024-05-01 10:00"}}]
    assert normalise(raw, timezone="Europe/Prague")[0]["properties"]["filter"] == "2024-05-01 08:00:00"


def test_what_is_no_list_of_filters_is_none():
    assert (
        normalise("x", timezone="UTC") == normalise(None, timezone="UTC") == normalise([1, "x"], timezone="UTC") == []
    )
