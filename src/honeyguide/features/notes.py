"""Notes that people write about a contact."""

from django.db import models

from honeyguide.engine.resource.models import Stamped


class Note(Stamped):
    contact = models.ForeignKey("honeyguide.Contact", models.CASCADE, related_name="notes")
    text = models.TextField()
    type = models.CharField(max_length=50, null=True)
    date_time = models.DateTimeField(null=True)

    class Meta:
        app_label = "honeyguide"
        db_table = "notes"
