"""The append-only log of what happened, partitioned by month, and how far each consumer has read it."""

from django.db import models


class Event(models.Model):
    """One thing that happened. Created by SQL (partitions), so Django does not manage the table.

    `type` is a number of `engine.events.types`; `object_id` the thing it is about besides the contact (an e-mail, a
    segment, a link ...), told by the type. `xid` is the writing transaction: consumers read in (xid, id) order and
    only below the oldest running transaction, so a row that commits late is never skipped.
    """

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    xid = models.BigIntegerField()
    type = models.SmallIntegerField()
    contact_id = models.BigIntegerField(null=True)
    object_id = models.BigIntegerField(null=True)
    payload = models.JSONField(null=True)

    class Meta:
        db_table = "events"
        managed = False


class EventCursor(models.Model):
    consumer = models.TextField(primary_key=True)
    xid = models.BigIntegerField(default=0)
    event_id = models.BigIntegerField(default=0)

    class Meta:
        db_table = "event_cursors"
