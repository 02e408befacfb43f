"""Where audit entries are kept."""

from django.db import models


class AuditEntry(models.Model):
    """What someone did to an item. No keys into other tables: an entry outlives whom and what it tells of."""

    user_id = models.BigIntegerField(null=True)
    user_name = models.TextField()
    bundle = models.TextField()
    object = models.TextField()
    object_id = models.BigIntegerField(null=True)
    action = models.TextField()
    details = models.TextField(default="{}")  # JSON as text, so that names keep their order
    date_added = models.DateTimeField(db_index=True)
    ip_address = models.TextField(default="")

    class Meta:
        db_table = "audit_log"
        indexes = [models.Index(fields=["object_id", "object", "bundle"], name="audit_log_of_item")]
