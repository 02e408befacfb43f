"""Writes that may be repeated safely: a call with an `Idempotency-Key` is carried out once.

The answer is stored in the transaction of the change it tells of, so after any crash either both are there or neither. A
repetition, also one that arrives while the first is still under way, gets the stored answer. Refused calls (400 and above) are
not stored: they changed nothing, and corrected ones may use the key again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import orjson
from django.db import transaction
from django.http import HttpRequest

from honeyguide.engine.api.call import Answer
from honeyguide.engine.resource.errors import Refused
from honeyguide.engine.sql import execute, one

HEADER = "HTTP_IDEMPOTENCY_KEY"
MAX_LENGTH = 255
KEPT = "25 hours"
WRITES = ("POST", "PUT", "PATCH", "DELETE")
LOCK = 4_107  # the class of advisory locks on keys
REPLAYED = {"Idempotency-Replayed": "true"}

FIND = "SELECT fingerprint, status, headers::text, body FROM idempotency_keys WHERE owner = %s AND key = %s"
STORE = """
    INSERT INTO idempotency_keys (owner, key, fingerprint, status, headers, body, created_at)
    VALUES (%s, %s, %s, %s, %s::jsonb, %s, now())
"""
FORGET = f"DELETE FROM idempotency_keys WHERE created_at < now() - interval '{KEPT}'"


class _NotStored(Exception):
    """Carries a refusal out of the transaction, which it undoes."""

    def __init__(self, answer: Answer):
        self.answer = answer


def once(request: HttpRequest, method: str, owner: str, run: Callable[[], Answer]) -> Answer:
    """`run()`, or what it answered the first time. `owner` is the caller: keys of different callers are different keys."""
    key = request.META.get(HEADER, "").replace("\x00", "")
    if not key or method not in WRITES:
        return run()
    if len(key) > MAX_LENGTH:
        raise Refused(f"An Idempotency-Key has {MAX_LENGTH} characters at most.")
    fingerprint = _fingerprint(request, method)
    try:
        with transaction.atomic():
            execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (LOCK, f"{owner} {key}"))
            if found := one(FIND, (owner, key)):
                return _again(found, fingerprint)
            answer = run()
            if answer.status >= 400:
                raise _NotStored(answer)
            body = (
                answer.data
                if isinstance(answer.data, bytes)
                else orjson.dumps(answer.data, option=orjson.OPT_NON_STR_KEYS)
            )
            headers = orjson.dumps(answer.headers).decode()
            execute(STORE, (owner, key, fingerprint, answer.status, headers, body))
            return answer
    except _NotStored as refusal:
        return refusal.answer


def _fingerprint(request: HttpRequest, method: str) -> str:
    """What two calls have in common if one repeats the other. Of an upload it is the parts, because each sending chooses another
    boundary between them."""
    digest = hashlib.sha256(f"{method} {request.get_full_path()}\n".encode())
    if request.method == "POST" and request.content_type == "multipart/form-data":
        digest.update(repr(sorted(request.POST.lists())).encode("utf-8", "surrogatepass"))
        for name, files in sorted(request.FILES.lists()):
            for file in files:
                digest.update(f"{name!r} {file.name!r} {file.size}\n".encode("utf-8", "surrogatepass"))
                for chunk in file.chunks():
                    digest.update(chunk)
                file.seek(0)
    else:
        digest.update(request.body)
    return digest.hexdigest()


def _again(found: tuple, fingerprint: str) -> Answer:
    stored_fingerprint, status, headers, body = found
    if stored_fingerprint != fingerprint:
        raise Refused("This Idempotency-Key was used with another request.", code=422)
    return Answer(bytes(body), status=status, headers={**orjson.loads(headers), **REPLAYED})


def forget_old() -> int:
    """Deletes keys after their time; returns how many."""
    return execute(FORGET)
