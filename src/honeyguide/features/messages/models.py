"""Tables of marketing messages, and what each channel of one sends."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Case, OuterRef, Subquery, When

from honeyguide.engine.resource.models import Scheduled, Stamped
from honeyguide.features.emails.models import Email
from honeyguide.features.notifications.models import Notification
from honeyguide.features.smses.models import Sms
from honeyguide.features.tweets import Tweet

CHANNELS: dict[str, type[models.Model]] = {"email": Email, "sms": Sms, "notification": Notification, "tweet": Tweet}


class Message(Stamped, Scheduled):
    name = models.CharField(max_length=191)
    description = models.TextField(null=True)
    category = models.ForeignKey("honeyguide.Category", models.SET_NULL, null=True)

    class Meta:
        app_label = "honeyguide"
        db_table = "messages"


class NamedChannels(models.Manager):
    """Channels with the name of the e-mail, text message or the like that they send."""

    def get_queryset(self) -> Any:
        named = [
            When(channel=channel, then=Subquery(model.objects.filter(pk=OuterRef("channel_id")).values("name")[:1]))
            for channel, model in CHANNELS.items()
        ]
        return super().get_queryset().annotate(channel_name=Case(*named)).order_by("id")


class MessageChannel(models.Model):
    message = models.ForeignKey(Message, models.CASCADE, related_name="channels")
    channel = models.CharField(max_length=20)
    channel_id = models.BigIntegerField(null=True)
    is_enabled = models.BooleanField(default=False)
    properties = models.JSONField(default=list)

    objects = NamedChannels()

    class Meta:
        app_label = "honeyguide"
        db_table = "message_channels"
        constraints = [models.UniqueConstraint(fields=["message", "channel"], name="message_channel_once")]
