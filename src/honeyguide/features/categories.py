"""Categories: a title and a colour by which things of one bundle are sorted."""

from django.db import models

from honeyguide.engine.resource.models import Stamped


class Category(Stamped):
    title = models.CharField(max_length=191)
    description = models.TextField(null=True)
    alias = models.CharField(max_length=191)
    color = models.CharField(max_length=7, null=True)
    bundle = models.CharField(max_length=50)

    class Meta:
        app_label = "honeyguide"
        db_table = "categories"
        indexes = [models.Index(fields=["alias"], name="category_alias")]
