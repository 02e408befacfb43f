"""Tables of what comes back."""

from django.db import models
from django.db.models.functions import Now


class State(models.TextChoices):
    DONE = "done"  # it did what it means
    REPEATED = "repeated"  # the message was known to have bounced, or its contact to have left
    UNMATCHED = "unmatched"  # it is about no message that we know
    NOTHING = "nothing"  # automatic answers, delays, other people's mail
    BROKEN = "broken"  # nobody can read it


class Notice(models.Model):
    """A returned message or a provider's word that was handled. `key` names it, so that none is handled twice. `address` is kept
    only where no message is known, whose row has it."""

    key = models.TextField(unique=True)
    at = models.DateTimeField(db_default=Now())
    source = models.TextField()  # "mailbox bounces", "sendgrid", ...
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=20, choices=State.choices)
    is_hard = models.BooleanField(default=False)
    outbox_id = models.BigIntegerField(null=True)
    address = models.TextField(default="")
    reason = models.TextField(default="")

    class Meta:
        db_table = "notices"
        indexes = [
            models.Index(fields=["outbox_id"], name="notices_message", condition=models.Q(outbox_id__isnull=False)),
            models.Index(fields=["at"], name="notices_at"),
        ]


class Mailbox(models.Model):
    """How far a mailbox has been read: every message up to `last_uid`, as long as the server's `uid_validity` stays."""

    name = models.TextField(primary_key=True)
    place = models.TextField()  # which account and folder; another one is read from its beginning
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    looked_at = models.DateTimeField(null=True)
    trouble = models.TextField(default="")

    class Meta:
        db_table = "mailboxes"
