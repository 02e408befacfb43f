"""Companies and which contacts belong to them."""

from django.conf import settings
from django.db import models

from honeyguide.engine.resource.models import Stamped


class Company(Stamped):
    """An organisation. `fields` is shaped as a contact's."""

    fields = models.JSONField(default=dict)
    score = models.IntegerField(null=True, default=0)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)

    class Meta:
        db_table = "companies"

    def __str__(self) -> str:
        return str(self.fields.get("companyname") or f"Company {self.pk}")


class CompanyContact(models.Model):
    pk = models.CompositePrimaryKey("contact_id", "company_id")
    contact = models.ForeignKey("honeyguide.Contact", models.CASCADE, db_index=False)  # the primary key begins with it
    company = models.ForeignKey(Company, models.CASCADE)
    is_primary = models.BooleanField(default=False)
    date_associated = models.DateTimeField()

    class Meta:
        db_table = "company_contacts"
