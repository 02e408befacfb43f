"""Stages: where a contact stands on its way to becoming a customer."""

from django.db import models

from honeyguide.engine.resource.models import Scheduled, Stamped


class Stage(Stamped, Scheduled):
    name = models.CharField(max_length=191)
    description = models.TextField(null=True)
    weight = models.IntegerField(default=0)
    category = models.ForeignKey("honeyguide.Category", models.SET_NULL, null=True)

    class Meta:
        app_label = "honeyguide"
        db_table = "stages"
