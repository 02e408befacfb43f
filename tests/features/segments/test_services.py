import pytest

from honeyguide.engine.resource.errors import Invalid
from honeyguide.engine.sql import rows, scalar
from honeyguide.features.contacts.models import Contact
from honeyguide.features.segments import queries, services
from honeyguide.features.segments.models import Segment
from honeyguide.features.segments.preview import explain, preview
from honeyguide.features.segments.usage import usage
from people import ada, bo

pytestmark = pytest.mark.django_db


def flt(field, operator, value, type="text", object="lead", glue="and"):
    return {
        "glue": glue, "object": object, "field": field, "type": type, "operator": operator,
        "properties": {"filter": value},
    }  # fmt: skip


PRAGUE = flt("city", "=", "Prague")


def leadlist(*ids, operator="in"):
    return flt("leadlist", operator, [str(i) for i in ids], "leadlist")


def contact(city="Prague", **fields):
    return Contact.objects.create(fields={"city": city, **fields}).pk


def segment(*filters, name="S", **values):
    return services.create_segment({"name": name, "filters": list(filters), **values})


def events(segment):
    return rows(
        "SELECT type, contact_id, payload FROM events WHERE object_id = %s AND type IN (30, 31) ORDER BY id",
        (segment.pk,),
    )


def test_it_works():
    one, _ = contact(), contact("Brno")
    made = segment(PRAGUE)
    assert services.rebuild(made) == services.Change(added=1)
    assert queries.members(made.pk) == [one]
    assert events(made) == [(30, one, None)]
    made.refresh_from_db()
    assert made.contact_count == 1
    assert made.last_built_seconds is not None


def test_building_again_changes_and_tells_nothing():
    contact()
    made = segment(PRAGUE)
    services.rebuild(made)
    assert services.rebuild(made) == services.Change()
    assert len(events(made)) == 1


def test_who_matches_no_more_leaves():
    one = contact()
    made = segment(PRAGUE)
    services.rebuild(made)
    Contact.objects.update(fields={"city": "Brno"})
    assert services.rebuild(made) == services.Change(removed=1)
    assert [event[:2] for event in events(made)] == [(30, one), (31, one)]


def test_added_by_hand_stays_whatever_the_filters_say():
    one = contact("Brno")
    made = segment(PRAGUE)
    assert services.add_contacts(made, contact_ids=[one, 999]) == {one: True, 999: False}
    services.rebuild(made)
    assert queries.members(made.pk) == [one]
    assert events(made) == [(30, one, '{"manually": true}')]


def test_adding_a_member_again_tells_nothing():
    one = contact()
    made = segment(PRAGUE)
    services.rebuild(made)
    services.add_contacts(made, contact_ids=[one])
    assert len(events(made)) == 1
    assert scalar("SELECT manually_added FROM segment_contacts") is False


def test_removed_by_hand_stays_out_until_it_matched_no_more():
    one = contact()
    made = segment(PRAGUE)
    services.rebuild(made)
    assert services.remove_contacts(made, contact_ids=[one, 999]) == {one: True, 999: False}
    assert services.rebuild(made) == services.Change()
    assert queries.members(made.pk) == []
    Contact.objects.update(fields={})
    services.rebuild(made)
    Contact.objects.update(fields={"city": "prague"})
    services.rebuild(made)
    assert queries.members(made.pk) == [one]
    assert [event[0] for event in events(made)] == [30, 31, 30]


def test_adding_by_hand_undoes_a_removal_by_hand():
    one = contact()
    made = segment(PRAGUE)
    services.rebuild(made)
    services.remove_contacts(made, contact_ids=[one])
    services.add_contacts(made, contact_ids=[one])
    assert queries.members(made.pk) == [one]
    services.remove_contacts(made, contact_ids=[one])
    assert scalar("SELECT count(*) FROM segment_contacts") == 0


def test_a_segment_without_filters_keeps_its_members():
    one, _ = contact(), contact()
    made = segment()
    services.add_contacts(made, contact_ids=[one])
    assert services.rebuild(made) == services.Change()
    assert queries.members(made.pk) == [one]


def test_membership_of_other_segments_is_asked_anew():
    one, two, three = contact(), contact(), contact("Brno")
    inner = segment(PRAGUE, name="inner")
    outer, others = segment(leadlist(inner.pk)), segment(leadlist(inner.pk, operator="!in"))
    services.rebuild(inner)
    services.remove_contacts(inner, contact_ids=[one])
    services.add_contacts(inner, contact_ids=[three])
    services.rebuild(outer)
    services.rebuild(others)
    assert queries.members(outer.pk) == [two, three]
    assert queries.members(others.pk) == [one]


def test_circles_are_refused():
    inner = segment(PRAGUE)
    middle = segment(leadlist(inner.pk))
    with pytest.raises(Invalid, match="conflicting with the filters of another segment") as refused:
        services.update_segment(inner, {"filters": [leadlist(middle.pk)]})
    assert list(refused.value.errors) == ["filters"]
    assert Segment.objects.get(pk=inner.pk).filters == [PRAGUE]


def test_a_circle_in_the_database_fails_alone():
    contact()
    good = segment(PRAGUE)
    bad = segment(PRAGUE)
    Segment.objects.filter(pk=bad.pk).update(filters=[leadlist(bad.pk)])
    from honeyguide.features.segments.building import rebuild_all

    changes = rebuild_all()
    assert changes[good.pk].added == 1
    assert "conflicting" in changes[bad.pk].error


@pytest.mark.parametrize(
    "broken", [flt("city", "regexp", "^P("), flt("nosuch", "=", "x"), leadlist(999), flt("city", "regexp", "***:x")]
)
def test_filters_that_have_no_answer_are_saved_and_explained_by_the_build(broken):
    one = contact()
    made = segment(PRAGUE)
    services.rebuild(made)
    services.update_segment(made, {"filters": [broken]})
    assert services.rebuild(made).error
    made.refresh_from_db()
    assert made.build_error
    assert queries.members(made.pk) == [one]


@pytest.mark.parametrize(
    ("broken", "key", "message"),
    [
        (flt("city", "between", "x"), "operator", "This value is not valid."),
        (flt("country", "in", "Germany", "country"), "filter", "This value is not valid."),
        (
            flt("date_added", "gt", "soon", "date"), "filters",
            'Date field filter value "soon" is invalid. It must be on format YYYY-MM-DD or using keywords',
        ),
    ],
)  # fmt: skip
def test_wrong_filters_are_refused(broken, key, message):
    with pytest.raises(Invalid) as refused:
        segment(broken)
    assert refused.value.errors[key][0].startswith(message)
    assert not Segment.objects.exists()


def test_aliases():
    assert [segment(name="Segm no 1").alias for _ in range(2)] == ["segm-no-1", "segm-no-11"]
    assert [segment(name="Hidden", is_published=False).alias for _ in range(2)] == ["hidden", "hidden"]
    with pytest.raises(Invalid, match="alias: Alias is already in use"):
        segment(alias="segm-no-1")
    with pytest.raises(Invalid, match="name: A name is required"):
        segment(name=None)


def test_a_segment_that_another_needs_stays_published():
    inner = segment(PRAGUE)
    outer = segment(leadlist(inner.pk), name="Outer")
    with pytest.raises(Invalid) as refused:
        services.update_segment(inner, {"is_published": False})
    assert refused.value.code == 422
    text = "This segment is used in Outer, please go back and check segments before unpublishing"
    assert refused.value.errors == {"leadlist": [text]}
    assert usage(inner.pk)["segments"] == [(outer.pk, "Outer")]
    assert services.refusal_to_delete([inner.pk])
    assert not services.refusal_to_delete([inner.pk, outer.pk])


def test_members_go_with_their_contact_and_their_segment():
    one, two = contact(), contact()
    made = segment(PRAGUE)
    services.rebuild(made)
    rows("DELETE FROM contacts WHERE id = %s RETURNING id", (one,))
    assert queries.members(made.pk) == [two]
    assert services.delete_segments([made]) == 1
    assert scalar("SELECT count(*) FROM segment_contacts") == 0


def test_people_see_their_own_and_global_segments():
    mine = services.create_segment({"name": "m", "is_global": False}, by=bo())
    shared = services.create_segment({"name": "g"}, by=ada())
    services.create_segment({"name": "p", "is_global": False}, by=ada())
    clause = queries.visible_to(bo().pk, sees_others=False)
    assert {row[0] for row in rows(f"SELECT id FROM segments WHERE {clause.text}", clause.params)} == {
        mine.pk,
        shared.pk,
    }


def test_preview_and_explanation():
    ids = [contact() for _ in range(3)]
    shown = preview([PRAGUE], limit=2)
    assert (shown.count, shown.sample_ids, shown.is_estimate) == (3, [ids[2], ids[1]], False)
    explained = explain([PRAGUE])
    assert "'Prague'" in explained.sql
    assert "Scan" in explained.plan


def test_members_come_in_pages():
    ids = [contact() for _ in range(5)]
    made = segment(PRAGUE)
    services.rebuild(made)
    assert queries.members(made.pk, limit=2) == ids[:2]
    assert queries.members(made.pk, after_id=ids[1], limit=10) == ids[2:]
