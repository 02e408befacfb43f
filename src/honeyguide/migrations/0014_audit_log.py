"""The audit log."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("honeyguide", "0013_lean_contact_indexes")]
    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_id", models.BigIntegerField(null=True)),
                ("user_name", models.TextField()),
                ("bundle", models.TextField()),
                ("object", models.TextField()),
                ("object_id", models.BigIntegerField(null=True)),
                ("action", models.TextField()),
                ("details", models.TextField(default="{}")),
                ("date_added", models.DateTimeField(db_index=True)),
                ("ip_address", models.TextField(default="")),
            ],
            options={
                "db_table": "audit_log",
                "indexes": [models.Index(fields=["object_id", "object", "bundle"], name="audit_log_of_item")],
            },
        ),
    ]
