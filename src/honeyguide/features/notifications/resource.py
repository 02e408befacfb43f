"""Notifications over REST (contract resource-notifications)."""

from __future__ import annotations

from honeyguide.engine.resource import Resource, Rights
from honeyguide.engine.resource.content_fields import Language, Url, UtmTags, speaks
from honeyguide.engine.resource.fields import Boolean, DateTime, ReadOnly, Structure, Text
from honeyguide.engine.resource.references import Category
from honeyguide.features.notifications.models import Notification

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
