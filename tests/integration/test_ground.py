"""The tests' own ground: who they are to the database, and that the fixtures hold what they promise."""

import pytest
from django.db import ProgrammingError, connection

from clinic.models import Case, Run
from tests import make
from tests.make import Person


def test_tests_when_connected_then_are_the_application(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = current_user")

        assert cursor.fetchone() == ("rounds_app", False)


def test_rows_when_no_scope_is_entered_then_none_is_seen(case_a, case_b):
    assert Case.objects.count() == 0


def test_rows_when_in_a_scope_then_those_of_that_site(case_a, case_b, clinician_a: Person, clinician_b: Person):
    with clinician_a.at_work():
        assert list(Case.objects.all()) == [case_a]
    with clinician_b.at_work():
        assert list(Case.objects.all()) == [case_b]


def test_work_lane_when_a_run_waits_then_it_ends(work_lane, clinician_a: Person, case_a):
    run = make.run(clinician_a, case_a, [make.upload(clinician_a, case_a)])

    assert work_lane("cpu") == 1
    with clinician_a.at_work():
        assert Run.objects.get(pk=run.pk).state == "succeeded"
        assert Run.objects.get(pk=run.pk).result.facets["all_match"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", [1, 2])
def test_database_when_a_test_has_committed_then_the_next_starts_anew(clinician_a: Person, time: int):
    assert make.case(clinician_a).number == 1


def test_application_when_it_wants_to_alter_then_refused(db):
    with pytest.raises(ProgrammingError, match=r"must be owner"), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE clinic_case DISABLE ROW LEVEL SECURITY")
