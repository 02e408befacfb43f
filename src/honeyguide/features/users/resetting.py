"""A new password for who forgot the old one, by a link that is sent to the address of the account.

Whoever asks gets the same answer in the same time, whether there is such an account or not: looking is the worker's work.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.db.models import Q
from django.utils.html import format_html
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from honeyguide.engine import config
from honeyguide.engine.access.sessions import end_sessions
from honeyguide.engine.audit import record
from honeyguide.engine.audit.changes import HIDDEN
from honeyguide.engine.delivery import outbox
from honeyguide.engine.resource import Invalid
from honeyguide.features.users.models import User
from honeyguide.features.users.services import password_problem

SUBJECT = "Your new password"
TEXT = (
    "<p>Hello {},</p><p>somebody, hopefully you, wants a new password for your account at {}.</p>"
    '<p><a href="{}">Choose a new password</a></p><p>The link works once, within an hour. If it was not you, do nothing: your '
    "password stays as it is.</p>"
)


def send_link(name: str, site: str) -> None:
    """Sends the link, when somebody has this user name or address. `site` is the server's address as it was asked."""
    user = User.objects.filter(Q(username__iexact=name) | Q(email__iexact=name), is_published=True).first()
    if user is None:
        return
    place = settings.SITE_URL or config.get("site_url") or site
    link = f"{place.rstrip('/')}/s/passwordresetconfirm/{number_of(user)}/{default_token_generator.make_token(user)}"
    html = format_html(TEXT, user.first_name or user.username, place, link)
    outbox.enqueue_one(
        email_id=None,
        contact_id=None,
        address=user.email,
        options={"subject": SUBJECT, "html": str(html), "transactional": True},
    )
    record("user", "security", user.pk, "password_reset", {"username": user.username})


def number_of(user: User) -> str:
    return urlsafe_base64_encode(str(user.pk).encode())


def user_of(number: str, token: str) -> User | None:
    """Whose link this is, while it is valid: unused, not old, and the password and address as they were."""
    try:
        pk = int(urlsafe_base64_decode(number).decode("ascii"))
    except (ValueError, UnicodeDecodeError):
        return None
    user = User.objects.filter(pk=pk, is_published=True).first() if 0 < pk < 2**63 else None
    return user if user and default_token_generator.check_token(user, token) else None


@transaction.atomic
def set_password(user: User, password: str, again: str) -> None:
    """The new password; whoever was signed in as the user is not any more. Raises `Invalid`."""
    if problem := password_problem(password, again):
        raise Invalid({"password": problem})
    user.set_password(password)
    user.save(update_fields=["password"])
    end_sessions(user.pk)
    record("user", "user", user.pk, "update", {"password": [HIDDEN, HIDDEN]}, by=user)
