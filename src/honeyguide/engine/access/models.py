"""Counters of calls per credential, bearer tokens, and the sessions of people."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class RateLimit(models.Model):
    credential = models.TextField(primary_key=True)
    window_start = models.BigIntegerField()  # Unix time
    calls = models.BigIntegerField()

    class Meta:
        db_table = "rate_limits"


class AccessToken(models.Model):
    """A bearer token, kept as its SHA-256. With a client it came from OAuth 2; without one it is personal, and has a name.

    No user: the client acts for itself. `scopes` is "read", "write" or both, blank-separated; null allows everything.
    """

    digest = models.BinaryField(unique=True)
    client = models.ForeignKey("honeyguide.OAuthClient", models.CASCADE, null=True, related_name="access_tokens")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="access_tokens")
    name = models.TextField(null=True)
    scopes = models.TextField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, db_index=True)  # null: never

    class Meta:
        db_table = "access_tokens"


class Session(AbstractBaseSession):
    """A browser's session, which knows whose it is, so that all of a user's can be ended."""

    user_id = models.BigIntegerField(null=True, db_index=True)

    class Meta:
        db_table = "sessions"


class SecondFactor(models.Model):
    """A user's app for codes. In force once it is confirmed."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True)
    salt = models.BinaryField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)  # the time, in half minutes, of the newest code that was used
    recovery = ArrayField(models.TextField(), default=list)  # digests of codes that are not used yet

    class Meta:
        db_table = "second_factors"
