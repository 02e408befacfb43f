"""Tables of points: groups, scores, actions, triggers."""

from django.db import models

from honeyguide.engine.resource.models import Scheduled, Stamped


class PointGroup(Stamped):
    """A kind of points that is counted beside the contact's total."""

    name = models.CharField(max_length=191)
    description = models.TextField(null=True)

    class Meta:
        db_table = "point_groups"


class GroupScore(models.Model):
    """How many points a contact has in a group."""

    pk = models.CompositePrimaryKey("contact_id", "group_id")
    contact = models.ForeignKey("honeyguide.Contact", models.CASCADE)
    group = models.ForeignKey(PointGroup, models.CASCADE)
    score = models.IntegerField(default=0)

    class Meta:
        db_table = "point_group_scores"


class PointAction(Stamped, Scheduled):
    """What earns (or costs) points. The keys of `properties` depend on the type."""

    name = models.CharField(max_length=191)
    description = models.TextField(null=True)
    type = models.CharField(max_length=50)
    delta = models.IntegerField(default=0)
    properties = models.JSONField(default=list)
    repeatable = models.BooleanField(default=False)
    group = models.ForeignKey(PointGroup, models.CASCADE, null=True)
    category = models.ForeignKey("honeyguide.Category", models.SET_NULL, null=True)

    class Meta:
        db_table = "point_actions"


class PointActionLog(models.Model):
    """Who was rewarded by an action that rewards once."""

    pk = models.CompositePrimaryKey("action_id", "contact_id")
    action = models.ForeignKey(PointAction, models.CASCADE)
    contact = models.ForeignKey("honeyguide.Contact", models.CASCADE)
    date_fired = models.DateTimeField()

    class Meta:
        db_table = "point_action_log"


class PointTrigger(Stamped, Scheduled):
    """What happens when a contact reaches a number of points, in total or in a group."""

    name = models.CharField(max_length=191)
    description = models.TextField(null=True)
    points = models.IntegerField(default=0)
    color = models.CharField(max_length=7, default="a0acb8")
    trigger_existing_leads = models.BooleanField(default=False)
    group = models.ForeignKey(PointGroup, models.CASCADE, null=True)
    category = models.ForeignKey("honeyguide.Category", models.SET_NULL, null=True)
    existing_after = models.BigIntegerField(null=True)  # the last contact that a look at all existing ones has reached

    class Meta:
        db_table = "point_triggers"


class PointTriggerEvent(models.Model):
    trigger = models.ForeignKey(PointTrigger, models.CASCADE, related_name="events")
    name = models.CharField(max_length=191, null=True)
    description = models.TextField(null=True)
    type = models.CharField(max_length=50)
    order = models.IntegerField(default=0)
    properties = models.JSONField(default=list)

    class Meta:
        db_table = "point_trigger_events"
        ordering = ["order", "id"]


class PointTriggerLog(models.Model):
    """For whom an event of a trigger was done: once each, ever."""

    pk = models.CompositePrimaryKey("event_id", "contact_id")
    event = models.ForeignKey(PointTriggerEvent, models.CASCADE)
    contact = models.ForeignKey("honeyguide.Contact", models.CASCADE)
    date_fired = models.DateTimeField()

    class Meta:
        db_table = "point_trigger_log"
