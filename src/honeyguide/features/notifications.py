"""Push notifications to browsers and phones (contract resource-notifications)."""

from __future__ import annotations

from django.db import models

from honeyguide.engine.resource import Resource, Rights
from honeyguide.engine.resource.content_fields import Language, Url, UtmTags, speaks
from honeyguide.engine.resource.fields import Boolean, DateTime, ReadOnly, Structure, Text
from honeyguide.engine.resource.models import Scheduled, Stamped
from honeyguide.engine.resource.references import Category


class Notification(Stamped, Scheduled):
    name = models.CharField(max_length=191)
    description = models.TextField(null=True)
    heading = models.TextField()
    message = models.TextField()
    url = models.TextField(null=True)
    button = models.TextField(null=True)
    language = models.CharField(max_length=20, default="en")
    category = models.ForeignKey("honeyguide.Category", models.SET_NULL, null=True)
    utm_tags = models.JSONField(default=list)
    notification_type = models.CharField(max_length=20, default="template")
    mobile = models.BooleanField(default=False)
    mobile_settings = models.JSONField(default=list)
    read_count = models.IntegerField(default=0)
    sent_count = models.IntegerField(default=0)

    class Meta:
        app_label = "honeyguide"
        db_table = "notifications"


NOTIFICATIONS = Resource(
    name="notifications",
    one="notification",
    many="notifications",
    label="Notifications",
    example={"name": "Sale", "heading": "Autumn sale", "message": "Ten per cent off."},
    model=Notification,
    rights=Rights("notification:notifications"),
    keyed=True,
    fields=[
        ReadOnly("id"),
        Text("name", required="A name is required."),
        Text("heading", required="A title is required.", max_length=None),
        Text("message", required="A message is required.", max_length=None),
        Url("url"),
        Language(),
        Category("notification"),
        Text("button", max_length=None),
        UtmTags(),
        DateTime("publishUp"),
        DateTime("publishDown"),
        ReadOnly("readCount", default=0, kind="integer"),
        ReadOnly("sentCount", default=0, kind="integer"),
        Text("description", html=True, hidden=True),
        Boolean("mobile", hidden=True),
        Structure("mobileSettings", default=list, hidden=True),
    ],
    order=[("lower(notifications.name)", "ASC")],
    search=["name"],
    commands={"lang": speaks("notifications")},
)
