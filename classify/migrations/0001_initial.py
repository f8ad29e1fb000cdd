"""Documents stay within their site."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from clinic.sql import row_security

TABLE = "classify_document"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('clinic', '0016_urgent_items'),
    ]

    operations = [
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('is_urgent', models.BooleanField(default=False, help_text='As the engine reads it: shown before all others.')),
                ('copy_share', models.FloatField(help_text='How much of its text stands there: 0 to 1.', null=True)),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('asked_run', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.run')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='clinic.case')),
                ('copy_of', models.ForeignKey(help_text='An earlier document of the site with nearly the same text.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='classify.document')),
                ('route_run', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.run')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.site')),
                ('upload', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='document', to='clinic.upload')),
            ],
            options={
                'indexes': [models.Index(fields=['site', '-is_urgent', 'added_at', 'id'], name='documents_in_order'), models.Index(fields=['case', '-added_at'], name='documents_of_case')],
            },
        ),
        migrations.RunSQL(row_security.guard(TABLE), row_security.unguard(TABLE)),
    ]
