"""How long files are kept, and which cases must stay."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import clinic.models.fields
from clinic.sql import row_security


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0016_urgent_items'),
    ]

    operations = [
        migrations.AddField(
            model_name='upload',
            name='cold_at',
            field=models.DateTimeField(help_text='Since when it is out of the daily lists.', null=True),
        ),
        migrations.AddField(
            model_name='upload',
            name='expired_at',
            field=models.DateTimeField(help_text='When its bytes were deleted because their time was over.', null=True),
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('reason', clinic.models.fields.SealedField(patient='case.patient_id')),
                ('placed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('lifted_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='clinic.case')),
                ('lifted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('placed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_at', None)), fields=('case',), name='one_standing_hold_per_case')],
            },
        ),
        migrations.CreateModel(
            name='RetentionRule',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('policy', models.CharField(max_length=60)),
                ('cold_days', models.PositiveIntegerField()),
                ('expiry_days', models.PositiveIntegerField(help_text='Empty: nothing of it is ever deleted.', null=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.site')),
            ],
            options={
                'indexes': [models.Index(fields=['site', 'policy', '-at'], name='retention_rules')],
                'constraints': [models.CheckConstraint(condition=models.Q(('expiry_days', None), ('expiry_days__gt', models.F('cold_days')), _connector='OR'), name='expires_after_it_is_cold')],
            },
        ),
        *(
            migrations.RunSQL(row_security.guard(table), row_security.unguard(table))
            for table in ("clinic_hold", "clinic_retentionrule")
        ),
    ]
