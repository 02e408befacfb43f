"""Custom fields of contacts and companies."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html, format_html_join

from honeyguide.engine.fieldtypes import TYPES
from honeyguide.engine.ui.screen import Column, Menu, Screen
from honeyguide.features.fields.definitions import GROUPS
from honeyguide.features.fields.models import FieldDefinition
from honeyguide.features.fields.resource import COMPANY_FIELDS, CONTACT_FIELDS

FLAGS = (
    ("is_required", "asterisk", "Required"), ("is_unique_identifier", "fingerprint", "Unique identifier"),
    ("is_index", "bolt", "Indexed"), ("is_listable", "filter", "For segments"), ("is_short_visible", "user-plus", "Quick add"),
    ("is_publicly_updatable", "world", "Publicly updatable"),
)  # fmt: skip
SWITCHES = (
    ("isPublished", "is_published", "Published", ""), ("isRequired", "is_required", "Required", ""),
    ("isVisible", "is_visible", "Visible on forms", ""), ("isShortVisible", "is_short_visible", "Visible on quick add", ""),
    ("isListable", "is_listable", "Available for segments", ""),
    ("isPubliclyUpdatable", "is_publicly_updatable", "Publicly updatable", "Visitors' forms and tracking may set it."),
    ("isUniqueIdentifier", "is_unique_identifier", "Unique identifier", "Those with the same value are the same."),
    ("isIndex", "is_index", "Indexed", "Makes searches for its values quick."),
)  # fmt: skip
OPTION_TYPES = ("select", "multiselect", "lookup")


def show_flags(item: FieldDefinition) -> str:
    return format_html_join(
        " ",
        '<span class="badge bg-secondary-lt" title="{0}">{0}</span>',
        ((label,) for name, _, label in FLAGS if getattr(item, name)),
    )


def prepare_form(request: HttpRequest, item: FieldDefinition | None) -> dict[str, Any]:
    post = request.POST if request.method == "POST" else None
    properties = (item.properties or {}) if item else {}
    options = properties.get("list") or []
    lines = [
        f"{o.get('label')}|{o.get('value')}" if isinstance(o, dict) and o.get("label") != o.get("value") else
        str(o.get("value") if isinstance(o, dict) else o)
        for o in options
    ]  # fmt: skip
    default = {name for name in ("isPublished", "isVisible", "isListable")}
    return {
        "types": [(t.name, t.label) for t in TYPES.values()],
        "groups": GROUPS["lead"],
        "label": post.get("label", "") if post else item.label if item else "",
        "alias": post.get("alias", "") if post else item.alias if item else "",
        "type": post.get("type", "text") if post else item.type if item else "text",
        "group": post.get("group", "core") if post else item.group if item else "core",
        "default_value": post.get("defaultValue", "") if post else (item.default_value or "") if item else "",
        "options": post.get("options", "") if post else "\n".join(lines),
        "switches": [
            (name, label, hint, name in post if post else getattr(item, attribute) if item else name in default)
            for name, attribute, label, hint in SWITCHES
        ],
    }


def collect_form(request: HttpRequest, item: FieldDefinition | None) -> dict[str, Any]:
    post = request.POST
    values: dict[str, Any] = {name: name in post for name, *_ in SWITCHES}
    values |= {name: post.get(name, "") for name in ("label", "group", "defaultValue")}
    kind = item.type if item else post.get("type", "text")
    if item is None:
        values |= {"alias": post.get("alias", ""), "type": kind}
    if kind in OPTION_TYPES:
        lines = [line.strip() for line in post.get("options", "").replace("\x00", "").splitlines() if line.strip()]
        pairs = [line.partition("|") for line in lines]
        values["properties"] = {"list": [{"label": a.strip(), "value": (b or a).strip()} for a, _, b in pairs]}
    return values


def fields_screen(resource: Any, slug: str, many: str) -> Screen:
    return Screen(
        resource=resource,
        slug=slug,
        icon="forms",
        one="field",
        many=many,
        title=lambda item: item.label,
        columns=[
            Column(
                label="Label",
                show=lambda item: format_html('<a href="/s/{}/edit/{}">{}</a>', slug, item.pk, item.label),
                sort="label",
            ),
            Column(label="Alias", show=lambda item: format_html("<code>{}</code>", item.alias), sort="alias"),
            Column(label="Group", show=lambda item: item.group.title(), sort="group"),
            Column(label="Type", show=lambda item: TYPES[item.type].label if item.type in TYPES else item.type),
            Column(label="", show=show_flags),
            Column(label="ID", show=lambda item: item.pk, sort="id", css="hg-num"),
        ],
        sections=[],
        search_help=[
            ("type:select", "of this type"),
            ("is:unique", "unique identifiers"),
            ("is:indexed", "indexed ones"),
        ],
        form_template="fields/form.html",
        list_template="fields/list.html",
        prepare_form=prepare_form,
        collect_form=collect_form,
        standard=("list", "new", "edit", "delete"),
    )


MENU = Menu(
    label="Custom fields", path="/s/contacts/fields", icon="forms", order=10, right="lead:fields:view", admin=True
)
CONTACT_SCREEN = fields_screen(CONTACT_FIELDS, "contacts/fields", "Contact fields")
COMPANY_SCREEN = fields_screen(COMPANY_FIELDS, "companies/fields", "Company fields")
