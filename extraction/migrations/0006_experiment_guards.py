"""Experiments and their moves stay within their site and are never changed."""

from django.db import migrations

from clinic.sql import guards, row_security

TABLES = ("extraction_experiment", "extraction_experimentmove")


class Migration(migrations.Migration):
    dependencies = [
        ("extraction", "0005_experiments"),
    ]

    operations = [
        *(migrations.RunSQL(row_security.guard(table), row_security.unguard(table)) for table in TABLES),
        *(migrations.RunSQL(guards.kept(table), guards.not_kept(table)) for table in TABLES),
    ]
