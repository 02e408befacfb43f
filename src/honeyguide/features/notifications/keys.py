"""Who we are for push services (VAPID, RFC 8292): a key pair, and what is signed with it."""

from __future__ import annotations

import base64
import hashlib
import time
from functools import cache, lru_cache
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from honeyguide.engine import config
from honeyguide.engine.channels.channel import Unready
from honeyguide.engine.delivery.surroundings import site_url

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256
HALF_A_DAY = 12 * 3600
BAD_KEY = "notification_vapid_private_key is no private key: 32 bytes as URL-safe base64 are wanted."


def private_key() -> ec.EllipticCurvePrivateKey:
    """The key of the configuration, or else one that follows from the installation's secret key. Raises `Unready`."""
    return _private_key(config.get("notification_vapid_private_key").strip(), settings.SECRET_KEY)


@cache
def _private_key(given: str, secret: str) -> ec.EllipticCurvePrivateKey:
    if not given:
        number = int.from_bytes(hashlib.sha512(f"vapid:{secret}".encode()).digest(), "big") % (ORDER - 1) + 1
        return ec.derive_private_key(number, ec.SECP256R1())
    try:
        raw = decoded(given)
        if len(raw) != 32:
            raise ValueError
        return ec.derive_private_key(int.from_bytes(raw, "big"), ec.SECP256R1())
    except ValueError:
        raise Unready(BAD_KEY) from None


def public_key() -> str:
    """As browsers want it (`applicationServerKey`). Raises `Unready`."""
    return encoded(private_key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def authorization(endpoint: str) -> str:
    """The header by which a push service knows us. Raises `Unready`."""
    parts = urlsplit(endpoint)
    token = _token(private_key(), f"{parts.scheme}://{parts.netloc}", _subject(), int(time.time()) // (HALF_A_DAY // 2))
    return f"vapid t={token}, k={public_key()}"


def _subject() -> str:
    """Where push services may complain."""
    sender = config.get("mailer_from_email")
    return f"mailto:{sender}" if sender else site_url()


@lru_cache(maxsize=256)
def _token(key: ec.EllipticCurvePrivateKey, audience: str, subject: str, period: int) -> str:
    """The same for six hours, valid for at least as long again."""
    claims = {"aud": audience, "exp": period * (HALF_A_DAY // 2) + HALF_A_DAY, "sub": subject}
    return jwt.encode(claims, key, algorithm="ES256")


def decoded(text: str) -> bytes:
    """Of URL-safe base64 with or without padding. Raises ValueError."""
    return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
