"""A second factor for people who sign in: codes of an app (TOTP, RFC 6238), and recovery codes for who lost it.

A code counts once. The secret that app and server share is not stored: it follows from the server's key and a salt.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from typing import Any

import pyotp
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from honeyguide.engine.access.models import SecondFactor
from honeyguide.engine.audit import record
from honeyguide.engine.sql import execute

ISSUER = "Honeyguide"
STEP_SECONDS = 30
RECOVERY_CODES = 10
WAITING = "second_factor"  # in the session: who has shown the password, and until when the code may follow
WAIT_SECONDS = 10 * 60

# One pass: the code's time is used up; nothing when it, or a later one, was before.
USE_STEP = "UPDATE second_factors SET last_step = %(step)s WHERE user_id = %(user)s AND last_step < %(step)s"
# One pass: the recovery code is no more; nothing when there was none.
USE_RECOVERY = """
    UPDATE second_factors SET recovery = array_remove(recovery, %(digest)s)
    WHERE user_id = %(user)s AND %(digest)s = ANY(recovery)
"""


def begin(user: Any) -> SecondFactor:
    """A factor that is not in force before `confirm`; one that was begun and never confirmed goes on."""
    factor, _ = SecondFactor.objects.get_or_create(user=user, defaults={"salt": secrets.token_bytes(16)})
    return factor


def secret_of(factor: SecondFactor) -> str:
    """In base32, as apps want it."""
    key = hashlib.sha256(f"second factor:{settings.SECRET_KEY}".encode()).digest()
    return base64.b32encode(hmac.digest(key, bytes(factor.salt), "sha1")).decode()


def address_of(factor: SecondFactor) -> str:
    """What the QR code says."""
    return pyotp.TOTP(secret_of(factor)).provisioning_uri(name=factor.user.username, issuer_name=ISSUER)


@transaction.atomic
def confirm(user: Any, code: str) -> list[str]:
    """Puts the factor in force when the app's code is right; returns the recovery codes, which nobody can see again. Empty:
    the code was wrong."""
    factor = begin(user)
    if factor.confirmed_at or not _is_code(factor, code):
        return []
    codes = [f"{secrets.token_hex(3)}-{secrets.token_hex(3)}" for _ in range(RECOVERY_CODES)]
    factor.confirmed_at = timezone.now()
    factor.recovery = [_digest(text) for text in codes]
    factor.save(update_fields=["confirmed_at", "recovery"])
    user.has_second_factor = True
    user.save(update_fields=["has_second_factor"])
    record("user", "security", user.pk, "second_factor_on", {}, by=user)
    return codes


@transaction.atomic
def turn_off(user: Any, *, by: Any) -> None:
    """The password alone is enough from now on."""
    SecondFactor.objects.filter(user=user).delete()
    user.has_second_factor = False
    user.save(update_fields=["has_second_factor"])
    record("user", "security", user.pk, "second_factor_off", {}, by=by)


def is_right(user: Any, code: str) -> bool:
    """Whether this is a code of the user's app, or a recovery code. It is used up by asking."""
    factor = SecondFactor.objects.filter(user=user).exclude(confirmed_at=None).first()
    if factor is None:
        return False
    given = {"user": user.pk, "digest": _digest(code)}
    return _is_code(factor, code) or execute(USE_RECOVERY, given) == 1


def _is_code(factor: SecondFactor, code: str) -> bool:
    """A clock may be half a minute off."""
    code, now = "".join(code.split()), int(time.time()) // STEP_SECONDS
    totp = pyotp.TOTP(secret_of(factor))
    for step in (now - 1, now, now + 1):
        if hmac.compare_digest(totp.at(step * STEP_SECONDS).encode(), code.encode("utf-8", "replace")):
            return execute(USE_STEP, {"step": step, "user": factor.user_id}) == 1
    return False


def _digest(code: str) -> str:
    return hashlib.sha256(code.strip().lower().encode("utf-8", "replace")).hexdigest()


# --- between password and code


def wait_for_code(request: HttpRequest, user: Any, *, remember: bool) -> None:
    """Notes in the session that the password was right. Nobody is signed in by that."""
    request.session[WAITING] = {
        "user": user.pk,
        "password": user.get_session_auth_hash(),
        "until": time.time() + WAIT_SECONDS,
        "remember": remember,
    }


def waiting(request: HttpRequest) -> dict[str, Any] | None:
    """Who has shown the password in this session and still has to show a code."""
    found = request.session.get(WAITING)
    return found if found and found["until"] > time.time() else None
