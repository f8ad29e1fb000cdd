"""Films stay within their site; what readers sealed, and the rules that held, is never changed."""

from django.db import migrations

from clinic.sql import guards, row_security

TABLES = ("radiology_film", "radiology_filmread", "radiology_filmverdict", "radiology_readingpolicy")
KEPT = TABLES[1:]


class Migration(migrations.Migration):

    dependencies = [
        ("radiology", "0001_initial"),
    ]

    operations = [
        *(migrations.RunSQL(row_security.guard(table), row_security.unguard(table)) for table in TABLES),
        *(migrations.RunSQL(guards.kept(table), guards.not_kept(table)) for table in KEPT),
    ]
