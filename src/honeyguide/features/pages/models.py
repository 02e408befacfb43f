"""Tables of landing pages."""

from django.db import models

from honeyguide.engine.documents.models import Version
from honeyguide.engine.resource.models import Scheduled, Stamped


class Page(Stamped, Scheduled):
    title = models.CharField(max_length=191)
    alias = models.CharField(max_length=191, unique=True)
    category = models.ForeignKey("honeyguide.Category", models.SET_NULL, null=True)
    language = models.CharField(max_length=20, default="en")
    template = models.TextField(null=True)
    custom_html = models.TextField(null=True)
    meta_description = models.TextField(null=True)
    head_script = models.TextField(null=True)
    footer_script = models.TextField(null=True)
    redirect_type = models.CharField(max_length=10, null=True)
    redirect_url = models.TextField(null=True)
    is_preference_center = models.BooleanField(null=True)
    no_index = models.BooleanField(null=True)
    variant_parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="variant_children")
    variant_settings = models.JSONField(default=list)
    variant_start_date = models.DateTimeField(null=True)
    translation_parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="translation_children")
    revision = models.IntegerField(default=1)
    hits = models.IntegerField(default=0)
    unique_hits = models.IntegerField(default=0)
    variant_hits = models.IntegerField(default=0)

    class Meta:
        db_table = "pages"

    def __str__(self) -> str:
        return self.title


class PageVersion(Version):
    """What was built of blocks; `custom_html` is made from the newest one."""

    owner = models.ForeignKey(Page, models.CASCADE, related_name="versions")

    class Meta:
        db_table = "page_versions"
        constraints = (
            models.UniqueConstraint(fields=["owner"], condition=models.Q(is_draft=True), name="page_one_draft"),
        )
