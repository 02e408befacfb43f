"""The record of erasures."""

from django.db import models


class Erasure(models.Model):
    """That a contact was erased, without saying who it was; `contact_id` 0 is many at once. `digest` tells its e-mail address
    only to who knows the address already and holds this server's key; `keeps_out`: it had asked for no e-mail, and gets none when
    it comes back.

    `signature` covers the row and the one before it, so that neither can be changed or taken out unseen.
    """

    date_added = models.DateTimeField()
    contact_id = models.BigIntegerField()
    digest = models.TextField(default="", db_index=True)
    keeps_out = models.BooleanField(default=False)
    counts = models.JSONField(default=dict)  # rows by table
    reason = models.TextField(default="")
    by_id = models.BigIntegerField(null=True)
    by_name = models.TextField(default="")
    signature = models.TextField()

    class Meta:
        db_table = "erasures"

    @property
    def total(self) -> int:
        """Rows of all tables."""
        return sum(self.counts.values())
