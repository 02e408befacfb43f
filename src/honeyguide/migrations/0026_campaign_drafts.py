"""What people draw on the canvas and have not saved. A new table."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("honeyguide", "0025_given_dynamic_content"),
    ]

    operations = [
        migrations.CreateModel(
            name="CampaignDraft",
            fields=[
                (
                    "campaign",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="draft",
                        serialize=False,
                        to="honeyguide.campaign",
                    ),
                ),
                ("drawing", models.JSONField()),
                ("date_saved", models.DateTimeField()),
                (
                    "saved_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "campaign_drafts",
            },
        ),
    ]
