"""Why and since when a campaign stopped by itself. Nullable columns, added without a rewrite."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("honeyguide", "0026_campaign_drafts"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="failures_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="stopped_because",
            field=models.TextField(null=True),
        ),
    ]
