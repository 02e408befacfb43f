"""Definitions of contact and company fields. Values live in the `fields` jsonb column of their object."""

from django.db import models

from honeyguide.engine.resource.models import Stamped


class FieldDefinition(Stamped):
    """One field of contacts (`object` = lead) or companies (`object` = company)."""

    object = models.CharField(max_length=20, default="lead")
    label = models.CharField(max_length=191)
    alias = models.CharField(max_length=191)
    type = models.CharField(max_length=20, default="text")
    group = models.CharField(max_length=50, default="core")
    order = models.IntegerField(default=0)
    default_value = models.TextField(null=True)
    is_required = models.BooleanField(default=False)
    is_fixed = models.BooleanField(default=False)
    is_visible = models.BooleanField(default=True)
    is_short_visible = models.BooleanField(default=True)
    is_listable = models.BooleanField(default=True)
    is_publicly_updatable = models.BooleanField(default=False)
    is_unique_identifier = models.BooleanField(default=False)
    is_index = models.BooleanField(default=False)
    char_length_limit = models.IntegerField(null=True, default=64)
    properties = models.JSONField(default=dict)

    class Meta:
        db_table = "fields"
        constraints = [models.UniqueConstraint(fields=["object", "alias"], name="field_alias")]
