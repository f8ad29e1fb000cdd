"""The second wall: with every filter of the application taken away, PostgreSQL still shows one site at most."""

import uuid

import pytest
from django.db import DataError, ProgrammingError, connection, transaction
from django.db.models import Model

from clinic.authorization.roles import Role
from clinic.authorization.scope import current, machinery, scope
from clinic.models import Case, CaseState, Hearing, Membership, Notification, Run
from tests import make
from tests.integration.scenario import AHEAD, fill, guarded_models
from tests.make import Person, Staff
from tests.threads import at_once

GUARDED = guarded_models()


def count(model: type[Model]) -> int:
    """Past every manager and queryset of ours."""
    return one_number(f"SELECT count(*) FROM {model._meta.db_table}")  # noqa: S608


def count_of(model: type[Model], person: Person) -> int:
    return one_number(f"SELECT count(*) FROM {model._meta.db_table} WHERE site_id = %s", person.site.pk)  # noqa: S608


def one_number(sql: str, *values: uuid.UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone()
    return int(row[0]) if row else 0


@pytest.fixture
def both_filled(staff_a: Staff, staff_b: Staff) -> None:
    for staff in (staff_a, staff_b):
        fill(staff[Role.CLINICIAN], staff[Role.RADIOLOGIST])


@pytest.mark.usefixtures("both_filled")
def test_rows_when_every_filter_is_taken_away_then_none_of_another_site(clinician_a: Person, clinician_b: Person):
    for mine, theirs in ((clinician_a, clinician_b), (clinician_b, clinician_a)):
        with scope(site=mine.site.pk):
            assert {model: count_of(model, theirs) for model in GUARDED} == dict.fromkeys(GUARDED, 0)
            assert {model.__name__ for model in GUARDED if not count(model)} == AHEAD
            assert {model for model in GUARDED if count(model) != count_of(model, mine)} == set()


@pytest.mark.usefixtures("both_filled")
def test_rows_when_no_scope_is_entered_or_of_a_site_there_is_not_then_none():
    assert {model for model in GUARDED if count(model)} == set()
    with scope(site=uuid.uuid4(), person=uuid.uuid4()):
        assert {model for model in GUARDED if count(model)} == set()


@pytest.mark.usefixtures("both_filled")
def test_rows_when_another_site_writes_then_nothing_changes_and_nothing_is_added(
    clinician_a: Person, clinician_b: Person
):
    with clinician_b.at_work():
        before = {model: count(model) for model in GUARDED}
        foreign = {model: model._base_manager.first() for model in GUARDED if model.__name__ not in AHEAD}

    with clinician_a.at_work():
        for model, row in foreign.items():
            table = model._meta.db_table
            for statement in (f"UPDATE {table} SET site_id = site_id", f"DELETE FROM {table}"):  # noqa: S608
                touched = _touched(f"{statement} WHERE site_id = %s", clinician_b.site.pk)
                assert touched in (0, None), statement  # None: rows of this table are never changed by anybody
            _refuses_to_insert(row)

    with clinician_b.at_work():
        assert {model: count(model) for model in GUARDED} == before


def _refuses_to_insert(row: Model | None) -> None:
    assert row is not None
    if isinstance(row, Case):
        row.state = CaseState.OPEN  # else another guard would be first to refuse
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        row.save(force_insert=True)


def _touched(statement: str, *values: uuid.UUID) -> int | None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return int(cursor.rowcount)
    except ProgrammingError:
        return None


def test_row_when_moved_to_another_site_then_refused(in_site_a: Person, clinician_b: Person, case_a):
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Case.objects.filter(pk=case_a.pk).update(site=clinician_b.site)


# --- scopes -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("both_filled")
def test_machinery_when_it_looks_at_every_site_then_it_sees_runs_and_hearings_only(
    clinician_a: Person, clinician_b: Person
):
    here = []
    for person in (clinician_a, clinician_b):
        with person.at_work():
            here.append(count(Run))
    assert all(here)
    with machinery():
        assert count(Run) == sum(here)
        assert {model for model in GUARDED if count(model)} == {Run, Hearing}


@pytest.mark.usefixtures("both_filled")
def test_person_when_without_a_site_then_her_memberships_and_notices_and_nothing_else(staff_a: Staff):
    radiologist = staff_a[Role.RADIOLOGIST]

    with scope(person=radiologist.user.pk):
        assert {model for model in GUARDED if count(model)} == {Membership, Notification}
        assert count(Membership) == 1


def test_scope_when_left_by_an_exception_then_the_one_before_holds(clinician_a: Person, case_a, case_b):
    with clinician_a.at_work():
        with pytest.raises(ValueError), scope(site=case_b.site_id):
            assert Case.objects.get() == case_b
            raise ValueError
        assert Case.objects.get() == case_a
    assert Case.objects.count() == 0


def test_scope_when_a_savepoint_inside_is_rolled_back_then_it_holds(clinician_a: Person, case_a):
    with clinician_a.at_work():
        with pytest.raises(DataError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 'no uuid'::uuid")
        assert Case.objects.get() == case_a


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_scope_when_left_inside_a_failed_transaction_then_nobody_inherits_it(clinician_a: Person):
    make.case(clinician_a)

    with pytest.raises(DataError), transaction.atomic(), clinician_a.at_work(), connection.cursor() as cursor:
        cursor.execute("SELECT 'no uuid'::uuid")

    assert Case.objects.count() == 0


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_scope_when_the_connection_is_new_then_it_is_told(clinician_a: Person):
    made = make.case(clinician_a)

    with clinician_a.at_work():
        connection.close()
        assert Case.objects.get() == made
    assert Case.objects.count() == 0


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_scope_when_threads_work_for_two_sites_then_each_sees_its_own(clinician_a: Person, clinician_b: Person):
    made = {person.site.pk: make.case(person) for person in (clinician_a, clinician_b)}

    def look(number: int) -> bool:
        person = (clinician_a, clinician_b)[number % 2]
        assert not current().site  # a thread begins without one
        with person.at_work():
            return all(list(Case.objects.all()) == [made[person.site.pk]] for _ in range(20))

    assert all(at_once(8, look))


@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE rounds_owner",
        "SET SESSION AUTHORIZATION rounds_owner",
        "ALTER TABLE clinic_case NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY of_the_site ON clinic_case",
        "CREATE POLICY all_of_it ON clinic_case USING (true)",
        "TRUNCATE clinic_case CASCADE",
        "CREATE TEMP TABLE x ()",
        "SET session_replication_role = replica",
    ],
)
def test_application_when_it_would_step_around_the_wall_then_refused(db, statement: str):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_application_when_it_says_it_maintains_then_it_sees_no_more(case_a):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('rounds.maintenance', 'on', true)")

    assert Case.objects.count() == 0


def test_application_when_row_security_is_switched_off_then_an_error_and_no_rows(case_a):
    """The setting means: fail rather than filter. It never shows more."""
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET LOCAL row_security = off")
        cursor.execute("SELECT count(*) FROM clinic_case")
