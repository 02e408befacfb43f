"""What visitors sent in forms. A new table."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("honeyguide", "0022_campaign_log_edited"),
    ]

    operations = [
        migrations.CreateModel(
            name="FormSubmission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tracking_id", models.TextField(null=True)),
                ("date_submitted", models.DateTimeField()),
                ("referer", models.TextField(default="")),
                ("results", models.JSONField(default=dict)),
                (
                    "contact",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to="honeyguide.contact"),
                ),
                (
                    "form",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="honeyguide.form"),
                ),
                (
                    "ip_address",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, to="honeyguide.ipaddress"
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to="honeyguide.page"),
                ),
            ],
            options={
                "db_table": "form_submissions",
                "indexes": [
                    models.Index(fields=["form", "date_submitted", "id"], name="form_submissions_by_date"),
                    models.Index(fields=["contact", "form"], name="form_submissions_by_contact"),
                ],
            },
        ),
    ]
