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
    paused = models.BooleanField(default=False)  # events are kept and not sent
    previous_secret = models.TextField(null=True)  # still signs beside the new one, for a while
    previous_secret_until = models.DateTimeField(null=True)
    standard_signature = models.BooleanField(default=False)  # as Standard Webhooks says, not as the reference does

    class Meta:
        db_table = "webhooks"


class WebhookReceiver(models.Model):
    """How it goes with the other side of a webhook, and which process is at it."""

    webhook = models.OneToOneField(Webhook, models.CASCADE, primary_key=True)
    lease_until = models.DateTimeField()  # another process may take over after this
    next_attempt_at = models.DateTimeField(null=True)  # null: at once
    failures = models.IntegerField(default=0)  # in a row

    class Meta:
        db_table = "webhook_receivers"


class WebhookQueue(models.Model):
    """An event that waits to be told, or that could not be told for good."""

    id = models.BigAutoField(primary_key=True)
    webhook = models.ForeignKey(Webhook, models.CASCADE, db_index=False)
    type = models.TextField()
    payload = models.TextField()  # JSON, as it is sent
    date_added = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    batch = models.BigIntegerField(null=True)  # the first of the events it was sent with; a repetition is the same call
    failed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "webhook_queue"
        indexes = [
            models.Index(fields=["webhook", "id"], name="webhook_queue_due", condition=models.Q(failed_at=None)),
            models.Index(fields=["webhook", "failed_at"], name="webhook_queue_failed"),
        ]


class WebhookLog(models.Model):
    """A call that was made, and what came back."""

    id = models.BigAutoField(primary_key=True)
    webhook = models.ForeignKey(Webhook, models.CASCADE, db_index=False)
    message_id = models.TextField()
    date_added = models.DateTimeField()
    status_code = models.TextField()  # N/A without an answer
    runtime = models.FloatField()  # seconds
    note = models.TextField(null=True)  # the beginning of the answer, or why there was none
    events = models.IntegerField(default=1)
    request = models.TextField()  # the body, cut

    class Meta:
        db_table = "webhook_logs"
        indexes = [models.Index(fields=["webhook", "-id"], name="webhook_logs_newest")]
