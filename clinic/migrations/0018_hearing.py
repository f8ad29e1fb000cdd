import uuid

import django.db.models.deletion
from django.db import migrations, models

import clinic.models.fields
from clinic.sql.row_security import guard, unguard


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0017_retention'),
    ]

    operations = [
        migrations.CreateModel(
            name='Hearing',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('language', models.CharField(max_length=5)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('listening', 'Listening'), ('done', 'Done'), ('given_up', 'Given up')], default='waiting', max_length=10)),
                ('listener', models.CharField(blank=True, max_length=120)),
                ('beat_at', models.DateTimeField(null=True)),
                ('pieces', models.PositiveIntegerField(default=0, help_text='Taken so far.')),
                ('size', models.PositiveBigIntegerField(default=0, help_text='Bytes of them.')),
                ('draft', clinic.models.fields.SealedField(null=True, patient='session.case.patient_id')),
                ('engines', models.CharField(blank=True, help_text='Who could be asked, when it began.', max_length=500)),
                ('sha256', models.CharField(blank=True, help_text='Of every byte that was heard, once all were.', max_length=64)),
                ('outcome', clinic.models.fields.SealedField(null=True, patient='session.case.patient_id')),
                ('session', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='hearing', to='clinic.uploadsession')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.site')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['waiting', 'listening'])), fields=['site'], name='hearings_under_way')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'listening', 'done', 'given_up'])), name='hearing_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), models.Q(('outcome__isnull', False), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='done_hearing_has_its_words')],
            },
        ),
        migrations.RunSQL(guard('clinic_hearing', machinery=True), unguard('clinic_hearing')),
    ]
