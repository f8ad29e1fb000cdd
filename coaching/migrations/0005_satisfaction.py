"""How satisfied somebody is with a practice, counted by engine; and why an engine did not answer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("coaching", "0004_tallied_people_guards"),
    ]

    operations = [
        migrations.AddField(
            model_name="practice",
            name="satisfaction",
            field=models.PositiveSmallIntegerField(help_text="From 1 to 5, where she cared to say.", null=True),
        ),
        migrations.AddField(
            model_name="practice",
            name="satisfied_with",
            field=models.CharField(db_default="", default="", help_text="The engine that told her.", max_length=120),
        ),
        migrations.AddField(
            model_name="talliedperson",
            name="has_rated",
            field=models.BooleanField(db_default=False, default=False, help_text="She said how satisfied she is."),
        ),
        migrations.AddField(
            model_name="tally",
            name="faults",
            field=models.JSONField(help_text="Why it failed: counts by code.", null=True),
        ),
        migrations.AddField(
            model_name="tally",
            name="rated",
            field=models.IntegerField(db_default=0, default=0, help_text="Practices that were given 1 to 5."),
        ),
        migrations.AddField(
            model_name="tally",
            name="satisfied",
            field=models.IntegerField(db_default=0, default=0, help_text="Of those, with 4 or 5."),
        ),
        migrations.AddConstraint(
            model_name="practice",
            constraint=models.CheckConstraint(
                condition=models.Q(("satisfaction__in", (1, 2, 3, 4, 5))), name="satisfaction_from_1_to_5"
            ),
        ),
    ]
