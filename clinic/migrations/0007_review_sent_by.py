"""Who sent an item to review, where it was a person: she is told what was decided."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0006_reviews'),
    ]

    operations = [
        migrations.AddField(
            model_name='reviewitem',
            name='sent_by',
            field=models.ForeignKey(help_text='The person who sent it here; empty where policy did.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
    ]
