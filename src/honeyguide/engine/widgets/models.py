"""Tables of what was counted beforehand."""

from django.db import models


class RollUp(models.Model):
    """How many rows of a source fell into an hour."""

    pk = models.CompositePrimaryKey("source", "hour")
    source = models.TextField()
    hour = models.DateTimeField()
    number = models.BigIntegerField()

    class Meta:
        db_table = "roll_ups"


class RollUpState(models.Model):
    """Up to which hour a source is counted, and by which condition: when that changes it is counted anew."""

    source = models.TextField(primary_key=True)
    condition = models.TextField()
    until = models.DateTimeField()

    class Meta:
        db_table = "roll_up_states"
