"""When a segment's next full build is due, aliases that unpublished segments may share, and memberships without foreign
keys (their checks, one row at a time, took longer than the build itself)."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.models.functions import Now

FORGET_MEMBERS = """
    CREATE FUNCTION forget_members_of_contacts() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM segment_contacts USING gone WHERE segment_contacts.contact_id = gone.id;
        RETURN NULL;
    END $$;
    CREATE TRIGGER forget_members AFTER DELETE ON contacts REFERENCING OLD TABLE AS gone
        FOR EACH STATEMENT EXECUTE FUNCTION forget_members_of_contacts();
    CREATE FUNCTION forget_members_of_segments() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM segment_contacts USING gone WHERE segment_contacts.segment_id = gone.id;
        RETURN NULL;
    END $$;
    CREATE TRIGGER forget_members AFTER DELETE ON segments REFERENCING OLD TABLE AS gone
        FOR EACH STATEMENT EXECUTE FUNCTION forget_members_of_segments();
"""


class Migration(migrations.Migration):
    dependencies = [("honeyguide", "0003_default_fields")]
    operations = [
        migrations.AlterField("segment", "alias", models.CharField(db_index=True, max_length=191)),
        migrations.AddField(
            "segment",
            "rebuild_after",
            models.DateTimeField(default=django.utils.timezone.now, db_default=Now()),
        ),
        migrations.AlterField(
            "segmentcontact",
            "segment",
            models.ForeignKey(
                to="honeyguide.segment",
                on_delete=django.db.models.deletion.CASCADE,
                db_constraint=False,
                db_index=False,
            ),
        ),
        migrations.AlterField(
            "segmentcontact",
            "contact",
            models.ForeignKey(
                to="honeyguide.contact", on_delete=django.db.models.deletion.CASCADE, db_constraint=False
            ),
        ),
        migrations.RunSQL(FORGET_MEMBERS, migrations.RunSQL.noop),
    ]
