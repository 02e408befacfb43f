"""Answers that are kept to be given again."""

from django.db import models


class IdempotencyKey(models.Model):
    pk = models.CompositePrimaryKey("owner", "key")
    owner = models.TextField()
    key = models.TextField()
    fingerprint = models.TextField()
    status = models.SmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "idempotency_keys"
