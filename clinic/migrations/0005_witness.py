"""Signed checkpoints of the audit beside it, how keeping their witness goes, and what auditors search by."""

from django.db import migrations, models

from clinic.sql import audit_indexes, checkpoints


class Migration(migrations.Migration):
    dependencies = [("clinic", "0004_trust")]

    operations = [
        migrations.RunSQL(
            checkpoints.CREATE,
            migrations.RunSQL.noop,  # evidence is not un-migrated
            state_operations=[
                migrations.CreateModel(
                    name="AuditCheckpoint",
                    fields=[
                        ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("at", models.DateTimeField()),
                        ("line", models.TextField()),
                    ],
                    options={"db_table": "audit_checkpoint", "managed": False},
                )
            ],
        ),
        migrations.RunSQL(checkpoints.HEAD_IS_READ, "REVOKE SELECT ON audit_head FROM rounds_app;"),
        migrations.RunSQL(audit_indexes.CREATE, audit_indexes.DROP),
        migrations.CreateModel(
            name="WitnessState",
            fields=[
                ("name", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("code", models.CharField(blank=True, choices=[("", "Up to date"), ("unwritable", "The witness cannot be written"), ("not_continued", "The audit does not go on from what was witnessed"), ("broken", "The audit was changed since it was written")], max_length=20)),
                ("seq", models.BigIntegerField(default=0, help_text="Witnessed up to here, or where it went wrong.")),
            ],
        ),
    ]
