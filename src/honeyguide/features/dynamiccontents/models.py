"""Tables of dynamic content."""

from django.db import models

from honeyguide.engine.resource.models import Scheduled, Stamped


class DynamicContent(Stamped, Scheduled):
    name = models.CharField(max_length=191)
    description = models.TextField(null=True)
    content = models.TextField(null=True)
    language = models.CharField(max_length=20, default="en")
    category = models.ForeignKey("honeyguide.Category", models.SET_NULL, null=True)
    is_campaign_based = models.BooleanField(default=True)
    slot_name = models.TextField(default="", null=True)
    filters = models.JSONField(default=list)
    utm_tags = models.JSONField(default=list)
    variant_parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="variant_children")
    translation_parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="translation_children")
    sent_count = models.IntegerField(default=0)

    class Meta:
        db_table = "dynamic_contents"


class GivenContent(models.Model):
    """What a campaign has put into a slot for a contact; the last one counts."""

    pk = models.CompositePrimaryKey("contact_id", "slot")
    contact = models.ForeignKey("honeyguide.Contact", models.CASCADE, db_index=False, db_constraint=False)
    slot = models.CharField(max_length=191)
    content = models.ForeignKey(DynamicContent, models.CASCADE)
    date_added = models.DateTimeField()

    class Meta:
        db_table = "dynamic_contents_given"
