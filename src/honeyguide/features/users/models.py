"""People who use the product, and what their role lets them do."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from honeyguide.engine.resource.models import Stamped


class Role(Stamped):
    name = models.CharField(max_length=191)
    description = models.TextField(null=True)
    is_admin = models.BooleanField(default=False)
    raw_permissions = models.JSONField(null=True)  # {"lead:leads": ["viewown", ...]} as it was sent

    class Meta:
        db_table = "roles"


class UserManager(BaseUserManager):
    def get_by_natural_key(self, username):
        return self.get(username__iexact=username)


class User(AbstractBaseUser, Stamped):
    username = models.CharField(max_length=191, unique=True)
    first_name = models.CharField(max_length=191)
    last_name = models.CharField(max_length=191)
    email = models.CharField(max_length=191, unique=True)
    position = models.CharField(max_length=191, null=True)
    role = models.ForeignKey(Role, models.PROTECT, related_name="users")
    timezone = models.TextField(null=True)
    locale = models.TextField(null=True)
    last_active = models.DateTimeField(null=True)
    signature = models.TextField(null=True)
    preferences = models.JSONField(default=dict)
    has_second_factor = models.BooleanField(default=False)

    objects = UserManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email", "first_name", "last_name"]

    class Meta:
        db_table = "users"

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class OpenIdentity(models.Model):
    """Who a user is at an OpenID Connect provider."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True)
    issuer = models.TextField()
    subject = models.TextField()
    date_added = models.DateTimeField()

    class Meta:
        db_table = "open_identities"
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="open_identities_subject")]
