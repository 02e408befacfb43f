"""Forms from a resource's fields: widgets, values, errors; and writing through the API's own path.

What a form sends is turned into the parameters of an API call, so validation, defaults and rights are the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from honeyguide.engine.api import standard
from honeyguide.engine.resource import Invalid
from honeyguide.engine.resource.fields import Field
from honeyguide.engine.resource.resource import IS_PUBLISHED
from honeyguide.engine.ui.lists import call_of
from honeyguide.engine.ui.messages import success
from honeyguide.engine.ui.screen import Screen, Section
from honeyguide.engine.ui.tags import words

MAX_CHOICES = 1000
SCALAR_KINDS = {"text", "html", "integer", "number", "boolean", "datetime", "choice", "color", "password"}


@dataclass
class Widget:
    """One input: `kind` picks how `ui/widget.html` draws it; `choices` are (value, label)."""

    name: str
    label: str
    kind: str
    value: Any = ""
    choices: list[tuple[str, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    required: bool = False
    help: str = ""
    max_length: int | None = None

    @property
    def id(self) -> str:
        return f"field-{self.name}"


@dataclass
class Block:
    """A section with its widgets."""

    section: Section
    widgets: list[Widget]

    @property
    def failed(self) -> bool:
        return any(widget.errors for widget in self.widgets)


def widget_of(screen: Screen, declared: Field, value: Any, errors: list[str]) -> Widget:
    kind = declared.kind.partition(":")[0]
    return Widget(
        name=declared.name,
        label=screen.labels.get(declared.name) or declared.label or words(declared.name),
        kind=kind,
        value=input_value(value),
        choices=choices_of(declared),
        errors=errors,
        required=bool(declared.required),
        help=screen.help.get(declared.name, ""),
        max_length=declared.max_length,
    )


def input_value(value: Any) -> Any:
    """A stored value as an input shows it."""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%dT%H:%M")
    if hasattr(value, "pk"):
        return str(value.pk)
    return "" if value is None else value


def choices_of(declared: Field) -> list[tuple[str, str]]:
    """The options of a select: declared ones, categories of a bundle, or the items a reference may point to."""
    kind, _, detail = declared.kind.partition(":")
    if declared.choices:
        return [(str(choice), words(str(choice))) for choice in declared.choices]
    if kind == "category":
        found = apps.get_model("honeyguide", "Category").objects.filter(
            bundle__in=(detail, "global"), is_published=True
        )
        return [(str(c.pk), c.title) for c in found.order_by("title")[:MAX_CHOICES]]
    if kind == "reference":
        found = apps.get_model("honeyguide", detail).objects.order_by("pk")[:MAX_CHOICES]
        return sorted(((str(o.pk), getattr(o, "name", "") or str(o)) for o in found), key=lambda pair: pair[1].lower())
    return []


def blocks_of(screen: Screen, item: Any, given: dict[str, Any] | None, errors: dict[str, list[str]]) -> list[Block]:
    """The sections with values: what was just sent, else the item's, else the start values of a new one."""
    known = {f.name: f for f in (IS_PUBLISHED, *screen.resource.fields)}
    blocks = []
    for section in screen.sections:
        widgets = []
        for name in section.fields:
            declared = known[name]
            if given is not None:
                value = given.get(name, "")
            elif item is not None:
                value = getattr(item, declared.attribute, "")
            else:
                value = screen.initial.get(name, declared.default() if callable(declared.default) else declared.default)
            widgets.append(widget_of(screen, declared, value, errors.get(name, [])))
        blocks.append(Block(section, widgets))
    return blocks


def sent(request: HttpRequest, screen: Screen) -> dict[str, Any]:
    """The form's values as parameters of a write. An unchecked box is a no; local times become UTC; NUL, which no column can
    hold, is left out."""
    known = {f.name: f for f in (IS_PUBLISHED, *screen.resource.fields)}
    params: dict[str, Any] = {}
    for section in screen.sections:
        for name in section.fields:
            kind = known[name].kind
            if kind == "boolean":
                params[name] = name in request.POST
            elif kind == "datetime":
                params[name] = utc_text(request.POST.get(name, ""))
            elif name in request.POST:
                params[name] = request.POST[name].replace("\x00", "")
    return params


def utc_text(local: str) -> str:
    """What a `datetime-local` input sends, read in the user's time zone, as UTC."""
    try:
        moment = datetime.fromisoformat(local)
    except ValueError:
        return local
    aware = moment if moment.tzinfo else timezone.make_aware(moment)
    return aware.astimezone(timezone.get_fixed_timezone(0)).strftime("%Y-%m-%d %H:%M:%S")


def form_view(request: HttpRequest, screen: Screen, item_id: int | None = None, *, clone: bool = False) -> HttpResponse:
    """Shows a form and takes it. Save stays; Save & close goes to the item (or the list)."""
    resource = screen.resource
    call = call_of(request, resource)
    source = standard.find(resource, item_id, call) if item_id is not None else None
    if source is None or clone:
        call.require(resource.rights.level("create"))
    if source is not None:
        standard.check(resource, call, "view" if clone else "edit", source)
    item = None if clone else source
    errors: dict[str, list[str]] = {}
    given = None
    if request.method == "POST":
        collect = screen.collect_form
        given = collect(request, item) if collect else sent(request, screen)
        try:
            saved = write(request, screen, item, given)
        except Invalid as error:
            errors = error.errors
        else:
            if clone and screen.after_clone:
                screen.after_clone(request, source, saved)
            return after_save(request, screen, saved, created=item is None)
    blocks = blocks_of(screen, source, given, errors)
    shown = {name for block in blocks for name in block.section.fields}
    context = {
        "screen": screen,
        "item": item,
        "source": source,
        "given": given,
        "blocks": [b for b in blocks if not b.section.aside],
        "aside": [b for b in blocks if b.section.aside],
        "errors": errors,
        "other_errors": {name: texts for name, texts in errors.items() if name not in shown},
        "title": f"Edit {screen.one}" if item else f"Clone {screen.one}" if clone else f"New {screen.one}",
        "back": f"{screen.path}/view/{item.pk}" if item and "view" in screen.standard else screen.path,
    }
    if screen.prepare_form:
        context |= screen.prepare_form(request, source)
    return render(request, screen.form_template, context, status=422 if errors else 200)


def write(request: HttpRequest, screen: Screen, item: Any, params: dict[str, Any]) -> Any:
    """Creates or changes the item as the API would. Raises `Invalid`."""
    if screen.save:
        return screen.save(request, item, params)
    if item is None:
        created, _ = standard.create(
            screen.resource, params, call_of(request, screen.resource, method="POST", params=params)
        )
        return created
    return standard.update(
        screen.resource, item, params, call_of(request, screen.resource, method="PATCH", params=params)
    )


def after_save(request: HttpRequest, screen: Screen, item: Any, *, created: bool) -> HttpResponse:
    name = screen.title(item)
    if created and screen.after_create:
        return screen.after_create(request, item)
    success(request, f"“{name}” has been {'created' if created else 'saved'}.")
    if "apply" in request.POST:
        return redirect(f"{screen.path}/edit/{item.pk}")
    return redirect(f"{screen.path}/view/{item.pk}" if "view" in screen.standard else screen.path)
