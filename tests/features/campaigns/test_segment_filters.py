"""Segments ask for campaigns, and for points in groups."""

import pytest

from features.campaigns.journeys import campaign, contact, put_in
from honeyguide.features.campaigns.services import remove_contacts
from honeyguide.features.points.models import PointGroup
from honeyguide.features.points.scores import add_to_scores
from honeyguide.features.segments.preview import preview
from honeyguide.features.segments.services import create_segment, rebuild

pytestmark = pytest.mark.django_db


def matching(field, operator, value, kind):
    one = {
        "glue": "and",
        "object": "lead",
        "field": field,
        "type": kind,
        "operator": operator,
        "properties": {"filter": value},
    }
    return set(preview([one], limit=10).sample_ids)


def test_members_of_campaigns():
    ann, bob, cid = contact("ann"), contact("bob"), contact("cid")
    first, second = campaign(), campaign()
    put_in(first, ann, bob)
    put_in(second, bob)
    remove_contacts(first.pk, [bob])
    assert matching("campaign", "in", [first.pk], "campaign") == {ann}
    assert matching("campaign", "in", [first.pk, second.pk], "campaign") == {ann, bob}
    assert matching("campaign", "!in", [first.pk], "campaign") == {bob, cid}
    assert matching("campaign", "empty", None, "campaign") == {cid}


def test_points_in_a_group():
    ann, bob = contact("ann"), contact("bob")
    reading, buying = PointGroup.objects.create(name="Reading"), PointGroup.objects.create(name="Buying")
    add_to_scores([ann], reading.pk, 7, event_name="x", action_name="y", kind="z")
    add_to_scores([bob], buying.pk, 7, event_name="x", action_name="y", kind="z")
    field = f"group_points_{reading.pk}"
    assert matching(field, "gte", "7", "number") == {ann}
    assert matching(field, "lt", "7", "number") == {bob}
    segment = create_segment({"name": "Readers", "filters": [
        {"glue": "and", "object": "lead", "field": field, "type": "number", "operator": "gt", "properties": {"filter": "5"}}
    ]})  # fmt: skip
    assert rebuild(segment).added == 1
