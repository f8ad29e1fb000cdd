"""How a site reviews is a row of its own; a decision is held while it may be taken back; a claim says since when."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import clinic.models.fields
from clinic.sql import guards, row_security


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0005_witness'),
    ]

    operations = [
        migrations.AddField(
            model_name='reviewitem',
            name='claimed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='reviewitem',
            name='question',
            field=clinic.models.fields.SealedField(help_text='What a person who sent it here wants to know.', null=True, patient='seal_subject'),
        ),
        migrations.AlterField(
            model_name='notification',
            name='kind',
            field=models.CharField(choices=[('mentioned', 'You were mentioned'), ('assigned', 'A case was given to you'), ('run_dead', 'A run failed for good'), ('overdue', 'A case of yours is overdue'), ('review_needed', 'What you asked waits for a person'), ('review_decided', 'A person decided on what you asked'), ('review_returned', 'What you asked was sent back'), ('key_expiring', 'An API key of yours ends soon')], max_length=20),
        ),
        migrations.CreateModel(
            name='HeldDecision',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('label', models.CharField(max_length=60)),
                ('note', clinic.models.fields.SealedField(null=True, patient='item.seal_subject')),
                ('looked', models.JSONField(default=dict)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('final_at', models.DateTimeField()),
                ('item', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='held', to='clinic.reviewitem')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.site')),
            ],
            options={
                'indexes': [models.Index(fields=['final_at'], name='held_until')],
            },
        ),
        migrations.CreateModel(
            name='ReviewPolicy',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('capability', models.CharField(max_length=60)),
                ('rules', models.JSONField(help_text='As clinic.review_rules.Rules has them.')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('proposal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.proposal')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.site')),
            ],
            options={
                'indexes': [models.Index(fields=['site', 'capability', '-at'], name='review_policy_latest')],
            },
        ),
        *(migrations.RunSQL(row_security.guard(table), row_security.unguard(table))
          for table in ("clinic_helddecision", "clinic_reviewpolicy")),
        migrations.RunSQL(guards.kept("clinic_reviewpolicy"), guards.not_kept("clinic_reviewpolicy")),
    ]
