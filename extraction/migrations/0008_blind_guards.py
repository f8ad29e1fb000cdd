"""What was compared blind stays within its site and is never changed."""

from django.db import migrations

from clinic.sql import guards, row_security

TABLES = ("extraction_blindcomparison", "extraction_blindpair", "extraction_blindjudgement")


class Migration(migrations.Migration):
    dependencies = [
        ("extraction", "0007_blind"),
    ]

    operations = [
        *(migrations.RunSQL(row_security.guard(table), row_security.unguard(table)) for table in TABLES),
        *(migrations.RunSQL(guards.kept(table), guards.not_kept(table)) for table in TABLES),
    ]
