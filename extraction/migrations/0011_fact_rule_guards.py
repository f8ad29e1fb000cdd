"""Switches of rules stay within their site and are never changed."""

from django.db import migrations

from clinic.sql import guards, row_security

TABLE = "extraction_factrule"


class Migration(migrations.Migration):
    dependencies = [
        ("extraction", "0010_fact_rules"),
    ]

    operations = [
        migrations.RunSQL(row_security.guard(TABLE), row_security.unguard(TABLE)),
        migrations.RunSQL(guards.kept(TABLE), guards.not_kept(TABLE)),
    ]
