"""A second signature that was given, or declined, is never changed; whose was asked for never is, either."""

from django.db import migrations

from clinic.sql import guards


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0032_registers"),
    ]

    operations = [
        migrations.RunSQL(guards.COSIGNATURES, guards.COSIGNATURES_UNDO),
    ]
