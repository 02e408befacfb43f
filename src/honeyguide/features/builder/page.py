"""The builder's page, with all that its script needs to begin."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from honeyguide.engine.documents import checks, starts, versions
from honeyguide.engine.documents.blocks import FONTS, LAYOUTS, NETWORKS, SECTION, STYLES, block_kinds
from honeyguide.engine.ui import assets
from honeyguide.features.builder.found import find, told
from honeyguide.features.builder.subjects import Subject
from honeyguide.features.fields.services import definitions
from honeyguide.features.forms.models import Form
from honeyguide.features.themes import storage as themes

MAX_FORMS = 1000


def builder_view(request: HttpRequest, subject: Subject, item_id: int) -> HttpResponse:
    item = find(request, subject, item_id, "edit")
    context = {"title": subject.name(item), "item": item, "subject": subject, "data": _data(subject, item)}
    context |= {"back": subject.path(item, "view"), "code": subject.path(item, "edit")}
    return render(request, "builder/builder.html", context)


def _data(subject: Subject, item: Any) -> dict[str, Any]:
    """All that the script needs to begin."""
    newest = versions.newest(subject.versions, item.pk)
    draft = versions.draft_of(subject.versions, item.pk)
    document = draft.document if draft else newest.document if newest else None
    return {
        "path": subject.path(item, "builder"),
        "published": bool(item.is_published),
        "document": newest.document if newest else None,
        "seen": newest.pk if newest else None,
        "draft": told(draft) | {"mark": versions.mark(draft), "document": draft.document} if draft else None,
        "changed": versions.built(newest, item.custom_html) == "changed",
        "hasHtml": bool(item.custom_html),
        "problems": checks.problems(document, subject.medium) if document else [],
        "empty": starts.empty(subject.medium),
        "starts": starts.starts(subject.medium),
        "themes": [[key, config["name"]] for key, config in themes.themes().items() if themes.html(key, subject.medium)],
        "blocks": [_declared(block.properties, kind=block.kind, label=block.label, icon=block.icon)
                   for block in block_kinds(subject.medium).values()],
        "styles": _declared(STYLES)["properties"],
        "section": _declared(SECTION)["properties"],
        "layouts": LAYOUTS,
        "networks": {key: label for key, (label, _) in NETWORKS.items()},
        "fonts": FONTS,
        "tokens": _tokens(subject, item),
        "forms": [[form.pk, form.name] for form in Form.objects.filter(is_published=True).order_by("name")[:MAX_FORMS]]
        if subject.medium == "page" else [],
        "slots": subject.slots(item),
        "icons": assets.url("vendor/icons.svg"),
    }  # fmt: skip


def _declared(properties: Any, **more: Any) -> dict[str, Any]:
    return {**more, "properties": [vars(one) for one in properties]}


def _tokens(subject: Subject, item: Any) -> list[dict[str, Any]]:
    fields = [(f"{{contactfield={d.alias}}}", d.label) for d in definitions("lead").values()]
    return [{"label": "The contact", "tokens": fields}, {"label": subject.many, "tokens": list(subject.tokens(item))}]
