"""OAuth 1.0a: its tokens and the calls that were seen, and the protocol of each client (a constant default)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("honeyguide", "0018_campaign_engine"),
    ]

    operations = [
        migrations.CreateModel(
            name="OAuth1Nonce",
            fields=[
                ("digest", models.BinaryField(primary_key=True, serialize=False)),
                ("seen_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "db_table": "oauth1_nonces",
            },
        ),
        migrations.AddField(
            model_name="oauthclient",
            name="protocol",
            field=models.CharField(default="oauth2", max_length=6),
        ),
        migrations.CreateModel(
            name="OAuth1Token",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=40, unique=True)),
                ("is_access", models.BooleanField(default=False)),
                ("callback", models.TextField(default="")),
                ("verifier_digest", models.BinaryField(null=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(db_index=True, null=True)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="oauth1_tokens",
                        to="honeyguide.oauthclient",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="oauth1_tokens",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "oauth1_tokens",
            },
        ),
    ]
