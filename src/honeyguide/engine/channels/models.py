"""The table of dispatches: one row for every message to a contact that leaves by HTTP."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from honeyguide.engine.delivery.models import OutboxState as State


class Dispatch(models.Model):
    """Unique per (channel, item, contact, occasion): the database refuses a second one, whoever asks.

    `item_id` is the text message or notification, 0 for a test copy; `occasion` says why it is sent, as in the outbox of
    e-mails: "broadcast", "api:<uuid>", "campaign:<event>:<rotation>". `claim` and `claimed_at` are of whoever is sending it.
    """

    channel = models.TextField()
    item_id = models.BigIntegerField()
    contact = models.ForeignKey("honeyguide.Contact", models.SET_NULL, null=True)
    occasion = models.TextField()
    state = models.SmallIntegerField(choices=State.choices, default=State.PENDING)
    priority = models.SmallIntegerField(default=2)  # 1 asked for one contact, 2 for many
    attempts = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField()
    claim = models.UUIDField(null=True)
    claimed_at = models.DateTimeField(null=True)
    segment_id = models.IntegerField(null=True)
    address = models.TextField(null=True)  # the number it was sent to, as of the send
    content = models.TextField(null=True)  # what was said
    external_id = models.TextField(null=True)  # the provider's name for it
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)  # when the provider says that it arrived
    clicked_at = models.DateTimeField(null=True)  # first
    click_count = models.IntegerField(default=0)
    clicked_links = ArrayField(models.BigIntegerField(), null=True)  # each link once
    answer = models.TextField(null=True)  # the provider's last words, for failed, retried and unknown

    class Meta:
        db_table = "dispatches"
        constraints = [
            models.UniqueConstraint(fields=["channel", "item_id", "contact", "occasion"], name="dispatch_once")
        ]
        indexes = [
            models.Index(
                fields=["channel", "priority", "due_at", "id"], name="dispatch_due", condition=Q(state=State.PENDING)
            ),
            models.Index(
                fields=["channel", "claimed_at"],
                name="dispatch_in_flight",
                condition=Q(state__in=[State.CLAIMED, State.ATTEMPTING]),
            ),
            models.Index(fields=["channel", "item_id", "id"], name="dispatch_of_item"),
            models.Index(
                fields=["channel", "external_id"], name="dispatch_external", condition=Q(external_id__isnull=False)
            ),
        ]


class ChannelTrouble(models.Model):
    """Why a channel's provider cannot be used, while it cannot."""

    channel = models.TextField(primary_key=True)
    reason = models.TextField()
    since = models.DateTimeField()

    class Meta:
        db_table = "channel_troubles"
