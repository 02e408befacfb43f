"""The log in which campaigns plan their steps. Membership loses its foreign key checks, which cost bulk statements half their
time; both changes only touch the catalogue."""

import django.db.models.deletion
from django.db import migrations, models


def _unchecked(name: str, target: str, **options) -> tuple[str, models.ForeignKey]:
    on_delete = options.pop("on_delete", django.db.models.deletion.CASCADE)
    return name, models.ForeignKey(db_constraint=False, on_delete=on_delete, to=f"honeyguide.{target}", **options)


class Migration(migrations.Migration):
    dependencies = [("honeyguide", "0017_webhook_delivery")]
    operations = [
        migrations.AddField("campaign", "synced_at", models.DateTimeField(null=True)),
        migrations.AlterField("campaigncontact", *_unchecked("campaign", "campaign", db_index=False)),
        migrations.AlterField("campaigncontact", *_unchecked("contact", "contact")),
        migrations.CreateModel(
            "CampaignLog",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "event_id", "contact_id", "rotation",
                        blank=True, editable=False, primary_key=True, serialize=False,
                    ),
                ),
                _unchecked(
                    "event", "campaignevent", db_index=False, on_delete=django.db.models.deletion.DO_NOTHING
                ),
                _unchecked("contact", "contact", db_index=False),
                _unchecked("campaign", "campaign", db_index=False),
                ("rotation", models.IntegerField(default=1)),
                (
                    "state",
                    models.SmallIntegerField(
                        choices=[(0, "Scheduled"), (1, "Waiting"), (2, "Done"), (3, "Failed"), (4, "Cancelled")]
                    ),
                ),
                ("since", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("at", models.DateTimeField(null=True)),
                ("taken", models.BooleanField(null=True)),
                ("failures", models.SmallIntegerField(default=0)),
                ("note", models.TextField(null=True)),
            ],
            options={
                "db_table": "campaign_log",
                "indexes": [
                    models.Index(fields=["contact", "campaign"], name="campaign_log_contact"),
                    models.Index(
                        fields=["event", "due_at"],
                        name="campaign_log_due",
                        condition=models.Q(("state__in", [0, 1])),
                    ),
                ],
            },
        ),
    ]  # fmt: skip
