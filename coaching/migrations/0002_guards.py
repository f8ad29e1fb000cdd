"""Practice stays within its site and, beyond that, with its person: on a connection that says who is there, rows of others do
not exist. Questions are compared by pgvector where the database has it; without it they are found by words."""

from django.db import migrations

from clinic.sql import row_security

OWN = ("practice", "attempt", "piece", "speaker", "drawnquestion", "search")
SHARED = ("livesession", "livenote")
OF_THE_SITE = ("participation", "tally", "lawfulpurpose", "sitequestion", "questionvector")
OWNERS = {
    **dict.fromkeys(OWN, ("person_id",)),
    **dict.fromkeys(SHARED, ("person_id", "coach_id")),
    **dict.fromkeys(OF_THE_SITE, ()),
}
VECTORS = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector') THEN
        CREATE EXTENSION IF NOT EXISTS vector;
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'pgvector may not be switched on by this role: questions are found by words only';
END $$;
"""


def _guard(name: str, owners: tuple[str, ...]) -> migrations.RunSQL:
    table = f"coaching_{name}"
    return migrations.RunSQL(row_security.guard(table, owners=owners), row_security.unguard(table))


class Migration(migrations.Migration):

    dependencies = [
        ("coaching", "0001_initial"),
    ]

    operations = [
        *(_guard(name, owners) for name, owners in OWNERS.items()),
        migrations.RunSQL(VECTORS, migrations.RunSQL.noop),
    ]
