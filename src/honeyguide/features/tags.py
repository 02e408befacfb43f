"""Tags: words put on contacts."""

from django.db import models


class Tag(models.Model):
    tag = models.CharField(max_length=191, unique=True)
    description = models.TextField(null=True)

    class Meta:
        app_label = "honeyguide"
        db_table = "tags"


class ContactTag(models.Model):
    pk = models.CompositePrimaryKey("contact_id", "tag_id")
    contact = models.ForeignKey("honeyguide.Contact", models.CASCADE)
    tag = models.ForeignKey(Tag, models.CASCADE)

    class Meta:
        app_label = "honeyguide"
        db_table = "contact_tags"
