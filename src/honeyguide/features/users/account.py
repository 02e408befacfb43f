"""What people do to their own account: change name, password and appearance."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from honeyguide.engine.audit import differences, record
from honeyguide.engine.audit.changes import HIDDEN
from honeyguide.engine.resource import Invalid
from honeyguide.features.users.models import User
from honeyguide.features.users.services import is_timezone, name_taken, password_problem

ACCOUNT = ("first_name", "last_name", "email", "position", "timezone", "signature")
THEMES = ("auto", "light", "dark")


def set_theme(user: User, theme: str) -> None:
    """Keeps whether pages are light, dark or as the system is."""
    if theme in THEMES:
        user.preferences = {**(user.preferences or {}), "theme": theme}
        user.save(update_fields=["preferences"])


def update_account(user: User, values: dict[str, str]) -> None:
    """Changes one's own names, address, time zone and, when given, password. Raises `Invalid`; then nothing changed."""
    errors: dict[str, Any] = {}
    for name, label in (("first_name", "First name"), ("last_name", "Last name"), ("email", "Email")):
        if not values.get(name, "").strip():
            errors[name] = f"{label} is required."
    if values.get("email") and name_taken(values["email"].strip(), besides=user.pk):
        errors["email"] = "Email is already in use. Please choose another."
    if values.get("timezone") and not is_timezone(values["timezone"]):
        errors["timezone"] = "There is no such time zone."
    if password := values.get("password", ""):
        if not user.check_password(values.get("current_password", "")):
            errors["current_password"] = "This is not your current password."
        if problem := password_problem(password, values.get("password_again", "")):
            errors["password"] = problem
    for name in ("first_name", "last_name", "email", "position"):
        if len(values.get(name, "")) > 191:
            errors[name] = "This value is too long. It should have 191 characters or less."
    if errors:
        raise Invalid(errors)
    given = {name: values.get(name, "").replace("\x00", "").strip() for name in ACCOUNT}
    changes = differences({name: getattr(user, name) for name in ACCOUNT}, given)
    for name, value in given.items():
        setattr(user, name, value)
    if password:
        user.set_password(password)
        changes["password"] = [HIDDEN, HIDDEN]
    with transaction.atomic():
        user.save()
        if changes:
            record("user", "user", user.pk, "update", changes, by=user)
