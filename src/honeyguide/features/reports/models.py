"""Tables of reports."""

from django.db import models

from honeyguide.engine.resource.models import Stamped


class Report(Stamped):
    name = models.CharField(max_length=191)
    description = models.TextField(null=True)
    system = models.BooleanField(default=False)  # everybody sees it
    source = models.TextField()
    columns = models.JSONField(default=list)
    filters = models.JSONField(default=list)
    table_order = models.JSONField(default=list)
    graphs = models.JSONField(default=list)
    group_by = models.JSONField(default=list)
    aggregators = models.JSONField(default=list)
    settings = models.JSONField(default=list)
    is_scheduled = models.BooleanField(default=False)
    schedule_unit = models.CharField(max_length=10, null=True)  # NOW | DAILY | WEEKLY | MONTHLY
    schedule_day = models.CharField(max_length=20, null=True)
    schedule_month_frequency = models.CharField(max_length=10, null=True)
    to_address = models.TextField(null=True)

    class Meta:
        db_table = "reports"
