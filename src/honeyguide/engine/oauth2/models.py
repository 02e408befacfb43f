"""Clients, what users allowed them, and what they may exchange for tokens. Secrets are kept as SHA-256 only."""

from django.conf import settings
from django.db import models

from honeyguide.engine.resource.models import Stamped

CODE = "authorization_code"
REFRESH = "refresh_token"
CLIENT = "client_credentials"
PASSWORD = "password"

OAUTH1, OAUTH2 = "oauth1", "oauth2"


class OAuthClient(Stamped):
    """An application that may ask for tokens. Clients know it as `<id>_<random_id>`."""

    name = models.CharField(max_length=191)
    random_id = models.CharField(max_length=191)
    secret_digest = models.BinaryField()
    redirect_uris = models.JSONField(default=list)
    protocol = models.CharField(max_length=6, default=OAUTH2)
    grant_types = models.JSONField(default=list)  # of the constants above; none with OAuth 1.0a
    role = models.ForeignKey("honeyguide.Role", models.SET_NULL, null=True)  # as whom it acts for itself

    class Meta:
        db_table = "oauth2_clients"

    @property
    def public_id(self) -> str:
        return f"{self.pk}_{self.random_id}"

    @property
    def redirect_text(self) -> str:
        """The redirect URIs as forms show and take them."""
        return ", ".join(self.redirect_uris)

    @redirect_text.setter
    def redirect_text(self, text: str) -> None:
        self.redirect_uris = [uri.strip() for uri in text.split(",") if uri.strip()]


class AuthorizationCode(models.Model):
    """What a client gets by an approval, to be exchanged for tokens once, at once."""

    digest = models.BinaryField(unique=True)
    client = models.ForeignKey(OAuthClient, models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    redirect_uri = models.TextField()
    challenge = models.TextField(default="")  # PKCE; "" when the client uses none
    challenge_method = models.TextField(default="")
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "oauth2_codes"


class RefreshToken(models.Model):
    """Exchanged for new tokens once. `used_at` opens a short grace, in which a client whose answer was lost may ask again."""

    digest = models.BinaryField(unique=True)
    client = models.ForeignKey(OAuthClient, models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "oauth2_refresh_tokens"


class Approval(models.Model):
    """A user allowed a client to act for them."""

    client = models.ForeignKey(OAuthClient, models.CASCADE, related_name="approvals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="approvals")
    approved_at = models.DateTimeField()

    class Meta:
        db_table = "oauth2_approvals"
        constraints = [models.UniqueConstraint(fields=["user", "client"], name="oauth2_approvals_once")]
