"""Consults stay within their site."""

from django.db import migrations

from clinic.sql import row_security

TABLES = ("consult_consult", "consult_part", "consult_consultanswer", "consult_consultwaits")


class Migration(migrations.Migration):

    dependencies = [
        ("consult", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(row_security.guard(table), row_security.unguard(table)) for table in TABLES
    ]
