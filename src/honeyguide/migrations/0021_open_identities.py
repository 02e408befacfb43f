"""Who a user is at an OpenID Connect provider. A new table."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("honeyguide", "0020_second_factor"),
    ]

    operations = [
        migrations.CreateModel(
            name="OpenIdentity",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("issuer", models.TextField()),
                ("subject", models.TextField()),
                ("date_added", models.DateTimeField()),
            ],
            options={
                "db_table": "open_identities",
                "constraints": [models.UniqueConstraint(fields=("issuer", "subject"), name="open_identities_subject")],
            },
        ),
    ]
