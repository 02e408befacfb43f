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
    synced_at = models.DateTimeField(null=True)  # when all its segments were last compared with its contacts
    failures_since = models.DateTimeField(null=True)  # when it was last published; earlier failures stop it no more
    stopped_because = models.TextField(null=True)  # why it stopped by itself, until it is published again

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


class CampaignDraft(models.Model):
    """What somebody drew and has not saved yet, as the canvas sends it."""

    campaign = models.OneToOneField(Campaign, models.CASCADE, primary_key=True, related_name="draft")
    drawing = models.JSONField()  # {"events": [...], "canvasSettings": {...}, "lists": [...], "forms": [...]}
    date_saved = models.DateTimeField()
    saved_by = models.ForeignKey("honeyguide.User", models.SET_NULL, null=True)

    class Meta:
        db_table = "campaign_drafts"


class CampaignContact(models.Model):
    """A contact's way through a campaign. It is in the campaign unless `manually_removed`; a restart is a new rotation.

    `date_last_exited` tells who left because a segment or a step took them out: they may come back by themselves. Bulk
    statements write this table, so the database checks no foreign keys in it; deleting contacts and campaigns cleans it.
    """

    pk = models.CompositePrimaryKey("campaign_id", "contact_id")
    campaign = models.ForeignKey(Campaign, models.CASCADE, db_index=False, db_constraint=False)
    contact = models.ForeignKey("honeyguide.Contact", models.CASCADE, db_constraint=False)
    date_added = models.DateTimeField()
    date_last_exited = models.DateTimeField(null=True)
    manually_added = models.BooleanField(default=False)
    manually_removed = models.BooleanField(default=False)
    rotation = models.IntegerField(default=1)

    class Meta:
        db_table = "campaign_contacts"


class LogState(models.IntegerChoices):
    SCHEDULED = 0  # an action or condition that waits for its time
    WAITING = 1  # a decision that waits for the contact to act
    DONE = 2
    FAILED = 3  # tried too often; nobody tries again by themselves
    CANCELLED = 4  # the contact left, or the step was deleted


class CampaignLog(models.Model):
    """One step of one contact in one rotation: planned, and later what became of it. The key is why nothing happens twice."""

    pk = models.CompositePrimaryKey("event_id", "contact_id", "rotation")
    event = models.ForeignKey(CampaignEvent, models.DO_NOTHING, db_index=False, db_constraint=False)
    contact = models.ForeignKey("honeyguide.Contact", models.CASCADE, db_index=False, db_constraint=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, db_index=False, db_constraint=False)
    rotation = models.IntegerField(default=1)
    state = models.SmallIntegerField(choices=LogState.choices)
    since = models.DateTimeField()  # what its time counts from: when the step before it was done
    due_at = models.DateTimeField(null=True)  # null: a decision that waits for ever
    at = models.DateTimeField(null=True)  # when it was done
    taken = models.BooleanField(null=True)  # the path of a condition or decision: true is yes
    failures = models.SmallIntegerField(default=0)
    note = models.TextField(null=True)  # why it failed, or what a condition saw
    edited = models.JSONField(null=True)  # what a client has said of it over REST, as it is shown

    class Meta:
        db_table = "campaign_log"
        indexes = [
            models.Index(fields=["contact", "campaign"], name="campaign_log_contact"),
            models.Index(
                fields=["event", "due_at"],
                name="campaign_log_due",
                condition=models.Q(state__in=[LogState.SCHEDULED, LogState.WAITING]),
            ),
        ]
