"""Devices that contacts were seen with."""

from django.db import models


class Device(models.Model):
    contact = models.ForeignKey("honeyguide.Contact", models.CASCADE, related_name="devices")
    date_added = models.DateTimeField()
    tracking_id = models.TextField(null=True, unique=True)
    client_info = models.JSONField(null=True)
    device = models.TextField(null=True)
    device_os_name = models.TextField(null=True)
    device_os_short_name = models.TextField(null=True)
    device_os_version = models.TextField(null=True)
    device_os_platform = models.TextField(null=True)
    device_brand = models.TextField(null=True)
    device_model = models.TextField(null=True)

    class Meta:
        app_label = "honeyguide"
        db_table = "devices"
