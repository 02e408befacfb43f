"""Tables of notifications, and of the browsers that show them."""

from django.db import models

from honeyguide.engine.resource.models import Scheduled, Stamped


class Notification(Stamped, Scheduled):
    name = models.CharField(max_length=191)
    description = models.TextField(null=True)
    heading = models.TextField()
    message = models.TextField()
    url = models.TextField(null=True)
    button = models.TextField(null=True)
    language = models.CharField(max_length=20, default="en")
    category = models.ForeignKey("honeyguide.Category", models.SET_NULL, null=True)
    utm_tags = models.JSONField(default=list)
    notification_type = models.CharField(max_length=20, default="template")
    mobile = models.BooleanField(default=False)
    mobile_settings = models.JSONField(default=list)
    read_count = models.IntegerField(default=0)
    sent_count = models.IntegerField(default=0)

    class Meta:
        app_label = "honeyguide"
        db_table = "notifications"


class PushSubscription(models.Model):
    """A browser that a contact allowed to show notifications. `endpoint` is where its push service takes them; `p256dh` and
    `auth` are the browser's keys, as it gave them."""

    contact = models.ForeignKey("honeyguide.Contact", models.CASCADE, related_name="push_subscriptions")
    endpoint = models.TextField(unique=True)
    p256dh = models.TextField()
    auth = models.TextField()
    date_added = models.DateTimeField()

    class Meta:
        db_table = "push_subscriptions"
