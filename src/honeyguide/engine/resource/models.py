"""Columns that every published thing shares: who made it, who changed it, is it live."""

from typing import Any

from django.db import models
from django.utils import timezone


class Stamped(models.Model):
    """Publication flag and authorship, the contract's "publish details"."""

    is_published = models.BooleanField(default=True)
    date_added = models.DateTimeField(null=True)
    created_by = models.IntegerField(null=True)
    created_by_user = models.TextField(null=True)
    date_modified = models.DateTimeField(null=True)
    modified_by = models.IntegerField(null=True)
    modified_by_user = models.TextField(null=True)

    class Meta:
        abstract = True


class Scheduled(models.Model):
    """A window in which a published thing is live; an open end is null."""

    publish_up = models.DateTimeField(null=True)
    publish_down = models.DateTimeField(null=True)

    class Meta:
        abstract = True


def is_live(item: Any) -> bool:
    """Whether something published and scheduled is live now."""
    now = timezone.now()
    return (
        item.is_published
        and (item.publish_up is None or item.publish_up <= now)
        and (item.publish_down is None or item.publish_down > now)
    )
