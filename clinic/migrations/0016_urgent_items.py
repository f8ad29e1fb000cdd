"""What is urgent by its content is read before all others."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0015_audit_writes'),
    ]

    operations = [
        migrations.AddField(
            model_name='reviewitem',
            name='is_urgent',
            field=models.BooleanField(default=False, help_text='Its content cannot wait: read before all others.'),
        ),
        migrations.AddIndex(
            model_name='reviewitem',
            index=models.Index(condition=models.Q(('is_urgent', True), ('state__in', ['waiting', 'adjudication'])), fields=['site', 'created_at', 'id'], name='review_queue_urgent'),
        ),
    ]
