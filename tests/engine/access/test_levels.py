"""What a role's levels hold."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honeyguide.engine.access.permissions import SETS, UnknownPermission, allows, known

NAMES = st.sampled_from(sorted(SETS))


def person(granted, *, admin=False):
    return SimpleNamespace(role=SimpleNamespace(is_admin=admin, raw_permissions=granted))


@given(NAMES)
def test_full_holds_every_level_of_its_set_and_nothing_of_others(name):
    other = next(n for n in sorted(SETS) if n != name)
    if "full" in SETS[name]:
        assert all(allows(person({name: ["full"]}), f"{name}:{level}") for level in SETS[name])
    assert not any(allows(person({name: list(SETS[name])}), f"{other}:{level}") for level in SETS[other])


@given(NAMES, st.data())
def test_more_levels_never_take_a_right_away(name, data):
    levels = st.lists(st.sampled_from(SETS[name]), unique=True)
    some, more = data.draw(levels), data.draw(levels)
    for level in SETS[name]:
        if allows(person({name: some}), f"{name}:{level}"):
            assert allows(person({name: some + more}), f"{name}:{level}")


@pytest.mark.parametrize(
    ("granted", "asked", "held"),
    [
        ({"lead:leads": ["editown"]}, "lead:leads:viewown", True),
        ({"lead:leads": ["editown"]}, "lead:leads:viewother", False),
        ({"lead:leads": ["viewother"]}, "lead:leads:editother", False),
        ({"lead:leads": ["viewown"]}, "lead:leads:view", True),
        ({"stage:stages": ["view"]}, "stage:stages:viewother", True),
        ({"stage:stages": ["edit"]}, "stage:stages:view", True),
        ({"stage:stages": ["edit"]}, "stage:stages:delete", False),
        ({"lead:fields": ["full"]}, "lead:fields:view", True),
        ({"lead:leads": None}, "lead:leads:viewown", False),
        (None, "lead:leads:viewown", False),
    ],
)
def test_levels(granted, asked, held):
    assert allows(person(granted), asked) is held


@pytest.mark.parametrize("name", ["", "lead", "lead:leads", "lead:leads:fly", "no:such:view", "a:b:c:d", "x" * 10_000])
def test_what_is_no_permission_is_told_but_to_admins(name):
    with pytest.raises(UnknownPermission):
        allows(person({}), name)
    assert not known(name)
    assert allows(person({}, admin=True), name)
