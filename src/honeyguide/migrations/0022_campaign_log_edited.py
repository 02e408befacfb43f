"""What clients say of a step over REST. A new column without a default, so no row is written."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("honeyguide", "0021_open_identities"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaignlog",
            name="edited",
            field=models.JSONField(null=True),
        ),
    ]
