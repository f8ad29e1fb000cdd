"""What else was brought into a version of a prompt."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('extraction', '0011_fact_rule_guards'),
    ]

    operations = [
        migrations.AddField(
            model_name='promptversion',
            name='merged',
            field=models.ForeignKey(help_text='What else was brought into it, besides its parent.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='extraction.promptversion'),
        ),
    ]
