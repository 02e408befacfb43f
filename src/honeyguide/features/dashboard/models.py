"""Tables of dashboards that people arrange for themselves."""

from django.db import models


class Dashboard(models.Model):
    """One person's; nobody else sees it."""

    owner = models.ForeignKey("honeyguide.User", models.CASCADE, related_name="dashboards")
    name = models.CharField(max_length=191)
    date_added = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "dashboards"
        ordering = ["id"]


class PlacedWidget(models.Model):
    """A widget on a dashboard. `width` is in percent of the page, `height` in pixels."""

    dashboard = models.ForeignKey(Dashboard, models.CASCADE, related_name="widgets")
    name = models.CharField(max_length=191)
    type = models.CharField(max_length=50)
    width = models.SmallIntegerField(default=50)
    height = models.SmallIntegerField(default=330)
    position = models.IntegerField(default=0)
    params = models.JSONField(default=dict)

    class Meta:
        db_table = "dashboard_widgets"
        ordering = ["position", "id"]
