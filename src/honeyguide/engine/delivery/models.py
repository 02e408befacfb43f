"""The outbox: one row for every message to a contact, from the decision to send until long after its last open."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import MD5


class OutboxState(models.IntegerChoices):
    PENDING = 0  # waiting for its time
    CLAIMED = 1  # a worker has taken it; nothing was said to a server yet
    ATTEMPTING = 2  # its bytes may be on the wire: from here only an answer settles it
    SENT = 3  # a server answered 250
    FAILED = 4  # refused for good, or tried too often
    UNKNOWN = 5  # the connection or the worker died before the answer
    CANCELLED = 6  # do-not-contact, deleted, or withdrawn before it was sent


class OutboxMessage(models.Model):
    """Unique per (e-mail, contact, occasion): the database refuses a second copy, whoever asks.

    `occasion` says why: "broadcast", "api:<uuid>", "campaign:<event>:<rotation>". What is known of reading the message
    is kept here too, so that a recipient costs one row.
    """

    email = models.ForeignKey("honeyguide.Email", models.CASCADE, null=True, db_index=False)
    contact = models.ForeignKey("honeyguide.Contact", models.SET_NULL, null=True)
    occasion = models.TextField()
    state = models.SmallIntegerField(choices=OutboxState.choices, default=OutboxState.PENDING)
    priority = models.SmallIntegerField(default=2)  # 1 transactional, 2 marketing
    attempts = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    worker_id = models.IntegerField(null=True)
    segment_id = models.IntegerField(null=True)
    address = models.TextField(null=True)  # where it was sent, as of the send
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    last_opened_at = models.DateTimeField(null=True)
    open_count = models.IntegerField(default=0)
    click_count = models.IntegerField(default=0)
    clicked_links = ArrayField(models.BigIntegerField(), null=True)  # each link once; null costs nothing
    unsubscribed_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    viewed_in_browser = models.BooleanField(default=False)
    answer = models.TextField(null=True)  # the server's last words, for failed, retried and unknown
    options = models.JSONField(null=True)  # {"tokens": {...}, "subject": ..., "html": ...} of a single send

    class Meta:
        db_table = "outbox"
        constraints = [models.UniqueConstraint(fields=["email", "contact", "occasion"], name="outbox_once")]
        indexes = [
            models.Index(
                fields=["priority", "due_at", "id"], name="outbox_due", condition=models.Q(state=OutboxState.PENDING)
            ),
            models.Index(
                fields=["worker_id"],
                name="outbox_in_flight",
                condition=models.Q(state__in=[OutboxState.CLAIMED, OutboxState.ATTEMPTING]),
            ),
            models.Index(fields=["email", "id"], name="outbox_unknown", condition=models.Q(state=OutboxState.UNKNOWN)),
        ]


class Worker(models.Model):
    """A running sender. It holds a session lock on its id: when the lock is free, the worker is dead."""

    started_at = models.DateTimeField()
    host = models.TextField()
    pid = models.IntegerField()
    trouble = models.TextField(null=True)  # why the SMTP server cannot be used, while it cannot

    class Meta:
        db_table = "workers"


class Throttle(models.Model):
    """A token bucket: of the transport, or of a recipient domain."""

    key = models.TextField(primary_key=True)
    tokens = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        db_table = "throttles"


class Link(models.Model):
    """A URL that was sent out in an e-mail; `/r/{token}` leads to it and to nothing else."""

    token = models.CharField(max_length=25, unique=True)
    channel = models.TextField()
    channel_id = models.BigIntegerField(null=True)
    url = models.TextField()
    hits = models.IntegerField(default=0)
    unique_hits = models.IntegerField(default=0)

    class Meta:
        db_table = "links"
        constraints = [models.UniqueConstraint("channel", "channel_id", MD5("url"), name="link_once")]
