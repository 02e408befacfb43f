"""E-mails that marketers write, and the links in them."""

from django.db import models

from honeyguide.engine.documents.models import Version
from honeyguide.engine.resource.models import Scheduled, Stamped


class Email(Stamped, Scheduled):
    name = models.CharField(max_length=191)
    subject = models.TextField()
    description = models.TextField(null=True)
    email_type = models.CharField(max_length=20, default="template")  # template | list
    language = models.CharField(max_length=20, default="en")
    category = models.ForeignKey("honeyguide.Category", models.SET_NULL, null=True)
    from_address = models.TextField(null=True)
    from_name = models.TextField(null=True)
    reply_to_address = models.TextField(null=True)
    bcc_address = models.TextField(null=True)
    use_owner_as_mailer = models.BooleanField(null=True)
    utm_tags = models.JSONField(default=list)
    headers = models.JSONField(default=list)
    custom_html = models.TextField(null=True)
    plain_text = models.TextField(null=True)
    template = models.TextField(null=True)
    content = models.JSONField(default=list)
    dynamic_content = models.JSONField(default=list)
    public_preview = models.BooleanField(default=False)
    revision = models.IntegerField(default=1)
    lists = models.ManyToManyField("honeyguide.Segment", related_name="emails", db_table="email_segments")
    excluded_lists = models.ManyToManyField(
        "honeyguide.Segment", related_name="excluded_emails", db_table="email_excluded_segments"
    )
    variant_parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="variant_children")
    variant_settings = models.JSONField(default=dict)
    variant_start_date = models.DateTimeField(null=True)
    translation_parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="translation_children")
    unsubscribe_form_id = models.BigIntegerField(null=True)
    preference_center_id = models.BigIntegerField(null=True)
    asset_attachments = models.JSONField(default=list)
    # Counters of what the outbox and the event log hold, kept by the worker (reference: sentCount, readCount).
    sent_count = models.IntegerField(default=0)
    read_count = models.IntegerField(default=0)
    variant_sent_count = models.IntegerField(default=0)
    variant_read_count = models.IntegerField(default=0)
    send_started_at = models.DateTimeField(null=True)  # to be sent once, by the worker; cleared when that is queued

    class Meta:
        db_table = "emails"


class EmailVersion(Version):
    """What was built of blocks; `custom_html` is made from the newest one."""

    owner = models.ForeignKey(Email, models.CASCADE, related_name="versions")

    class Meta:
        db_table = "email_versions"
        constraints = (
            models.UniqueConstraint(fields=["owner"], condition=models.Q(is_draft=True), name="email_one_draft"),
        )


class MailDomain(models.Model):
    """What DNS said of the domain of contacts' addresses."""

    domain = models.TextField(primary_key=True)
    takes_mail = models.BooleanField()
    date_checked = models.DateTimeField()

    class Meta:
        db_table = "mail_domains"
