"""Tags: words put on contacts."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any

from django.db import models, transaction

from honeyguide.engine.audit import current, record
from honeyguide.engine.events import EventType, New, append_many
from honeyguide.engine.fieldtypes import INVALID
from honeyguide.engine.resource import Resource, Rights
from honeyguide.engine.resource.errors import Invalid
from honeyguide.engine.resource.fields import ReadOnly, Text, strip_tags
from honeyguide.engine.resource.store import ModelStore
from honeyguide.engine.sql import execute, rows

MAX_LENGTH = 191


class Tag(models.Model):
    tag = models.CharField(max_length=191, unique=True)
    description = models.TextField(null=True)

    class Meta:
        app_label = "honeyguide"
        db_table = "tags"


class ContactTag(models.Model):
    pk = models.CompositePrimaryKey("contact_id", "tag_id")
    contact = models.ForeignKey("honeyguide.Contact", models.CASCADE, db_index=False)  # the primary key begins with it
    tag = models.ForeignKey(Tag, models.CASCADE)

    class Meta:
        app_label = "honeyguide"
        db_table = "contact_tags"


def clean_name(raw: Any) -> str:
    """A tag as it is stored: without markup and surrounding spaces. ValueError for what is no text."""
    if isinstance(raw, (list, dict)):
        raise ValueError(INVALID)
    text = "" if raw is None or raw is False else "1" if raw is True else str(raw).replace("\x00", "")
    return html.unescape(strip_tags(text)).strip()[:MAX_LENGTH]


def split_tags(raw: Any) -> tuple[list[str], list[str]]:
    """A list or comma string as (to add, to remove); a leading `-` removes. ValueError for what is neither."""
    if raw in (None, "", False):
        return [], []
    listed = list(raw.values()) if isinstance(raw, dict) else raw if isinstance(raw, list) else str(raw).split(",")
    names = [name for name in map(clean_name, listed) if name]
    add = [name for name in names if not name.startswith("-")]
    return list(dict.fromkeys(add)), list(dict.fromkeys(name[1:].strip() for name in names if name.startswith("-")))


def ensure(names: Iterable[str]) -> dict[str, int]:
    """The id of each tag, made if need be. Two writers of one new tag get the same."""
    wanted = sorted(set(names))
    if not wanted:
        return {}
    found = dict(rows("SELECT tag, id FROM tags WHERE tag = ANY(%s)", (wanted,)))
    missing = [name for name in wanted if name not in found]
    if missing:
        execute("INSERT INTO tags (tag) SELECT * FROM unnest(%s::text[]) ON CONFLICT DO NOTHING", (missing,))
        found |= dict(rows("SELECT tag, id FROM tags WHERE tag = ANY(%s)", (missing,)))
    return found


# One pass: a link for every contact and tag that has none; returns those that are new.
ADD = """
    INSERT INTO contact_tags (contact_id, tag_id)
    SELECT c.id, t.id FROM contacts c, unnest(%(tags)s::bigint[]) t(id) WHERE c.id = ANY(%(contacts)s) ORDER BY 1, 2
    ON CONFLICT DO NOTHING
    RETURNING contact_id, tag_id
"""
# One pass: removes the links of the contacts to the tags; returns those that were there.
REMOVE = """
    DELETE FROM contact_tags USING tags
    WHERE tags.id = tag_id AND contact_id = ANY(%(contacts)s) AND tags.tag = ANY(%(names)s)
    RETURNING contact_id, tags.tag
"""


@transaction.atomic
def modify_tags(contact_ids: Iterable[int], *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> int:
    """Puts tags on contacts and takes tags off; returns how many contacts changed. Tags to add are made on demand."""
    contacts = sorted(set(contact_ids))
    added: dict[int, list[str]] = {}
    removed: dict[int, list[str]] = {}
    ids = ensure(add)
    if ids:
        names = {number: name for name, number in ids.items()}
        for contact_id, tag_id in rows(ADD, {"contacts": contacts, "tags": sorted(names)}):
            added.setdefault(contact_id, []).append(names[tag_id])
    if gone := list(remove):
        for contact_id, name in rows(REMOVE, {"contacts": contacts, "names": gone}):
            removed.setdefault(contact_id, []).append(name)
    changed = sorted(added.keys() | removed.keys())
    who = current().as_list()
    append_many(
        New(EventType.TAGS_CHANGED, c, payload={"added": added.get(c, []), "removed": removed.get(c, []), "by": who})
        for c in changed
    )
    return len(changed)


@transaction.atomic
def create_tag(values: dict[str, Any]) -> tuple[Tag, bool]:
    """The tag of that name, and whether it is new. The reference ignores a description here, and so do we."""
    name = _name(values.get("tag"))
    number = rows("INSERT INTO tags (tag) VALUES (%s) ON CONFLICT DO NOTHING RETURNING id", (name,))
    if number:
        record("lead", "tag", number[0][0], "create", {"tag": [None, name]})
    return Tag.objects.get(tag=name), bool(number)


@transaction.atomic
def update_tag(tag: Tag, values: dict[str, Any]) -> Tag:
    """Renames. A name that another tag has is refused, as two tags of one name could not be told apart."""
    if "tag" in values:
        name = _name(values["tag"])
        if Tag.objects.filter(tag=name).exclude(pk=tag.pk).exists():
            raise Invalid({"tag": "This field must be unique."}, code=422)
        if tag.tag != name:
            record("lead", "tag", tag.pk, "update", {"tag": [tag.tag, name]})
        tag.tag = name
        tag.save()
    return tag


@transaction.atomic
def delete_tag(tag: Tag) -> None:
    """Removes the tag, also from all contacts, which the log notes for each."""
    found = rows("DELETE FROM contact_tags WHERE tag_id = %s RETURNING contact_id", (tag.pk,))
    append_many(New(EventType.TAGS_CHANGED, row[0], payload={"added": [], "removed": [tag.tag]}) for row in found)
    execute("DELETE FROM tags WHERE id = %s", (tag.pk,))
    record("lead", "tag", tag.pk, "delete", {"name": tag.tag})


def _name(raw: Any) -> str:
    try:
        name = clean_name(raw)
    except ValueError as error:
        raise Invalid({"tag": str(error)}) from None
    if not name:
        raise Invalid({"tag": "Tag label is required."})
    return name


class TagStore(ModelStore):
    """An existing tag of the same name is the answer to creating it (contract resource-tags)."""

    def create_from(self, params: Any, call: Any) -> tuple[Tag, bool]:
        return create_tag(params)

    def update_from(self, item: Tag, params: Any, call: Any) -> Tag:
        return update_tag(item, params)

    def delete(self, item: Tag, call: Any) -> None:
        delete_tag(item)

    def allowed(self, action: str, item: Tag, call: Any) -> bool:
        return call.may(f"lead:leads:{action}own")


TAGS = Resource(
    name="tags",
    one="tag",
    many="tags",
    label="Tags",
    example={"tag": "friend"},
    model=Tag,
    rights=Rights("lead:leads", own=False, publish=False),
    stamps=False,
    keyed=True,
    fields=[ReadOnly("id", kind="integer"), Text("tag"), Text("description", html=True)],
    store=TagStore,
)
