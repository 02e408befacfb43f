"""`send_started_at` tells the worker now that an e-mail is to be sent once; until here it told that one had been."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("honeyguide", "0040_dashboards")]
    operations = [
        migrations.RunSQL(
            "UPDATE emails SET send_started_at = NULL WHERE send_started_at IS NOT NULL", migrations.RunSQL.noop
        )
    ]
