"""The form builder: what it is given, how what it sends becomes fields and actions, and the live preview."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import orjson
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from honeyguide.engine.api import standard
from honeyguide.engine.resource import Invalid
from honeyguide.engine.resource.slugs import slug, unique
from honeyguide.engine.ui.forms import sent
from honeyguide.engine.ui.frames import framed
from honeyguide.engine.ui.lists import call_of
from honeyguide.features.fields.definitions import definitions
from honeyguide.features.forms import queries
from honeyguide.features.forms.actions import submit_actions
from honeyguide.features.forms.choices import OBJECTS
from honeyguide.features.forms.field_kinds import ACTION_SETTINGS, KINDS
from honeyguide.features.forms.markup import markup
from honeyguide.features.forms.models import Form, FormField
from honeyguide.features.forms.resource import FIELD_ALIAS_LENGTH, FORMS

MOST_ENTRIES, MOST_CHOICES = 200, 500
NEW = [
    {"type": "email", "label": "E-mail", "isRequired": True, "mappedObject": "contact", "mappedField": "email",
     "showLabel": True},
    {"type": "button", "label": "Send"},
]  # fmt: skip
OPERATORS = [("plus", "add"), ("minus", "take away"), ("times", "multiply by"), ("divide", "divide by")]


def prepare_form(request: HttpRequest, form: Form | None) -> dict[str, Any]:
    """What was sent, when it was refused; else what is stored."""
    stored = FORMS.store.render(form, call_of(request, FORMS)) if form else {"fields": NEW, "actions": []}
    shown = {
        name: request.POST[name] if name in request.POST else orjson.dumps(_entries(form, name, stored)).decode()
        for name in ("fields", "actions")
    }
    return {"kinds": catalogue(), **{f"{name}_json": text for name, text in shown.items()}}


def _entries(form: Form | None, name: str, stored: dict[str, Any]) -> list[dict[str, Any]]:
    """Stored fields with what the API keeps to itself."""
    if form is None or name != "fields":
        return stored[name]
    own = {field.pk: field for field in form.fields.all()}
    return [
        entry
        | {
            "showWhenValueExists": own[entry["id"]].show_when_value_exists,
            "showAfterXSubmissions": own[entry["id"]].show_after_x_submissions,
            "alwaysDisplay": own[entry["id"]].always_display,
        }
        for entry in stored["fields"]
    ]


def catalogue() -> dict[str, Any]:
    """All that can be chosen, for the script of the builder."""
    return {
        "fields": [asdict(kind) for kind in KINDS],
        "actions": [
            {
                "type": action.type,
                "label": action.label,
                "onCampaignForms": action.on_campaign_forms,
                "settings": [asdict(setting) for setting in ACTION_SETTINGS.get(action.type, ())],
            }
            for action in submit_actions().values()
        ],
        "lists": queries.choices(most=MOST_CHOICES) | {"operators": OPERATORS},
        "mapped": {
            kind: [(d.alias, d.label) for d in definitions(object_).values()] for kind, object_ in OBJECTS.items()
        },
    }


def collect_form(request: HttpRequest, form: Form | None) -> dict[str, Any]:
    from honeyguide.features.forms.screens import SCREEN

    return sent(request, SCREEN) | {"fields": _listed(request, "fields"), "actions": _listed(request, "actions")}


@transaction.atomic
def save(request: HttpRequest, form: Form | None, params: dict[str, Any]) -> Form:
    """Fields depend on each other by the builder's names for them, which become ids when there are some."""
    fields = params["fields"]
    kept = {} if form is None else dict(form.fields.values_list("id", "alias"))
    taken = set(kept.values())
    for number, entry in enumerate(fields, 1):
        entry["order"] = number
        if entry.get("id") not in kept:
            entry.pop("id", None)
            entry["alias"] = _alias(entry, taken)
            taken.add(entry["alias"])
        else:
            entry["alias"] = kept[entry["id"]]
    for number, entry in enumerate(params["actions"], 1):
        entry["order"] = number
    own = {action.pk for action in form.actions.all()} if form else set()
    params["actions"] = [
        e if e.get("id") in own else {k: v for k, v in e.items() if k != "id"} for e in params["actions"]
    ]
    parents = {entry["alias"]: str(entry.pop("parent", "") or "") for entry in fields}
    by_key = {str(entry.get("key") or entry.get("id")): entry["alias"] for entry in fields}
    saved = _saved(request, form, params)
    ids = dict(FormField.objects.filter(form=saved).values_list("alias", "id"))
    for alias, key in parents.items():
        parent = ids.get(by_key.get(key, ""))
        FormField.objects.filter(form=saved, alias=alias).update(parent=str(parent) if parent else None)
    return saved


def _saved(request: HttpRequest, form: Form | None, params: dict[str, Any]) -> Form:
    if form is None:
        created, _ = standard.create(FORMS, params, call_of(request, FORMS, method="POST", params=params))
        return created
    params = {"formType": form.form_type, "isPublished": form.is_published, **params}
    return standard.update(FORMS, form, params, call_of(request, FORMS, method="PUT", params=params))


def _alias(entry: dict[str, Any], taken: set[str]) -> str:
    wished = slug(str(entry.get("alias") or entry.get("label") or entry.get("type") or "field"), "_").replace("-", "_")
    return unique(wished.strip("_") or "field", taken.__contains__, max_length=FIELD_ALIAS_LENGTH)


def preview_view(request: HttpRequest) -> HttpResponse:
    """The form as it would be, for a frame that runs nothing."""
    try:
        listed = _listed(request, "fields")
    except Invalid:
        return framed("<p>The fields cannot be read.</p>")
    fields = [_drawn(number, entry) for number, entry in enumerate(listed, 1)]
    drawn = Form(alias="preview", name="Preview", render_style="renderStyle" in request.POST)
    return framed(markup(drawn, fields=fields))


def _drawn(number: int, entry: dict[str, Any]) -> FormField:
    def text(name: str) -> str:
        return str(entry.get(name) or "")[:10_000]

    return FormField(
        pk=number,
        label=text("label"),
        alias=text("alias") or f"field{number}",
        type=text("type")[:50],
        default_value=text("defaultValue"),
        help_message=text("helpMessage"),
        is_required=bool(entry.get("isRequired")),
        show_label=entry.get("showLabel") is not False,
        properties=entry.get("properties") or {},
        mapped_object=text("mappedObject"),
        mapped_field=text("mappedField"),
    )


def _listed(request: HttpRequest, name: str) -> list[dict[str, Any]]:
    """The entries the script sent. Raises `Invalid` for what is no list of maps."""
    try:
        found = orjson.loads(request.POST.get(name) or "[]")
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found) or len(found) > MOST_ENTRIES:
        raise Invalid({name: f"The {name} cannot be read."})
    return found
