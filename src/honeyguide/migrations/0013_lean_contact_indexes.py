"""Indexes that cost every new contact or link something and served no query: contacts without owner or stage in the indexes of
these, and indexes on the first column of a primary key."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def _first_of_primary_key(model: str) -> migrations.AlterField:
    return migrations.AlterField(
        model,
        "contact",
        models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to="honeyguide.contact"),
    )


class Migration(migrations.Migration):
    dependencies = [("honeyguide", "0012_idempotency_keys")]
    operations = [
        *(
            migrations.AlterField(
                "contact",
                name,
                models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to=target),
            )
            for name, target in (("owner", settings.AUTH_USER_MODEL), ("stage", "honeyguide.stage"))
        ),
        *(
            migrations.AddIndex(
                "contact",
                models.Index(condition=models.Q((f"{name}__isnull", False)), fields=[name], name=f"contacts_{name}"),
            )
            for name in ("owner", "stage")
        ),
        _first_of_primary_key("contactipaddress"),
        _first_of_primary_key("contacttag"),
        _first_of_primary_key("companycontact"),
    ]
