"""An item to learn from is sealed; whoever withdraws her consent is answered by who learned from her, quickly."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0010_reports'),
    ]

    operations = [
        migrations.AddField(
            model_name='trainingitem',
            name='key_id',
            field=models.CharField(default='', max_length=60),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='trainingitem',
            name='signature',
            field=models.BinaryField(default=b'', help_text='The installation’s, over all of the above: nobody slips one in.'),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='notification',
            name='kind',
            field=models.CharField(choices=[('mentioned', 'You were mentioned'), ('assigned', 'A case was given to you'), ('run_dead', 'A run failed for good'), ('overdue', 'A case of yours is overdue'), ('review_needed', 'What you asked waits for a person'), ('review_decided', 'A person decided on what you asked'), ('review_returned', 'What you asked was sent back'), ('consent_withdrawn', 'Somebody withdrew consent to training'), ('key_expiring', 'An API key of yours ends soon'), ('engine_stopped', 'An engine was stopped'), ('engine_released', 'An engine was released again'), ('engine_out', 'An engine was taken out of service'), ('drift', 'What an engine is asked has moved')], max_length=20),
        ),
        migrations.AddIndex(
            model_name='trainingitem',
            index=models.Index(fields=['patient'], name='training_items_of_patient'),
        ),
    ]
