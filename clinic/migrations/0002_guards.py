"""What the database keeps by itself: the audit chain, legal moves, rows never changed, row-level security, unlogged words."""

from django.db import migrations

from clinic.sql import audit, guards, row_security
from clinic.sql.row_security import guard

SITE_TABLES = (
    "clinic_patient", "clinic_datakey", "clinic_consent", "clinic_case", "clinic_statechange", "clinic_note",
    "clinic_entry", "clinic_upload", "clinic_uploadsession", "clinic_uploadchunk", "clinic_runupload", "clinic_result",
    "clinic_casewords", "clinic_idempotencykey",
)  # fmt: skip

CACHE_TABLE = """
CREATE UNLOGGED TABLE clinic_cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
CREATE INDEX clinic_cache_expires ON clinic_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("clinic", "0001_initial")]

    operations = [
        migrations.RunSQL(audit.CREATE, migrations.RunSQL.noop),  # evidence is not un-migrated
        migrations.RunSQL(guards.CASE_MOVES, guards.CASE_MOVES_UNDO),
        migrations.RunSQL(guards.NEVER_CHANGED, guards.NEVER_CHANGED_UNDO),
        migrations.RunSQL(guards.CASE_WORDS, "DROP TABLE clinic_casewords;"),
        migrations.RunSQL(CACHE_TABLE, "DROP TABLE clinic_cache;"),
        *(migrations.RunSQL(guard(table), row_security.unguard(table)) for table in SITE_TABLES),
        migrations.RunSQL(guard("clinic_run", machinery=True), row_security.unguard("clinic_run")),
        migrations.RunSQL(guard("clinic_membership", person="user_id"), row_security.unguard("clinic_membership")),
        migrations.RunSQL(guard("clinic_notification", person="person_id"), row_security.unguard("clinic_notification")),
    ]
