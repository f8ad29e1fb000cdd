"""What the database knows of its tables, as autovacuum keeps it: rows written at once in a test have none."""

import psycopg
from django.conf import settings
from django.db import connection

from clinic.embedded.postgres import Embedded


def look_at_the_tables() -> None:
    """Without it the planner takes ten thousand new rows for none. What is not committed is not seen."""
    with psycopg.connect(Embedded(settings.HOME).dsn("rounds_owner", connection.settings_dict["NAME"])) as owner:
        owner.execute("ANALYZE")
