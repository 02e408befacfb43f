"""Workers say why they cannot send. A nullable column: no table is rewritten."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("honeyguide", "0015_oauth2"),
    ]

    operations = [
        migrations.AddField(model_name="worker", name="trouble", field=models.TextField(null=True)),
    ]
