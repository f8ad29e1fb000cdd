from django.db import migrations

from clinic.sql import audit_indexes


class Migration(migrations.Migration):
    dependencies = [("clinic", "0014_review_queue_by_age")]

    operations = [migrations.RunSQL(audit_indexes.CREATE_WRITES, audit_indexes.DROP_WRITES)]
