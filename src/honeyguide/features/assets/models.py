"""Tables of assets."""

from django.db import models

from honeyguide.engine.resource.models import Scheduled, Stamped


class Asset(Stamped, Scheduled):
    title = models.CharField(max_length=191)
    alias = models.CharField(max_length=191, db_index=True)
    description = models.TextField(null=True)
    language = models.CharField(max_length=20, default="en")
    category = models.ForeignKey("honeyguide.Category", models.SET_NULL, null=True)
    storage_location = models.CharField(max_length=10, default="local")  # local | remote
    file_name = models.TextField(null=True)  # of a local one, in the media folder
    remote_path = models.TextField(null=True)
    extension = models.TextField(null=True)
    mime = models.TextField(default="")
    size = models.BigIntegerField(default=-1)  # bytes; -1 is not known
    disallow = models.BooleanField(default=True)  # keep search engines out
    revision = models.IntegerField(default=1)
    download_count = models.IntegerField(default=0)
    unique_download_count = models.IntegerField(default=0)

    class Meta:
        db_table = "assets"

    def __str__(self) -> str:
        return self.title
