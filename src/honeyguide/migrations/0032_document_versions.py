"""What e-mails and landing pages are built of: saved versions and drafts. Two new tables."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("honeyguide", "0031_erasures"),
    ]

    operations = [
        migrations.CreateModel(
            name="EmailVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document", models.JSONField()),
                ("is_draft", models.BooleanField(default=False)),
                ("html_digest", models.TextField(default="")),
                ("date_saved", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="honeyguide.email"
                    ),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "email_versions",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_draft", True)), fields=("owner",), name="email_one_draft"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PageVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document", models.JSONField()),
                ("is_draft", models.BooleanField(default=False)),
                ("html_digest", models.TextField(default="")),
                ("date_saved", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="honeyguide.page"
                    ),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "page_versions",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_draft", True)), fields=("owner",), name="page_one_draft"
                    )
                ],
            },
        ),
    ]
