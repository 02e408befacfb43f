"""Contacts and what is looked up with them. Field values are one jsonb column, typed by their definitions."""

from django.conf import settings
from django.db import models

from honeyguide.engine.resource.models import Stamped


class Contact(Stamped):
    """A person. `fields` holds every non-null field value by alias, except `points` and `last_active`, which are columns.

    Shapes in `fields`: number -> number, boolean -> true/false, multiselect -> "a|b", date "2024-05-01",
    datetime "2024-05-01 10:00:00" (UTC), time "10:00:00", all others text. Absent means null.
    """

    fields = models.JSONField(default=dict)
    points = models.IntegerField(default=0)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, db_index=False)
    stage = models.ForeignKey("honeyguide.Stage", models.SET_NULL, null=True, db_index=False)
    last_active = models.DateTimeField(null=True)
    date_identified = models.DateTimeField(null=True)
    preferred_profile_image = models.TextField(null=True)

    class Meta:
        db_table = "contacts"
        indexes = [  # most contacts have neither, and need not be in an index for it
            models.Index(fields=["owner"], condition=models.Q(owner__isnull=False), name="contacts_owner"),
            models.Index(fields=["stage"], condition=models.Q(stage__isnull=False), name="contacts_stage"),
        ]


class ContactMerge(models.Model):
    """The id of a contact that was merged away, and the contact it lives on in."""

    merged_id = models.BigIntegerField(primary_key=True)
    contact = models.ForeignKey(Contact, models.CASCADE)
    name = models.TextField(default="")
    date_added = models.DateTimeField()

    class Meta:
        db_table = "contact_merges"


class DoNotContact(models.Model):
    """Why a contact must not be reached on a channel: 1 unsubscribed, 2 bounced, 3 manual."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="do_not_contact")
    channel = models.TextField()
    channel_id = models.BigIntegerField(null=True)
    reason = models.SmallIntegerField()
    comments = models.TextField(default="")
    date_added = models.DateTimeField()

    class Meta:
        db_table = "do_not_contact"
        constraints = [models.UniqueConstraint(fields=["contact", "channel"], name="do_not_contact_once")]


class FrequencyRule(models.Model):
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="frequency_rules")
    channel = models.TextField()
    frequency_number = models.IntegerField(null=True)
    frequency_time = models.TextField(null=True)  # DAY, WEEK, MONTH
    preferred_channel = models.BooleanField(default=False)
    pause_from_date = models.DateTimeField(null=True)
    pause_to_date = models.DateTimeField(null=True)
    date_added = models.DateTimeField()

    class Meta:
        db_table = "frequency_rules"
        constraints = [models.UniqueConstraint(fields=["contact", "channel"], name="frequency_rule_once")]


class IpAddress(models.Model):
    ip_address = models.CharField(max_length=45, unique=True)
    ip_details = models.JSONField(null=True)

    class Meta:
        db_table = "ip_addresses"


class ContactIpAddress(models.Model):
    pk = models.CompositePrimaryKey("contact_id", "ip_address_id")
    contact = models.ForeignKey(Contact, models.CASCADE, db_index=False)  # the primary key begins with it
    ip_address = models.ForeignKey(IpAddress, models.CASCADE)

    class Meta:
        db_table = "contact_ip_addresses"


class UtmTag(models.Model):
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="utm_tags")
    date_added = models.DateTimeField()
    query = models.JSONField(null=True)
    referer = models.TextField(null=True)
    remote_host = models.TextField(null=True)
    url = models.TextField(null=True)
    user_agent = models.TextField(null=True)
    utm_campaign = models.TextField(null=True)
    utm_content = models.TextField(null=True)
    utm_medium = models.TextField(null=True)
    utm_source = models.TextField(null=True)
    utm_term = models.TextField(null=True)

    class Meta:
        db_table = "utm_tags"


class ContactCategory(models.Model):
    """A contact's subscription to a global category."""

    contact = models.ForeignKey(Contact, models.CASCADE)
    category = models.ForeignKey("honeyguide.Category", models.CASCADE)
    date_added = models.DateTimeField()
    manually_added = models.BooleanField(default=False)
    manually_removed = models.BooleanField(default=False)

    class Meta:
        db_table = "contact_categories"
        constraints = [models.UniqueConstraint(fields=["contact", "category"], name="contact_category_once")]
