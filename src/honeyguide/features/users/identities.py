"""Which user of ours an identity of the OpenID Connect provider is."""

from __future__ import annotations

import secrets

from django.db import IntegrityError, transaction
from django.utils import timezone

from honeyguide.engine import config
from honeyguide.engine.audit import record
from honeyguide.features.users.models import OpenIdentity, Role, User
from honeyguide.features.users.openid import Identity, Refused
from honeyguide.features.users.services import name_taken


def user_of(identity: Identity) -> User:
    """The user whom this identity was connected with; else who has its verified address; else a new one, when the
    administrator has chosen a role for these. Raises `openid.Refused`."""
    known = OpenIdentity.objects.filter(issuer=identity.issuer, subject=identity.subject).select_related("user").first()
    user = known.user if known else _by_address(identity) or _new(identity)
    if not user.is_published:
        raise Refused("Your account here is switched off.")
    if not known:
        connect(user, identity)
    return user


def connect(user: User, identity: Identity) -> None:
    """From now on this identity signs in as the user. Raises `Refused` when it does as another, or the user has one."""
    try:
        with transaction.atomic():
            OpenIdentity.objects.create(
                user=user, issuer=identity.issuer, subject=identity.subject, date_added=timezone.now()
            )
            record("user", "security", user.pk, "openid_connected", {"issuer": identity.issuer}, by=user)
    except IntegrityError:
        raise Refused("You, or somebody else here, is connected already.") from None


@transaction.atomic
def disconnect(user: User) -> None:
    OpenIdentity.objects.filter(user=user).delete()
    record("user", "security", user.pk, "openid_disconnected", {}, by=user)


def _by_address(identity: Identity) -> User | None:
    """Whoever has the address that the provider has verified, and no identity yet."""
    if not identity.email:
        return None
    return User.objects.filter(email__iexact=identity.email, openidentity=None).first()


def _new(identity: Identity) -> User:
    role = Role.objects.filter(pk=config.get("openid_role"), is_published=True).first()
    if role is None:
        raise Refused("Nobody here has your address. Please ask an administrator for an account.")
    if not identity.email:
        raise Refused("The provider tells no verified address of yours, which an account needs.")
    if name_taken(identity.email, besides=None):
        raise Refused("Somebody here has your address already.")
    user = User(
        username=identity.email,
        email=identity.email,
        first_name=identity.first_name or identity.email.partition("@")[0],
        last_name=identity.last_name or "-",
        role=role,
        timezone="",
        locale="",
    )
    user.set_password(secrets.token_urlsafe(32))  # nobody knows it; a link by mail replaces it
    user.save()
    record("user", "user", user.pk, "create", {"username": [None, user.username], "openid": [None, identity.issuer]})
    return user
