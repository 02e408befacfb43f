"""Tables of text messages."""

from django.db import models

from honeyguide.engine.resource.models import Scheduled, Stamped


class Sms(Stamped, Scheduled):
    name = models.CharField(max_length=191)
    description = models.TextField(null=True)
    message = models.TextField(null=True)
    sms_type = models.CharField(max_length=20, default="template")  # template | list
    language = models.CharField(max_length=20, default="en")
    category = models.ForeignKey("honeyguide.Category", models.SET_NULL, null=True)
    lists = models.ManyToManyField("honeyguide.Segment", related_name="smses", db_table="sms_segments")
    sent_count = models.IntegerField(default=0)

    class Meta:
        db_table = "smses"


class SmsReply(models.Model):
    """A text message that came in, from whatever number. `external_id` is the provider's, so that none counts twice."""

    external_id = models.TextField(null=True, unique=True)
    sender = models.TextField()
    message = models.TextField()
    date_added = models.DateTimeField()

    class Meta:
        db_table = "sms_replies"
