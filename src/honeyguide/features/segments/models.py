"""Segments: groups of contacts, by filters or by hand."""

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from honeyguide.engine.resource.models import Stamped


class Segment(Stamped):
    name = models.CharField(max_length=191)
    public_name = models.CharField(max_length=191)
    alias = models.CharField(max_length=191, db_index=True)  # unique among published segments only
    description = models.TextField(null=True)
    category = models.ForeignKey("honeyguide.Category", models.SET_NULL, null=True)
    filters = models.JSONField(default=list)
    is_global = models.BooleanField(default=True)
    is_preference_center = models.BooleanField(default=False)
    last_built_at = models.DateTimeField(null=True)
    last_built_seconds = models.FloatField(null=True)
    build_error = models.TextField(null=True)
    contact_count = models.IntegerField(null=True)  # members at the last build
    rebuild_after = models.DateTimeField(default=timezone.now, db_default=Now())  # a full build is due

    class Meta:
        db_table = "segments"


class SegmentContact(models.Model):
    """Membership. A contact is in the segment when its row exists and `manually_removed` is false.

    There are no foreign keys in the database: checking them one row at a time took longer than building the segment.
    Triggers delete the memberships of deleted contacts and segments.
    """

    pk = models.CompositePrimaryKey("segment_id", "contact_id")
    segment = models.ForeignKey(Segment, models.CASCADE, db_constraint=False, db_index=False)
    contact = models.ForeignKey("honeyguide.Contact", models.CASCADE, db_constraint=False)
    date_added = models.DateTimeField()
    manually_added = models.BooleanField(default=False)
    manually_removed = models.BooleanField(default=False)

    class Meta:
        db_table = "segment_contacts"
