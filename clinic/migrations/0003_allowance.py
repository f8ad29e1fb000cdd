"""A counter the database keeps, so that many web processes share one limit."""

from django.db import migrations

from clinic.sql import allowance


class Migration(migrations.Migration):
    dependencies = [("clinic", "0002_guards")]

    operations = [migrations.RunSQL(allowance.CREATE, allowance.DROP)]
