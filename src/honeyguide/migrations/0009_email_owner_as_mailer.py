"""Whether an e-mail is sent as the contact's owner may also be undecided."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("honeyguide", "0008_pages_assets_forms")]
    operations = [
        migrations.AlterField("email", "use_owner_as_mailer", models.BooleanField(null=True)),
    ]
