"""The queue, log and receivers of webhooks. New tables and columns with constant defaults: no table is rewritten."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("honeyguide", "0016_worker_trouble"),
    ]

    operations = [
        migrations.CreateModel(
            name="WebhookReceiver",
            fields=[
                (
                    "webhook",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="honeyguide.webhook",
                    ),
                ),
                ("lease_until", models.DateTimeField()),
                ("next_attempt_at", models.DateTimeField(null=True)),
                ("failures", models.IntegerField(default=0)),
            ],
            options={
                "db_table": "webhook_receivers",
            },
        ),
        migrations.AddField(
            model_name="webhook",
            name="paused",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="webhook",
            name="previous_secret",
            field=models.TextField(null=True),
        ),
        migrations.AddField(
            model_name="webhook",
            name="previous_secret_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="webhook",
            name="standard_signature",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="WebhookLog",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("message_id", models.TextField()),
                ("date_added", models.DateTimeField()),
                ("status_code", models.TextField()),
                ("runtime", models.FloatField()),
                ("note", models.TextField(null=True)),
                ("events", models.IntegerField(default=1)),
                ("request", models.TextField()),
                (
                    "webhook",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="honeyguide.webhook"
                    ),
                ),
            ],
            options={
                "db_table": "webhook_logs",
                "indexes": [models.Index(fields=["webhook", "-id"], name="webhook_logs_newest")],
            },
        ),
        migrations.CreateModel(
            name="WebhookQueue",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("type", models.TextField()),
                ("payload", models.TextField()),
                ("date_added", models.DateTimeField()),
                ("attempts", models.SmallIntegerField(default=0)),
                ("batch", models.BigIntegerField(null=True)),
                ("failed_at", models.DateTimeField(null=True)),
                (
                    "webhook",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="honeyguide.webhook"
                    ),
                ),
            ],
            options={
                "db_table": "webhook_queue",
                "indexes": [
                    models.Index(
                        condition=models.Q(("failed_at", None)), fields=["webhook", "id"], name="webhook_queue_due"
                    ),
                    models.Index(fields=["webhook", "failed_at"], name="webhook_queue_failed"),
                ],
            },
        ),
    ]
