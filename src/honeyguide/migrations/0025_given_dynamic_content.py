"""What campaigns have put into slots of web pages, by contact. A new table."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("honeyguide", "0024_events_of_pages_and_assets")]
    operations = [
        migrations.CreateModel(
            name="GivenContent",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "contact_id", "slot", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("slot", models.CharField(max_length=191)),
                ("date_added", models.DateTimeField()),
                (
                    "contact",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="honeyguide.contact",
                    ),
                ),
                (
                    "content",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="honeyguide.dynamiccontent"),
                ),
            ],
            options={"db_table": "dynamic_contents_given"},
        ),
    ]
