"""What became of each of many files stays within its site."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import clinic.models.fields
from clinic.sql import row_security

TABLE = "classify_batchitem"


class Migration(migrations.Migration):

    dependencies = [
        ('classify', '0001_initial'),
        ('clinic', '0016_urgent_items'),
    ]

    operations = [
        migrations.CreateModel(
            name='BatchItem',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField(help_text='Its place in the archive; the first is 0.')),
                ('name', clinic.models.fields.SealedField(help_text='What the archive calls it.', patient='case.patient_id')),
                ('is_known', models.BooleanField(default=False, help_text='The case had these bytes before.')),
                ('problem', models.CharField(blank=True, help_text='Why it is no document: a code.', max_length=64)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.case')),
                ('document', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='batch_items', to='classify.document')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='document_items', to='clinic.run')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('run', 'number'), name='batch_item_once'), models.CheckConstraint(condition=models.Q(('document', None), ('problem', ''), _connector='XOR'), name='batch_item_taken_or_not')],
            },
        ),
        migrations.RunSQL(row_security.guard(TABLE), row_security.unguard(TABLE)),
    ]
