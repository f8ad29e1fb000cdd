"""A version of a report comes after the one before it, an amendment says why, and a case is signed by a report only."""

from django.db import migrations, models

from clinic.sql import guards


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0009_engines'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('version', 1), models.Q(('reason__isnull', False), ('version__gt', 1)), _connector='OR'), name='amendment_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('content_sha256__regex', '^[0-9a-f]{64}$')), name='report_has_digest'),
        ),
        migrations.RunSQL(guards.REPORT_VERSIONS, guards.REPORT_VERSIONS_UNDO),
    ]
