import pytest

from honeyguide.engine.resource.errors import Invalid
from honeyguide.engine.sql import rows, scalar
from honeyguide.features.contacts.services import create_contact
from honeyguide.features.tags import Tag, create_tag, delete_tag, modify_tags, split_tags, update_tag
from people import ada

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("raw", "add", "remove"),
    [
        ("a, b,-c", ["a", "b"], ["c"]),
        (["a", "a", "-b", ""], ["a"], ["b"]),
        ({"0": "a"}, ["a"], []),
        ([1, 2], ["1", "2"], []),
        ("<b>x</b> &amp; y", ["x & y"], []),
        (None, [], []),
        ("🐝\x00", ["🐝"], []),
    ],
)
def test_tags_as_they_are_sent(raw, add, remove):
    assert split_tags(raw) == (add, remove)


def test_contacts_are_tagged_and_untagged():
    contacts = [create_contact({"firstname": name}, by=ada()).id for name in "AB"]
    assert modify_tags(contacts, add=["x", "y"]) == 2
    assert modify_tags(contacts, add=["x"]) == 0
    assert modify_tags(contacts[:1], add=["z"], remove=["x", "nosuch"]) == 1
    payloads = rows("SELECT payload ->> 'added' FROM events WHERE type = 10 ORDER BY id")
    assert payloads == [('["x", "y"]',), ('["x", "y"]',), ('["z"]',)]


def test_create_rename_delete():
    tag, created = create_tag({"tag": "<b>vip</b>", "description": "ignored"})
    assert (tag.tag, tag.description, created) == ("vip", None, True)
    assert create_tag({"tag": "vip"}) == (tag, False)
    other, _ = create_tag({"tag": "other"})
    with pytest.raises(Invalid):
        update_tag(other, {"tag": "vip"})
    assert update_tag(other, {"tag": "renamed"}).tag == "renamed"
    contact = create_contact({"firstname": "A", "tags": "vip"}, by=ada()).id
    delete_tag(Tag.objects.get(tag="vip"))
    assert scalar("SELECT count(*) FROM contact_tags WHERE contact_id = %s", (contact,)) == 0


@pytest.mark.parametrize("raw", ["", "   ", None, ["x", "y"], "<br>"])
def test_a_tag_needs_a_name(raw):
    with pytest.raises(Invalid):
        create_tag({"tag": raw})
