"""Segments: groups of contacts, by filters or by hand."""

from django.db import models

from honeyguide.engine.resource.models import Stamped


class Segment(Stamped):
    name = models.CharField(max_length=191)
    public_name = models.CharField(max_length=191)
    alias = models.CharField(max_length=191, unique=True)
    description = models.TextField(null=True)
    category = models.ForeignKey("honeyguide.Category", models.SET_NULL, null=True)
    filters = models.JSONField(default=list)
    is_global = models.BooleanField(default=True)
    is_preference_center = models.BooleanField(default=False)
    last_built_at = models.DateTimeField(null=True)
    last_built_seconds = models.FloatField(null=True)
    build_error = models.TextField(null=True)
    contact_count = models.IntegerField(null=True)  # members at the last build

    class Meta:
        db_table = "segments"


class SegmentContact(models.Model):
    """Membership. A contact is in the segment when its row exists and `manually_removed` is false."""

    pk = models.CompositePrimaryKey("segment_id", "contact_id")
    segment = models.ForeignKey(Segment, models.CASCADE)
    contact = models.ForeignKey("honeyguide.Contact", models.CASCADE)
    date_added = models.DateTimeField()
    manually_added = models.BooleanField(default=False)
    manually_removed = models.BooleanField(default=False)

    class Meta:
        db_table = "segment_contacts"
