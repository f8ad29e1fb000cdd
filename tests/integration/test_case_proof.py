"""A case is asked whether it still is what was written: whatever was changed behind its back is found and named."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from psycopg.sql import SQL, Composed, Identifier

from clinic import access, case_proof, sealing
from clinic.actions import checkpoints
from clinic.case_proof import CaseProof, Part, Why
from clinic.embedded.postgres import SUPERUSER, Embedded
from clinic.models import AuditEvent, Case, Upload
from tests import make
from tests.integration import breaking, contradicting
from tests.integration.second_opinion import LETTER, answered, second_opinions
from tests.make import Person
from tests.signing import sign

FLIP = SQL("UPDATE {table} SET {column} = set_byte({column}, length({column}) / 2, get_byte({column}, length({column})"
           " / 2) # 1) WHERE {row}")  # fmt: skip
TURN = SQL("UPDATE {table} SET {column} = reverse({column}) WHERE {row}")
OF_CASE = SQL("case_id = %(case)s")
OF_NOTE = SQL("event IN (SELECT audit_event_id FROM clinic_entry WHERE kind = 'note' AND case_id = %(case)s)")
OTHER_ACT = SQL("UPDATE audit_event SET body = replace(body, 'note.written', 'note.spoken') WHERE id IN"
                " (SELECT audit_event_id FROM clinic_entry WHERE kind = 'note' AND case_id = %(case)s)")  # fmt: skip


def change(how: SQL, table: str, column: str, row: SQL = OF_CASE) -> Composed:
    return how.format(table=Identifier(table), column=Identifier(column), row=row)


# What is changed (and, done once more, changed back), and what has to be found.
CHANGES: list[tuple[Composed, set[tuple[Part, Why]]]] = [
    (change(FLIP, "clinic_note", "body"), {(Part.NOTES, Why.CONTENT)}),
    (change(FLIP, "clinic_upload", "name"), {(Part.FILES, Why.CONTENT)}),
    (change(TURN, "clinic_upload", "sha256"), {(Part.FILES, Why.DIGEST)}),
    (change(FLIP, "clinic_result", "outcome"), {(Part.ANSWERS, Why.CONTENT)}),
    (change(TURN, "clinic_result", "output_sha256"), {(Part.ANSWERS, Why.DIGEST)}),
    (change(FLIP, "clinic_report", "body"), {(Part.REPORTS, Why.CONTENT)}),
    (
        change(TURN, "clinic_report", "content_sha256"),
        {(Part.REPORTS, Why.CONTENT), (Part.REPORTS, Why.DIGEST), (Part.REPORTS, Why.SEAL)},
    ),
    (
        change(FLIP, "audit_link", "hash", OF_NOTE),
        {(Part.ENTRIES, Why.NOT_IN_AUDIT), (Part.AUDIT, Why.UNLINKED)},
    ),
]


@pytest.fixture
def full(own_store: Any, clinician_a: Person, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    """A file, a note, an answer and a signed version, all of it under a signed checkpoint."""
    monkeypatch.setattr(settings, "WITNESS_FILE", tmp_path / "witness.jsonl")
    monkeypatch.setattr(checkpoints, "AFTER", timedelta(0))
    with second_opinions():
        case = make.case(clinician_a)
        make.note(clinician_a, case)
        answered(clinician_a, case, [make.upload(clinician_a, case, LETTER.encode(), "letter.txt")])
        sign(clinician_a, case)
        checkpoints.keep(name="here", may_sign=True)
        yield case


def proof_of(by: Person, case: Case) -> CaseProof:
    with by.at_work():
        return case_proof.prove(by.actor, access.case(by.actor, case.pk))


def found(proof: CaseProof) -> set[tuple[Part, Why]]:
    return {(fault.part, fault.why) for fault in proof.faults}


def as_superuser(statement: SQL | Composed, case: Case) -> int:
    name = connection.settings_dict["NAME"]
    with psycopg.connect(Embedded(settings.HOME).dsn(SUPERUSER, name)) as superuser:
        superuser.execute("SET session_replication_role = replica")
        return superuser.execute(statement, {"case": case.pk}).rowcount


@pytest.mark.django_db(transaction=True)
def test_case_when_one_byte_of_it_is_changed_then_that_is_named(full: Case, clinician_a: Person, own_store: Any):
    whole = proof_of(clinician_a, full)
    assert (whole.holds, {one.part for one in whole.counts if one.checked}) == (True, set(Part))

    for statement, expected in CHANGES:
        assert as_superuser(statement, full) == 1, statement
        assert found(proof_of(clinician_a, full)) == expected, statement
        as_superuser(statement, full)
        assert proof_of(clinician_a, full).holds, f"{statement}, done twice, changes nothing"


@pytest.mark.django_db(transaction=True)
def test_case_when_an_act_was_written_anew_then_entry_and_audit_do_not_fit(full: Case, clinician_a: Person):
    changed = as_superuser(OTHER_ACT, full)

    assert changed == 1
    assert (Part.ENTRIES, Why.NOT_IN_AUDIT) in found(proof_of(clinician_a, full))


@pytest.mark.django_db
def test_case_when_it_holds_an_answer_that_the_story_does_not_tell_of_then_it_is_verified_too(
    clinician_a: Person, case_a: Case, work_lane: Any
):
    contradicting.compared(clinician_a, case_a, work_lane, contradicting.AT_HOME, contradicting.IN_HOSPITAL)
    make.settle()

    proof = proof_of(clinician_a, case_a)

    assert found(proof) == set()
    assert next(one.checked for one in proof.counts if one.part == Part.ANSWERS) == 5


@pytest.mark.django_db
def test_file_when_a_stored_byte_is_changed_or_all_are_gone_then_said(full: Case, clinician_a: Person, own_store: Any):
    with clinician_a.at_work():
        upload = Upload.objects.get(case=full)

    breaking.flip_a_byte(own_store, upload)
    changed = found(proof_of(clinician_a, full))
    breaking.remove(own_store, upload)

    assert changed == {(Part.FILES, Why.BYTES)}
    assert found(proof_of(clinician_a, full)) == {(Part.FILES, Why.MISSING)}


@pytest.mark.django_db
def test_page_when_a_file_was_changed_then_it_is_named_with_the_way_to_it(
    full: Case, clinician_a: Person, own_store: Any, as_person: Any
):
    browser, address = as_person(clinician_a), f"/cases/{full.pk}/verify/"
    with clinician_a.at_work():
        upload = Upload.objects.get(case=full)
    well = browser.get(address).content.decode()
    breaking.flip_a_byte(own_store, upload)

    page = browser.get(address).content.decode()
    asked = browser.get(address, HTTP_HX_REQUEST="true")

    assert "All as it was written" in well and "Signed versions" in well
    assert "1 thing is not what was written" in page and "its bytes are not those that came" in page
    assert "letter.txt" in page and f"/uploads/{upload.pk}/" in page
    assert "1 thing is not what was written" in asked.headers["HX-Trigger"]


@pytest.mark.django_db
def test_verifying_when_asked_for_then_the_look_at_the_case_is_in_the_audit(full: Case, clinician_a: Person, as_person):
    before = AuditEvent.objects.filter(event="case.read").count()

    as_person(clinician_a).get(f"/cases/{full.pk}/verify/")

    assert AuditEvent.objects.filter(event="case.read").count() == before + 1


@pytest.mark.django_db
def test_verifying_when_the_case_has_many_entries_then_the_database_is_asked_no_more_often(full, clinician_a):
    def asked() -> int:
        make.settle()
        sealing.forget_all()  # a key is remembered for a minute: asked for each time, or never
        with CaptureQueriesContext(connection) as queries:
            assert proof_of(clinician_a, full).holds
        return len(queries)

    few = asked()
    for _number in range(5):
        make.note(clinician_a, full)

    assert asked() == few
