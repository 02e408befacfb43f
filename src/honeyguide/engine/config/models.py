"""Where configuration parameters that differ from their defaults are kept."""

from django.db import models


class ConfigurationValue(models.Model):
    name = models.TextField(primary_key=True)
    value = models.JSONField(null=True)

    class Meta:
        db_table = "configuration"
