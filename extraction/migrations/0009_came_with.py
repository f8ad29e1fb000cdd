"""Which archive a document came with."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0017_retention'),
        ('extraction', '0008_blind_guards'),
    ]

    operations = [
        migrations.AddField(
            model_name='factsheet',
            name='came_with',
            field=models.ForeignKey(help_text='That took it out of an archive, or of a file of texts.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.run'),
        ),
    ]
