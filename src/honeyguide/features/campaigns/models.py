"""Tables of campaigns, their events and their contacts."""

from django.db import models

from honeyguide.engine.resource.models import Scheduled, Stamped


class Campaign(Stamped, Scheduled):
    name = models.CharField(max_length=191)
    description = models.TextField(null=True)
    category = models.ForeignKey("honeyguide.Category", models.SET_NULL, null=True)
    allow_restart = models.BooleanField(default=False)
    canvas_settings = models.JSONField(default=list)  # {"nodes": [...], "connections": [...]}
    lists = models.ManyToManyField("honeyguide.Segment", related_name="campaigns", db_table="campaign_segments")
    forms = models.ManyToManyField("honeyguide.Form", related_name="campaigns", db_table="campaign_forms")

    class Meta:
        db_table = "campaigns"


class CampaignEvent(models.Model):
    """A step. `parent`, `decision_path` and `order` follow from the canvas's connections."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="events")
    parent = models.ForeignKey("self", models.SET_NULL, null=True, related_name="children")
    name = models.CharField(max_length=191)
    description = models.TextField(null=True)
    type = models.CharField(max_length=50)
    event_type = models.CharField(max_length=20)  # action | decision | condition
    order = models.IntegerField(default=1)  # the level below the sources
    properties = models.JSONField(default=list)
    trigger_mode = models.CharField(max_length=10, null=True)  # immediate | interval | date
    trigger_date = models.DateTimeField(null=True)
    trigger_interval = models.IntegerField(null=True, default=0)
    trigger_interval_unit = models.CharField(max_length=1, null=True)  # i h d m y
    trigger_hour = models.TimeField(null=True)
    trigger_restricted_start_hour = models.TimeField(null=True)
    trigger_restricted_stop_hour = models.TimeField(null=True)
    trigger_restricted_days_of_week = models.JSONField(default=list)
    decision_path = models.CharField(max_length=3, null=True)  # yes | no
    channel = models.TextField(null=True)
    channel_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "campaign_events"
        ordering = ["order", "id"]


class CampaignContact(models.Model):
    """A contact's way through a campaign. It is in the campaign unless `manually_removed`; a restart is a new rotation."""

    pk = models.CompositePrimaryKey("campaign_id", "contact_id")
    campaign = models.ForeignKey(Campaign, models.CASCADE, db_index=False)
    contact = models.ForeignKey("honeyguide.Contact", models.CASCADE)
    date_added = models.DateTimeField()
    date_last_exited = models.DateTimeField(null=True)
    manually_added = models.BooleanField(default=False)
    manually_removed = models.BooleanField(default=False)
    rotation = models.IntegerField(default=1)

    class Meta:
        db_table = "campaign_contacts"
