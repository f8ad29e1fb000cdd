"""Row history: whatever changes a clinical row leaves its version, sealed as it was, in the site's rows only."""

from typing import Any

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from clinic.actions import cases, patients, reports
from clinic.models import Case, DataKey, Patient
from clinic.models.history import Version
from clinic.sealing import Unreadable, forget_all
from tests import make
from tests.make import Person

TABLES = ("clinic_patientversion", "clinic_caseversion", "clinic_reportdraftversion")


def sql(statement: str, *given: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, given or None)


def versions_of(row: Any) -> list[Any]:
    return list(row.versions.all())


@pytest.mark.hazard("H13")
def test_case_when_changed_then_every_version_stays_and_opens(in_site_a: Person, case_a: Case):
    before = case_a.question
    cases.edit(by=in_site_a.actor, case=case_a, question="Is it older?")
    cases.edit(by=in_site_a.actor, case=Case.objects.get(pk=case_a.pk), question="Is it new?")

    versions = versions_of(case_a)

    assert [version.question for version in versions] == [before, "Is it older?", "Is it new?"]
    assert [version.pgh_label for version in versions] == ["insert", "update", "update"]


def test_patient_when_changed_by_raw_sql_then_a_version_too(in_site_a: Person, patient_a: Patient):
    sql("UPDATE clinic_patient SET sex = 'other'")

    assert [version.sex for version in versions_of(patient_a)] == ["unknown", "other"]


def test_row_when_touched_without_a_change_then_no_version(in_site_a: Person, patient_a: Patient):
    sql("UPDATE clinic_patient SET sex = sex")

    assert len(versions_of(patient_a)) == 1


def test_version_when_it_lies_in_the_table_then_as_ciphertext(in_site_a: Person, patient_a: Patient):
    patients.update(by=in_site_a.actor, patient=patient_a, name="Berta Beech")

    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM clinic_patientversion ORDER BY pgh_id")
        kept = [bytes(name) for (name,) in cursor.fetchall()]

    assert len(kept) == 2
    assert not any(word in name for name in kept for word in (b"Ana", b"Berta"))
    assert [version.name for version in versions_of(patient_a)] == ["Ana Alder", "Berta Beech"]


def test_version_when_the_patient_is_erased_then_it_opens_no_more(in_site_a: Person, patient_a: Patient):
    DataKey.objects.filter(pk=patient_a.pk).update(wrapped=None, destroyed_at=timezone.now())
    forget_all()

    with pytest.raises(Unreadable):
        _ = versions_of(patient_a)[0].name


def test_version_when_of_another_site_then_not_there(in_site_a: Person, patient_a: Patient, patient_b: Patient):
    versions = apps.get_model("clinic", "PatientVersion")

    assert {version.site_id for version in versions.objects.all()} == {in_site_a.site.pk}


def test_version_when_written_for_another_site_then_refused(in_site_a: Person, patient_a: Patient, patient_b: Patient):
    foreign = patient_b.site_id

    with pytest.raises(ProgrammingError), transaction.atomic():
        sql("INSERT INTO clinic_patientversion (pgh_created_at, pgh_label, id, number, sex, created_at, pgh_obj_id,"
            " site_id) SELECT now(), 'insert', id, number, sex, now(), id, %s FROM clinic_patientversion",
            foreign)  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET pgh_label = ''", "DELETE FROM {}", "TRUNCATE {}"])
def test_version_when_the_application_would_change_it_then_refused(db, table: str, statement: str):
    with pytest.raises(ProgrammingError), transaction.atomic():
        sql(statement.format(table))


def test_version_when_a_model_has_one_then_it_is_guarded_here(db):
    found = {model._meta.db_table for model in apps.get_models() if issubclass(model, Version)}

    assert found == set(TABLES)


def test_draft_when_written_then_its_versions_open(in_site_a: Person, case_a: Case):
    reports.write(by=in_site_a.actor, case=case_a, section="findings", text="No change.")
    reports.write(by=in_site_a.actor, case=case_a, section="findings", text="No change since May.")

    bodies = [str(version.body) for version in versions_of(case_a.report_draft)]

    assert len(bodies) == 2
    assert "since May" in bodies[1] and "since May" not in bodies[0]


def test_history_when_a_row_is_made_in_bulk_then_kept_too(in_site_a: Person, case_a: Case):
    make.case(in_site_a)

    with transaction.atomic():
        Case.objects.update(department="Paediatrics")

    assert {len(versions_of(case)) for case in Case.objects.all()} == {2}
