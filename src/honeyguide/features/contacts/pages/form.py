"""The contact form, in full and as quick add."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from honeyguide.engine.resource import Invalid
from honeyguide.engine.ui import messages
from honeyguide.features.contacts import page_queries, services
from honeyguide.features.contacts.columns import loaded
from honeyguide.features.contacts.rows import Row
from honeyguide.features.fields.widgets import field_widgets, sent_values

GROUP_LABELS = {"core": "Core", "social": "Social", "personal": "Personal", "professional": "Professional"}


def edit(request: HttpRequest, row: Row | None) -> HttpResponse:
    """Shows and takes the form. Emptied inputs empty their fields."""
    errors: dict[str, list[str]] = {}
    values: dict[str, Any] = {**row.fields, "points": row.points} if row else {}
    aside = _aside(row)
    if request.method == "POST":
        values = sent_values(request, "lead")
        aside = {name: request.POST.get(name, "") for name in ("owner", "stage", "tags")}
        try:
            saved_id = save(request, row, values, aside)
        except Invalid as error:
            errors = error.errors
        else:
            messages.success(request, "The contact has been saved.")
            return redirect(f"/s/contacts/{'edit' if 'apply' in request.POST else 'view'}/{saved_id}")
    groups = [
        {"name": group, "label": GROUP_LABELS.get(group, group.title()), "widgets": widgets,
         "failed": sum(bool(widget.errors) for widget in widgets)}
        for group, widgets in field_widgets("lead", values, errors).items()
    ]  # fmt: skip
    context = {
        "title": f"Edit {row.title}" if row else "New contact",
        "item": row,
        "groups": groups,
        "aside": aside,
        "errors": errors,
        "other_errors": _unplaced(errors, groups),
        "owners": page_queries.names("users", "concat_ws(' ', first_name, last_name)"),
        "stages": page_queries.names("stages"),
        "tags": page_queries.names("tags", "tag"),
        "back": f"/s/contacts/view/{row.id}" if row else "/s/contacts",
    }
    return render(request, "contacts/form.html", context, status=422 if errors else 200)


def _aside(row: Row | None) -> dict[str, str]:
    if row is None:
        return {"owner": "", "stage": "", "tags": ""}
    return {
        "owner": str(row.owner_id or ""),
        "stage": str(row.stage_id or ""),
        "tags": ", ".join(tag["tag"] for tag in loaded(row.nested.tags)),
    }


def save(request: HttpRequest, row: Row | None, values: dict[str, Any], aside: dict[str, str]) -> int:
    values = dict(values)
    wanted = [tag.strip() for tag in aside["tags"].replace("\x00", "").split(",") if tag.strip()]
    if row is None:
        values |= {name: aside[name] for name in ("owner", "stage") if aside[name]}
        values["tags"] = wanted
        return services.create_contact(values, by=request.user, source=services.PAGE).id
    present = {tag["tag"] for tag in loaded(row.nested.tags)}
    values |= {"owner": aside["owner"] or None, "stage": aside["stage"] or None}
    values["tags"] = [tag for tag in wanted if tag not in present] + [f"-{tag}" for tag in present if tag not in wanted]
    saved = services.update_contact(row.id, values, by=request.user, source=services.PAGE, overwrite_with_blank=True)
    return saved.id


def _unplaced(errors: dict[str, list[str]], groups: list[dict[str, Any]]) -> dict[str, list[str]]:
    placed = {widget.name for group in groups for widget in group["widgets"]}
    return {name: texts for name, texts in errors.items() if name not in placed}


def quick_add(request: HttpRequest) -> HttpResponse:
    """The dialog with the fields that are meant for it. An existing contact with this address is updated, not doubled."""
    errors: dict[str, list[str]] = {}
    values: dict[str, Any] = {}
    if request.method == "POST":
        values = sent_values(request, "lead")
        try:
            if not any(values.values()):
                raise Invalid({"email": "Please fill in at least one field."})
            saved = services.create_contact(values, by=request.user, source=services.PAGE)
        except Invalid as error:
            errors = error.errors
        else:
            text = "added." if saved.created else "updated: one with these values was here already."
            messages.success(request, f"The contact has been {text}")
            return HttpResponse(status=204, headers={"HX-Redirect": f"/s/contacts/view/{saved.id}"})
    groups = field_widgets("lead", values, errors, only_short=True)
    widgets = [widget for group in groups.values() for widget in group][:12]
    placed = {widget.name for widget in widgets}
    context = {
        "widgets": widgets,
        "errors": errors,
        "other_errors": {name: texts for name, texts in errors.items() if name not in placed},
    }
    return render(request, "contacts/quick_add.html", context, status=422 if errors else 200)
