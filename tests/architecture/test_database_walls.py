"""Every table with a site has forced row-level security; the guards in the database are those in the code."""

import pytest
from django.apps import apps
from django.db import connection

from clinic.models.cases import MOVES
from clinic.sql.row_security import WITHOUT_POLICY

pytestmark = pytest.mark.django_db


def tables_with_a_site() -> set[str]:
    models = [m for m in apps.get_app_config("clinic").get_models() if m._meta.db_table != "audit_event"]
    return {m._meta.db_table for m in models if any(f.column == "site_id" for f in m._meta.local_fields)}


def test_table_when_it_has_a_site_then_its_rows_are_guarded_by_force():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        guarded = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT DISTINCT tablename FROM pg_policies WHERE policyname = 'of_the_site'")
        with_policy = {name for (name,) in cursor.fetchall()}

    assert tables_with_a_site() - set(WITHOUT_POLICY) <= guarded & with_policy


def test_application_role_when_asked_for_then_it_owns_nothing_and_bypasses_nothing():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        powers = cursor.fetchone()
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
        )
        owned = cursor.fetchone()[0]

    assert powers == (False, False, False)
    assert owned == 0


def test_case_moves_when_compared_then_the_database_holds_the_same_table():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('clinic_case_moves_legally'::regproc)")
        in_database = cursor.fetchone()[0]

    for old, news in MOVES.items():
        for new in MOVES:
            assert (f"('{old.value}', '{new.value}')" in in_database) == (new in news)
