import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import clinic.models.fields


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0020_vocabulary'),
        ('clinic', '__first__'),
        ('extraction', '0009_came_with'),
    ]

    operations = [
        migrations.CreateModel(
            name='FactRule',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20)),
                ('number', models.PositiveIntegerField(help_text='In the order of the switches of this kind.')),
                ('is_on', models.BooleanField()),
                ('cause', models.CharField(choices=[('person', 'Decided by a person'), ('quality', 'Taken back: too many were wrong')], max_length=10)),
                ('reason', clinic.models.fields.SealedField(null=True, patient='site_id')),
                ('figures', models.JSONField(help_text='What was seen when it was taken back.', null=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('site', 'kind', 'number'), name='fact_rule_once'), models.CheckConstraint(condition=models.Q(('cause__in', ['person', 'quality'])), name='fact_rule_cause_known'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ('medications', 'allergies')), _negated=True), ('is_on', False), _connector='OR'), name='fact_rule_never_where_it_harms'), models.CheckConstraint(condition=models.Q(models.Q(('cause', 'quality'), _negated=True), ('is_on', False), _connector='OR'), name='fact_rule_taken_back_is_off')],
            },
        ),
        migrations.RemoveConstraint(
            model_name='fielddecision',
            name='field_act_known',
        ),
        migrations.AlterField(
            model_name='fielddecision',
            name='act',
            field=models.CharField(choices=[('accepted', 'Accepted'), ('edited', 'Corrected'), ('rejected', 'Rejected'), ('added', 'Added by a person'), ('undone', 'Taken back'), ('by_rule', 'Accepted by rule'), ('reopened', 'Open again')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='fielddecision',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['accepted', 'edited', 'rejected', 'added', 'undone', 'by_rule', 'reopened'])), name='field_act_known'),
        ),
    ]
