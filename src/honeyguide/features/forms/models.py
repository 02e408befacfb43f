"""Tables of forms, their fields and actions."""

from django.db import models

from honeyguide.engine.resource.models import Scheduled, Stamped
from honeyguide.features.forms.markup import markup


class Form(Stamped, Scheduled):
    name = models.CharField(max_length=191)
    alias = models.CharField(max_length=191)
    description = models.TextField(null=True)
    category = models.ForeignKey("honeyguide.Category", models.SET_NULL, null=True)
    form_type = models.CharField(max_length=20, null=True)  # standalone | campaign
    template = models.TextField(null=True)
    post_action = models.CharField(max_length=20, default="return")  # return | redirect | message
    post_action_property = models.TextField(null=True)
    in_kiosk_mode = models.BooleanField(null=True)
    render_style = models.BooleanField(null=True)
    no_index = models.BooleanField(null=True)
    form_attributes = models.TextField(null=True)
    language = models.CharField(max_length=20, null=True)
    progressive_profiling_limit = models.IntegerField(null=True)

    class Meta:
        db_table = "forms"

    @property
    def cached_html(self) -> str:
        return markup(self)


class FormField(models.Model):
    """A field. Its alias never changes: what was answered is kept under it."""

    form = models.ForeignKey(Form, models.CASCADE, related_name="fields")
    label = models.TextField()
    show_label = models.BooleanField(null=True, default=True)
    alias = models.CharField(max_length=25)
    type = models.CharField(max_length=50, null=True)
    default_value = models.TextField(null=True)
    is_required = models.BooleanField(default=False)
    validation_message = models.TextField(null=True)
    help_message = models.TextField(null=True)
    order = models.IntegerField(default=0)
    properties = models.JSONField(default=list)
    validation = models.JSONField(default=list)
    parent = models.TextField(null=True)
    conditions = models.JSONField(default=list)
    label_attributes = models.TextField(null=True)
    input_attributes = models.TextField(null=True)
    container_attributes = models.TextField(null=True)
    save_result = models.BooleanField(null=True, default=True)
    is_auto_fill = models.BooleanField(null=True, default=False)
    show_when_value_exists = models.BooleanField(null=True)
    show_after_x_submissions = models.IntegerField(null=True)
    always_display = models.BooleanField(null=True)
    mapped_object = models.CharField(max_length=20, null=True)  # contact | company
    mapped_field = models.TextField(null=True)

    class Meta:
        db_table = "form_fields"
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["form", "alias"], name="form_field_alias_once", deferrable=models.Deferrable.DEFERRED
            )
        ]

    @property
    def lead_field(self) -> str | None:
        """The old name for where an answer goes: the alias alone tells whether it is a company's."""
        return self.mapped_field

    @lead_field.setter
    def lead_field(self, alias: str | None) -> None:
        self.mapped_field = alias
        company = alias is not None and alias.startswith("company") and alias != "company"
        self.mapped_object = None if alias is None else "company" if company else "contact"


class FormAction(models.Model):
    form = models.ForeignKey(Form, models.CASCADE, related_name="actions")
    name = models.TextField(null=True)
    description = models.TextField(null=True)
    type = models.CharField(max_length=50)
    order = models.IntegerField(default=0)
    properties = models.JSONField(null=True)

    class Meta:
        db_table = "form_actions"
        ordering = ["order", "id"]


class FormSubmission(models.Model):
    """What somebody sent. `results` holds the text of each stored field by its alias, also of fields that are gone."""

    form = models.ForeignKey(Form, models.CASCADE)
    contact = models.ForeignKey("honeyguide.Contact", models.SET_NULL, null=True)
    ip_address = models.ForeignKey("honeyguide.IpAddress", models.SET_NULL, null=True)
    page = models.ForeignKey("honeyguide.Page", models.SET_NULL, null=True)
    tracking_id = models.TextField(null=True)
    date_submitted = models.DateTimeField()
    referer = models.TextField(default="")
    results = models.JSONField(default=dict)

    class Meta:
        db_table = "form_submissions"
        indexes = [
            models.Index(fields=["form", "date_submitted", "id"], name="form_submissions_by_date"),
            models.Index(fields=["contact", "form"], name="form_submissions_by_contact"),
        ]
