"""Tables of reports."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from honeyguide.engine.resource.models import Stamped


class Report(Stamped):
    name = models.CharField(max_length=191)
    description = models.TextField(null=True)
    system = models.BooleanField(default=False)  # everybody sees it
    source = models.TextField()
    columns = models.JSONField(default=list)
    filters = models.JSONField(default=list)
    table_order = models.JSONField(default=list)
    graphs = models.JSONField(default=list)
    group_by = models.JSONField(default=list)
    aggregators = models.JSONField(default=list)
    settings = models.JSONField(default=list)
    is_scheduled = models.BooleanField(default=False)
    schedule_unit = models.CharField(max_length=10, null=True)  # NOW | DAILY | WEEKLY | MONTHLY
    schedule_day = models.CharField(max_length=20, null=True)
    schedule_month_frequency = models.CharField(max_length=10, null=True)
    to_address = models.TextField(null=True)

    class Meta:
        db_table = "reports"


class RunState(models.IntegerChoices):
    WAITING = 0  # until it is due, or until a worker has time
    SENT = 1  # its messages are in the outbox
    FAILED = 2  # nothing was sent; `problem` says why


class ReportRun(models.Model):
    """One sending of a report. The next one that a schedule wants is a row, too."""

    SCHEDULE, NOW, TEST = "schedule", "now", "test"

    report = models.ForeignKey(Report, models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=10, default=SCHEDULE)
    state = models.SmallIntegerField(choices=RunState.choices, default=RunState.WAITING)
    due_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True
    )  # of those that no schedule wanted
    addresses = models.TextField(default="")  # to whom, with commas between
    ended_at = models.DateTimeField(null=True)
    row_count = models.BigIntegerField(default=0)
    file_name = models.TextField(default="")  # in the folder of such files; blank once it is deleted
    size = models.BigIntegerField(default=0)  # bytes of the file
    is_linked = models.BooleanField(default=False)  # too large to be attached: the messages have a link to it
    problem = models.TextField(default="")
    messages = ArrayField(models.BigIntegerField(), default=list)  # what it put into the outbox

    class Meta:
        db_table = "report_runs"
        constraints = (
            models.UniqueConstraint(
                fields=["report"], condition=models.Q(state=0, kind="schedule"), name="report_runs_one_next"
            ),
        )
        indexes = (models.Index(fields=["due_at"], condition=models.Q(state=0), name="report_runs_due"),)
