"""People behind counts stay within their site, and on a connection that says who is there, with themselves."""

from django.db import migrations

from clinic.sql import row_security

TABLE = "coaching_talliedperson"


class Migration(migrations.Migration):
    dependencies = [
        ("coaching", "0003_tallied_people"),
    ]

    operations = [
        migrations.RunSQL(row_security.guard(TABLE, owners=("person_id",)), row_security.unguard(TABLE)),
    ]
