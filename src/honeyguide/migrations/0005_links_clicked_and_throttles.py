"""Which links of a message were clicked, and the token buckets of sending."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("honeyguide", "0004_segment_builds")]
    operations = [
        migrations.AddField(
            model_name="outboxmessage",
            name="clicked_links",
            field=ArrayField(base_field=models.BigIntegerField(), null=True, size=None),
        ),
        migrations.CreateModel(
            name="Throttle",
            fields=[
                ("key", models.TextField(primary_key=True, serialize=False)),
                ("tokens", models.FloatField()),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "throttles"},
        ),
    ]
