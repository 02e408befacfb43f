"""Imports of contacts from files."""

from django.db import models

from honeyguide.engine.resource.models import Stamped


class Import(Stamped):
    """One file on its way into contacts. `status` as in the reference: 1 queued ... 7 delayed."""

    object = models.CharField(max_length=20, default="lead")
    original_file = models.TextField()
    file_path = models.TextField()
    status = models.SmallIntegerField(default=1)
    status_info = models.TextField(null=True)
    mapping = models.JSONField(default=dict)  # {"csv column": "field alias"}
    options = models.JSONField(
        default=dict
    )  # delimiter, enclosure, escape, encoding, owner, segment, tags, skip_if_exists
    line_count = models.BigIntegerField(default=0)
    byte_count = models.BigIntegerField(default=0)
    inserted_count = models.BigIntegerField(default=0)
    updated_count = models.BigIntegerField(default=0)
    ignored_count = models.BigIntegerField(default=0)
    failed_count = models.BigIntegerField(default=0)
    position = models.JSONField(default=dict)  # where to go on after a stop: byte offset and line of the last commit
    date_started = models.DateTimeField(null=True)
    date_ended = models.DateTimeField(null=True)

    class Meta:
        db_table = "imports"


class ImportFailure(models.Model):
    imported = models.ForeignKey(Import, models.CASCADE, related_name="failures", db_column="import_id")
    line = models.BigIntegerField()
    error = models.TextField()
    row = models.JSONField()

    class Meta:
        db_table = "import_failures"
