"""The configuration page: every parameter by tab, for administrators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from honeyguide.engine import config
from honeyguide.engine.config import PARAMETERS, InvalidValue, Parameter
from honeyguide.engine.resource import NotFound
from honeyguide.engine.ui import messages
from honeyguide.engine.ui.screen import ADMIN, Menu, Page, Pages

TABS = tuple(dict.fromkeys(p.tab for p in PARAMETERS.values()))
SECRET = {
    "openid_client_secret",
    "mailer_callback_secret",
    "mailer_callback_mailgun_key",
    "monitored_email_password",
    "sms_password",
    "notification_vapid_private_key",
}  # never shown again; an empty box keeps it


@dataclass
class Row:
    """A parameter as the form shows it. `fixed` = the environment decides."""

    parameter: Parameter
    value: Any
    changed: bool
    fixed: bool
    error: str = ""

    @property
    def kind(self) -> str:
        if self.parameter.choices:
            return "choice"
        if self.parameter.name in SECRET:
            return "secret"
        return {bool: "boolean", int: "number", list: "list", dict: "structure"}.get(self.parameter.type, "text")


def as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(entry, str) and "," not in entry for entry in value):
        return ", ".join(value)
    return orjson.dumps(value).decode() if isinstance(value, (list, dict)) else str(value)


def rows_of(tab: str, given: dict[str, str] | None, errors: dict[str, str]) -> list[Row]:
    stored = config.overrides()
    found = []
    for parameter in PARAMETERS.values():
        if parameter.tab != tab:
            continue
        name = parameter.name
        value = config.get(name)
        shown = value if parameter.type is bool else as_text(value)
        if given is not None:
            shown = name in given if parameter.type is bool else given.get(name, "")
        if name in SECRET:
            shown = ""
        found.append(Row(parameter, shown, name in stored, config.is_fixed(name), errors.get(name, "")))
    return found


def configuration_view(request: HttpRequest, tab: str = TABS[0]) -> HttpResponse:
    if tab not in TABS:
        raise NotFound("There is no such tab.")
    errors: dict[str, str] = {}
    given = None
    if request.method == "POST":
        given = {name: text for name, text in request.POST.items() if name in PARAMETERS}
        errors = save(tab, given)
        if not errors:
            messages.success(request, "The configuration has been saved. It is in force everywhere within a second.")
            return redirect(f"/s/config/{tab}")
    context = {
        "title": "Configuration",
        "tabs": TABS,
        "tab": tab,
        "rows": rows_of(tab, given, errors),
        "errors": errors,
    }
    return render(request, "configuration/configuration.html", context, status=422 if errors else 200)


def save(tab: str, given: dict[str, str]) -> dict[str, str]:
    """Stores the tab's values, all or none; returns what is wrong by name. A value at its default is not stored."""
    errors, typed = {}, {}
    for parameter in PARAMETERS.values():
        if parameter.tab != tab or config.is_fixed(parameter.name):
            continue
        raw = given.get(parameter.name, "no" if parameter.type is bool else "")
        if parameter.name in SECRET and not raw:
            continue
        try:
            typed[parameter.name] = parameter.parse(raw.replace("\x00", ""))
        except InvalidValue as error:
            errors[parameter.name] = str(error)
    if errors:
        return errors
    with transaction.atomic():
        for name, value in typed.items():
            if value == PARAMETERS[name].default:
                config.reset(name)
            elif value != config.get(name):
                config.set_value(name, value)
    return {}


MENU = Menu(label="Configuration", path="/s/config", icon="settings", order=40, right=ADMIN, admin=True)
PAGES = Pages(
    Page(path="config", view=configuration_view, right=ADMIN, methods=("GET", "POST")),
    Page(path="config/<str:tab>", view=configuration_view, right=ADMIN, methods=("GET", "POST")),
)
