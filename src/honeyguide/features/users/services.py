"""Changes to users and roles. Rules: contract resource-users-roles, engine users-roles."""

from __future__ import annotations

import re
from zoneinfo import available_timezones

from honeyguide.engine.audit import record
from honeyguide.engine.audit.changes import HIDDEN
from honeyguide.features.users.models import Role, User

WEAK = (
    "Please enter a stronger password. Your password must use a combination of upper and lower case, "
    "special characters and numbers."
)


def password_problem(password: str, confirmation: str) -> str | None:
    """Why a new password will not do, or None."""
    if not password:
        return "This value should not be blank."
    if len(password) < 6:
        return "Password must be at least 6 characters."
    kinds = sum(bool(re.search(kind, password)) for kind in (r"[a-z]", r"[A-Z]", r"\d", r"[^a-zA-Z0-9]"))
    if kinds < 3 and len(password) < 16:
        return WEAK
    if password != confirmation:
        return "Passwords do not match."
    return None


def name_taken(text: str, *, besides: int | None) -> bool:
    """Whether a user name or e-mail address is some other user's, as either."""
    others = User.objects.exclude(pk=besides)
    return others.filter(username__iexact=text).exists() or others.filter(email__iexact=text).exists()


def is_timezone(text: str) -> bool:
    return text in available_timezones()


def create_admin(
    *, username: str, email: str, password: str, first_name: str = "Admin", last_name: str = "Admin"
) -> User:
    """A user with the administrators' role (made if it is missing)."""
    role = Role.objects.filter(is_admin=True).order_by("pk").first()
    first = role is None
    if first:
        role = Role.objects.create(name="Administrator", description="Full system access", is_admin=True)
    user = User(
        username=username, email=email, first_name=first_name, last_name=last_name, role=role, timezone="", locale=""
    )
    user.set_password(password)
    user.save()
    if not first:
        record("user", "user", user.pk, "create", {"username": [None, username], "email": [None, email]})
    return user


def set_password(user: User, password: str) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
    record("user", "user", user.pk, "update", {"password": [HIDDEN, HIDDEN]})
