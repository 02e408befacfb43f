"""Tokens of OAuth 1.0a, and the calls that were seen. Secrets are not stored: they follow from the server's key."""

from django.conf import settings
from django.db import models


class OAuth1Token(models.Model):
    """First a request token, which a user may approve; traded for an access token, which has no end until it is revoked."""

    key = models.CharField(max_length=40, unique=True)
    client = models.ForeignKey("honeyguide.OAuthClient", models.CASCADE, related_name="oauth1_tokens")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="oauth1_tokens")
    is_access = models.BooleanField(default=False)
    callback = models.TextField(default="")
    verifier_digest = models.BinaryField(null=True)  # set when the user approved
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        db_table = "oauth1_tokens"


class OAuth1Nonce(models.Model):
    """A call that was made: client, token, time and nonce, as a digest."""

    digest = models.BinaryField(primary_key=True)
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "oauth1_nonces"
