"""Tables of webhooks."""

from django.db import models

from honeyguide.engine.resource.models import Stamped


class Webhook(Stamped):
    name = models.CharField(max_length=191)
    description = models.TextField(null=True)
    webhook_url = models.TextField()
    secret = models.TextField()
    events_orderby_dir = models.CharField(max_length=4, null=True)  # ASC | DESC; null is what the configuration says
    category = models.ForeignKey("honeyguide.Category", models.SET_NULL, null=True)
    triggers = models.JSONField(default=list)  # names of event types, as they were sent

    class Meta:
        db_table = "webhooks"
