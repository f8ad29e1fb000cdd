"""What copies are known by stays within its site."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from clinic.sql import row_security

TABLE = "classify_textprint"


class Migration(migrations.Migration):

    dependencies = [
        ('classify', '0002_batches'),
        ('clinic', '0016_urgent_items'),
    ]

    operations = [
        migrations.CreateModel(
            name='TextPrint',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('signature', models.BinaryField()),
                ('bands', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), help_text='Copies share one of them; empty where the text is short.', size=None)),
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='print', to='classify.document')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.site')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['bands'], name='text_print_bands')],
            },
        ),
        migrations.RunSQL(row_security.guard(TABLE), row_security.unguard(TABLE)),
    ]
