"""Tables of focus items."""

from django.db import models

from honeyguide.engine.resource.models import Scheduled, Stamped
from honeyguide.features.focus.markup import markup


class FocusItem(Stamped, Scheduled):
    name = models.CharField(max_length=191)
    description = models.TextField(null=True)
    category = models.ForeignKey("honeyguide.Category", models.SET_NULL, null=True)
    type = models.CharField(max_length=20)  # form | link | notice
    style = models.CharField(max_length=20)  # bar | modal | notification | page
    website = models.TextField(null=True)
    properties = models.JSONField(default=list)
    utm_tags = models.JSONField(default=list)
    form_id = models.BigIntegerField(null=True)
    html_mode = models.CharField(max_length=20, null=True)  # basic | editor | html
    html = models.TextField(null=True)
    editor = models.TextField(null=True)

    class Meta:
        db_table = "focus_items"

    @property
    def cache(self) -> str:
        """What pages show."""
        return markup(self)


class GivenFocusItem(models.Model):
    """What a campaign wants to show to a contact who is on a page, until the page has been told."""

    pk = models.CompositePrimaryKey("contact_id", "item_id")
    contact = models.ForeignKey("honeyguide.Contact", models.CASCADE, db_index=False, db_constraint=False)
    item = models.ForeignKey(FocusItem, models.CASCADE, db_constraint=False)
    date_added = models.DateTimeField()

    class Meta:
        db_table = "focus_items_given"
