"""Facts of documents stay within their site; what a person said of one is never changed."""

from django.db import migrations

from clinic.sql import guards, row_security

TABLES = ("extraction_factsheet", "extraction_fielddecision")
KEPT = TABLES[1:]


class Migration(migrations.Migration):

    dependencies = [
        ("extraction", "0001_initial"),
    ]

    operations = [
        *(migrations.RunSQL(row_security.guard(table), row_security.unguard(table)) for table in TABLES),
        *(migrations.RunSQL(guards.kept(table), guards.not_kept(table)) for table in KEPT),
    ]
