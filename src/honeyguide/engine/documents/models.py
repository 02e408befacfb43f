"""What is kept of a document. The features that own documents have a table of this shape each."""

from django.db import models


class Version(models.Model):
    """A document as it was saved, or the one draft of its owner. Concrete classes bring `owner`."""

    document = models.JSONField()
    is_draft = models.BooleanField(default=False)
    html_digest = models.TextField(default="")  # of the HTML that the owner got from this version
    date_saved = models.DateTimeField()
    saved_by = models.ForeignKey("honeyguide.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        abstract = True
