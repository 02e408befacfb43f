"""Counters of calls per credential."""

from django.db import models


class RateLimit(models.Model):
    credential = models.TextField(primary_key=True)
    window_start = models.BigIntegerField()  # Unix time
    calls = models.BigIntegerField()

    class Meta:
        db_table = "rate_limits"
