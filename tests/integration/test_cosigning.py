"""A second person signs a version: only who was asked, having just proved who she is; it stands under it wherever it
goes."""

import json
from collections.abc import Iterable
from datetime import timedelta

import psycopg
import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from clinic import cosigning, report_proof
from clinic.actions import cosigning as acts
from clinic.authorization.roles import Role
from clinic.embedded.postgres import Embedded
from clinic.errors import Code, Refusal
from clinic.models import Case, CoSignature, Entry, EntryKind, NoticeKind, Notification, Report
from clinic.report_pdf import pdf_of
from tests import make
from tests.integration.export.leaving import of_kind, said_of, taken, unpacked
from tests.make import Person, Staff
from tests.signing import prove, sign
from tests.telling import told_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(staff_a: Staff) -> Person:
    return staff_a[Role.RADIOLOGIST]


@pytest.fixture
def asked(clinician_a: Person, second: Person, case_a: Case) -> CoSignature:
    report = sign(clinician_a, case_a)
    with clinician_a.at_work():
        return acts.ask(by=clinician_a.actor, report=Report.objects.select_related("case").get(pk=report.pk),
                        whom=second.user)  # fmt: skip


def cosigned(by: Person, row: CoSignature) -> CoSignature:
    with by.at_work():
        fresh = CoSignature.objects.select_related("report__case").get(pk=row.pk)
        return acts.sign(by=by.actor, cosignature=fresh, confirmed_at=timezone.now())


def test_version_when_signed_by_a_second_person_then_her_seal_holds_and_all_is_told(clinician_a, second, case_a, asked):
    with clinician_a.at_work():
        assert Notification.objects.get(person=second.user).kind == NoticeKind.COSIGN

    row = cosigned(second, asked)

    with clinician_a.at_work():
        report = Report.objects.select_related("case__patient").get(pk=row.report_id)
        assert cosigning.holds(row) and all(finding.holds for finding in report_proof.verify(report))
        kinds = list(Entry.objects.filter(case=case_a).order_by("at").values_list("kind", flat=True))
        paper = pdf_of(report, [row])
    assert kinds[-2:] == [EntryKind.COSIGN_ASKED, EntryKind.COSIGNED] and paper.startswith(b"%PDF")
    [event] = make.audit_events("report.cosigned", case_id=case_a.pk)
    assert event["facts"]["content_sha256"] == report.content_sha256


def test_seal_when_of_another_person_or_time_then_it_does_not_hold(clinician_a, second, case_a, asked):
    row = cosigned(second, asked)
    row.answered_at = timezone.now() + timedelta(seconds=1)

    assert not cosigning.holds(row)


def test_case_when_it_leaves_then_the_second_signature_goes_along_and_is_checked(clinician_a, second, case_a, asked,
                                                                                own_store):  # fmt: skip
    cosigned(second, asked)

    _made, data = taken(clinician_a, case_a)

    found = unpacked(data)
    [told] = json.loads(found["manifest.json"])["reports"]
    assert [one["name"] for one in told["cosigned"]] == [second.user.name] and "HOLDS" in said_of(data)
    bundle = json.loads(found["fhir/bundle.json"])
    [seals] = [one["signature"] for one in of_kind(bundle, "Provenance") if "signature" in one]
    assert len(seals) == 2


def test_signing_when_not_asked_or_not_proved_or_twice_then_refused(clinician_a, second, asked):
    with second.at_work():
        fresh = CoSignature.objects.select_related("report__case").get(pk=asked.pk)
        with pytest.raises(Refusal) as refused:
            acts.sign(by=second.actor, cosignature=fresh, confirmed_at=timezone.now() - timedelta(minutes=6))
        assert refused.value.code == Code.STEP_UP_NEEDED
    with clinician_a.at_work(), pytest.raises(Refusal) as refused:
        acts.sign(by=clinician_a.actor, cosignature=fresh, confirmed_at=timezone.now())
    assert refused.value.code == Code.NOT_FOUND
    cosigned(second, asked)
    with pytest.raises(Refusal) as refused:
        cosigned(second, asked)
    assert refused.value.code == Code.ALREADY_DECIDED


TAMPERING = {
    "her answer": "UPDATE clinic_cosignature SET state = 'declined'",
    "her seal": "UPDATE clinic_cosignature SET signature = '\\x00'",
    "whose it is": "UPDATE clinic_cosignature SET signer_id = asked_by_id",
    "when": "UPDATE clinic_cosignature SET answered_at = now()",
    "the row": "DELETE FROM clinic_cosignature",
    "all rows": "TRUNCATE clinic_cosignature",
    "what she signed": "UPDATE clinic_report SET body = body",
    "its digest": "UPDATE clinic_report SET content_sha256 = repeat('0', 64)",
    "that there was a version": "DELETE FROM clinic_report",
}


def refused_to_owner(statements: Iterable[str]) -> list[bool]:
    """Each alone, as the owner of the tables, who sees every row while she maintains them."""
    dsn = Embedded(settings.HOME).dsn("rounds_owner", connection.settings_dict["NAME"])
    told = []
    for statement in statements:
        with psycopg.connect(dsn) as owner:
            owner.execute("SELECT set_config('rounds.maintenance', 'on', false)")
            try:
                owner.execute(statement.encode())
                told.append(False)
            except psycopg.errors.InsufficientPrivilege as refused:
                told.append("never changed" in str(refused))
            owner.rollback()
    return told


@pytest.mark.django_db(transaction=True)
def test_signature_when_given_then_not_even_the_owner_changes_it_or_what_it_is_under(clinician_a, second, case_a,
                                                                                       asked):  # fmt: skip
    moved = "UPDATE clinic_cosignature SET signer_id = asked_by_id"
    answered = "UPDATE clinic_cosignature SET state = 'declined', answered_at = now()"
    assert refused_to_owner([moved, answered]) == [True, False]  # asked: it may be answered, and by her alone

    row = cosigned(second, asked)

    assert dict(zip(TAMPERING, refused_to_owner(TAMPERING.values()), strict=True)) == dict.fromkeys(TAMPERING, True)
    with second.at_work():
        for statement in TAMPERING.values():
            with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
    with clinician_a.at_work():
        report = Report.objects.select_related("case__patient").get(pk=row.report_id)
        assert all(finding.holds for finding in report_proof.verify(report))


def test_signature_when_declined_then_it_stays_declined(second, asked):
    with second.at_work():
        fresh = CoSignature.objects.select_related("report__case").get(pk=asked.pk)
        acts.decline(by=second.actor, cosignature=fresh, reason="Not my field.")
        with pytest.raises(ProgrammingError, match="never changed"), transaction.atomic():
            CoSignature.objects.filter(pk=asked.pk).update(state="asked")


def test_version_when_amended_meanwhile_then_nobody_signs_the_old_one(clinician_a, second, case_a, asked):
    sign(clinician_a, case_a, "Seen again.", "A second look")

    with pytest.raises(Refusal) as refused:
        cosigned(second, asked)
    assert refused.value.code == Code.DRAFT_CHANGED


def test_asking_when_of_who_signed_it_or_was_asked_or_may_not_then_refused(clinician_a, second, staff_a, asked):
    people = ((clinician_a, Code.INVALID), (second, Code.ALREADY_EXISTS), (staff_a[Role.REVIEWER], Code.NOT_A_MEMBER))
    for person, code in people:
        with clinician_a.at_work(), pytest.raises(Refusal) as refused:
            report = Report.objects.select_related("case").get(pk=asked.report_id)
            acts.ask(by=clinician_a.actor, report=report, whom=person.user)
        assert refused.value.code == code


def test_pages_when_asked_signed_and_declined_then_they_say_so(as_person, clinician_a, second, case_a):
    report = sign(clinician_a, case_a)
    first, browser = as_person(clinician_a), as_person(second)
    assert "report.cosign_asked" in told_by(
        lambda: first.post(f"/cases/reports/{report.pk}/cosign/", {"whom": str(second.user.pk)})
    )
    with second.at_work():
        row = CoSignature.objects.get(report=report)
    address = f"/cases/reports/cosignatures/{row.pk}/"

    assert "reauthenticate" in prove(browser, ago_s=400).post(address, {"answer": "sign"})["Location"]
    assert browser.post(address, {"answer": "decline", "reason": ""}).status_code == 302
    assert "Sign and seal" in prove(browser).get(address).content.decode()
    assert "report.cosigned" in told_by(lambda: browser.post(address, {"answer": "sign"}))
    assert f"{second.user.name}: signed" in first.get(f"/cases/reports/{report.pk}/").content.decode()
    assert f"{second.user.name} signed version 1 too" in first.get(f"/cases/{case_a.pk}/").content.decode()
    assert first.get(address).status_code == 404


def test_second_signature_when_declined_then_whoever_asked_is_told_why(as_person, clinician_a, second, case_a, asked):
    as_person(second).post(f"/cases/reports/cosignatures/{asked.pk}/", {"answer": "decline", "reason": "Not my field."})

    with clinician_a.at_work():
        assert CoSignature.objects.select_related("report__case").get(pk=asked.pk).reason == "Not my field."
        assert Notification.objects.get(person=clinician_a.user).kind == NoticeKind.COSIGN_ANSWERED
