"""Exports of lists to files, made in the background."""

from django.conf import settings
from django.db import models


class Export(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True)
    object = models.CharField(max_length=20, default="lead")
    format = models.CharField(max_length=10, default="csv")
    search = models.TextField(default="")
    status = models.SmallIntegerField(default=1)
    row_count = models.BigIntegerField(default=0)
    file_path = models.TextField(null=True)
    error = models.TextField(null=True)
    date_added = models.DateTimeField()
    date_ended = models.DateTimeField(null=True)

    class Meta:
        db_table = "exports"
