"""The audit as its auditor reads it: her site's events, newest first, who and what, no values."""

import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from clinic import access, audit_search, chain, witness
from clinic.actions import checkpoints
from clinic.authorization.roles import Role
from clinic.checkpoints import Checkpoint
from clinic.embedded.postgres import SUPERUSER, Embedded
from clinic.models import AuditLink, Case
from clinic.views import audit_lists
from tests import make
from tests.make import Person, Staff

HTMX = {"HX-Request": "true", "HX-Target": "audit"}


@pytest.fixture
def auditor(staff_a: Staff) -> Person:
    return staff_a[Role.AUDITOR]


@pytest.fixture
def read(as_person: Any, auditor: Person) -> Any:
    browser: Client = as_person(auditor)

    def of(query: str = "", **how: Any) -> str:
        make.settle()
        return str(browser.get(f"/audit/{query}", **how).content.decode())

    return of


def test_audit_when_read_then_newest_first_with_position_person_event_kind_and_case(read, clinician_a, case_a: Case):
    make.note(clinician_a, case_a, body="Secret words")

    page = read()

    table = page[page.index("<tbody") :]
    assert table.index("Note written") < table.index("Case opened")
    assert re.search(r"Note written.*?Clinician of Northgate.*?Note</td>.*?C-\d+", table, re.DOTALL)
    assert "Secret words" not in page
    positions = [int(re.sub(r"\D", "", place)) for place in re.findall(r'class="num small">([\d\s]+)</td>', table)]
    assert positions == sorted(positions, reverse=True)


def test_audit_when_another_site_has_events_then_nothing_of_them(read, case_a: Case, case_b: Case, clinician_b: Person):
    page = read()

    assert "Clinician of Northgate" in page
    assert "Southmoor" not in page
    assert "No event like this" in read(f"?case={case_b.pk}")


def test_links_when_asked_for_then_of_the_own_site_and_by_auditors_only(
    auditor, staff_b: Staff, case_a, case_b, admin_a
):
    make.settle()

    with auditor.at_work():
        mine = set(AuditLink.objects.visible_to(auditor.actor).values_list("event__site_id", flat=True))
        assert mine == {auditor.site.pk}
        assert not AuditLink.objects.visible_to(admin_a.actor).exists()
        assert not access.case_numbers(admin_a.actor).exists()
        assert list(access.case_numbers(auditor.actor)) == [case_a]


def test_audit_when_read_then_that_is_one_event_without_values(read, auditor: Person, case_a: Case):
    read(f"?case={case_a.pk}&event=case.opened")

    [event] = make.audit_events("audit.read")
    assert (event["actor_id"], event["site"]) == (str(auditor.user.pk), str(auditor.site.pk))
    assert (event["facts"]["count"], event["facts"]["narrowed_by"]) == (1, ["case", "event"])


def test_audit_when_a_person_was_refused_then_it_is_marked(read, as_person, clinician_a: Person):
    as_person(clinician_a).get("/people/")

    page = read("?event=refused")

    assert 'class="chip danger"' in page
    assert "not_allowed" in page


@pytest.mark.parametrize(
    "narrowed",
    [
        "event=case.opened",
        "person={person}",
        "case={case}",
        "since={day}&until={day}",
        "patient={patient}",
        "sort=writes",
    ],
)
def test_audit_when_narrowed_then_what_matches_only(read, clinician_a: Person, case_a: Case, narrowed: str):
    day = timezone.localdate().isoformat()
    words = narrowed.format(person=clinician_a.user.pk, case=case_a.pk, patient=case_a.patient_id, day=day)

    found = read(f"?{words}")

    assert "<td" in found
    assert "Case opened" in found
    assert ("Signed in" in found.partition("<tbody")[2]) is narrowed.startswith(("since", "sort"))
    assert "No event like this" in read("?until=2001-01-01")


@pytest.mark.parametrize(
    "wrong",
    ["case=Ana", "since=31.31.2026", "until=0001-01-01", "event=made.up", "person=nobody", "sort=x", "patient=P-1"],
)
def test_audit_when_a_filter_makes_no_sense_then_it_is_said_and_nothing_is_shown(as_person, auditor, case_a, wrong):
    answer = as_person(auditor).get(f"/audit/?{wrong}")

    assert answer.status_code == 422
    assert b'role="alert"' in answer.content
    assert b"<tbody" not in answer.content


def test_audit_when_it_is_long_then_pages_by_place(read, auditor, monkeypatch, clinician_a: Person, case_a: Case):
    monkeypatch.setattr(audit_lists, "SIZE", 3)
    for number in range(5):
        make.note(clinician_a, case_a, body=f"Note {number}")

    first = read("?event=note.written")
    [onward] = re.findall(r'href="/audit/(\?[^"]*)" rel="next"', first)
    second = read(onward.replace("&amp;", "&"), headers=HTMX)

    assert (first.count(">C-1</a>"), second.count(">C-1</a>")) == (3, 2)
    assert "<html" not in second
    assert 'rel="prev"' in second


def test_audit_when_somebody_signs_in_and_changes_her_language_then_both_are_of_her_site(read, clinician_a: Person):
    browser = Client()
    browser.force_login(clinician_a.user)
    browser.post("/language/", {"language": "es"})

    signed_in, changed = read("?event=session.began"), read("?event=person.changed")

    assert "Person</td>" in signed_in
    assert "Person</td>" in changed


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.AUDITOR, Role.INTEGRATION)])
def test_audit_when_the_role_may_not_then_refused(as_person, staff_a: Staff, role: Role):
    assert as_person(staff_a[role]).get("/audit/").status_code == 403


def test_auditor_when_signed_in_then_starts_at_the_audit(as_person, auditor: Person):
    assert as_person(auditor).get("/")["Location"] == "/audit/"


# --- searching --------------------------------------------------------------------------------------------------------


def search(browser: Client, **typed: str) -> Any:
    return browser.post("/audit/search/", typed)


def test_search_when_numbers_are_typed_then_the_address_holds_ids_only(as_person, auditor, case_a: Case):
    answer = search(as_person(auditor), case=f"c-{case_a.number}", patient=f"P-{case_a.patient.number}", sort="reads")

    address = answer["Location"]
    assert f"case={case_a.pk}" in address and f"patient={case_a.patient_id}" in address and "sort=reads" in address
    assert f"-{case_a.number}&" not in address + "&"


def test_search_when_opened_again_then_what_was_typed_stands_in_the_form(as_person, auditor, case_a: Case):
    browser = as_person(auditor)

    page = browser.get(search(browser, patient=str(case_a.patient.number))["Location"]).content.decode()

    assert f'value="P-{case_a.patient.number}"' in page


@pytest.mark.parametrize("typed", [{"case": "Ana"}, {"patient": "Alder"}, {"case": "C-7999"}, {"since": "31.31.2026"}])
def test_search_when_what_is_typed_makes_no_sense_then_it_is_said_at_its_field(as_person, auditor, typed):
    answer = search(as_person(auditor), **typed)

    assert answer.status_code == 422
    assert b"invalid-feedback" in answer.content
    assert b"<tbody" not in answer.content


def test_search_when_a_number_is_of_another_site_only_then_nothing_is_told_of_it(
    as_person, auditor, clinician_b: Person
):
    for _ in range(3):
        foreign = make.case(clinician_b)

    assert search(as_person(auditor), case=f"C-{foreign.number}").status_code == 422


def test_patient_when_searched_for_then_lists_that_showed_her_are_found_too(read, as_person, clinician_a, case_a: Case):
    as_person(clinician_a).get("/api/v1/patients")

    assert "List of patients read" in read(f"?patient={case_a.patient_id}")


# --- one event --------------------------------------------------------------------------------------------------------


@pytest.fixture
def witness_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "WITNESS_FILE", tmp_path / "audit.jsonl")
    monkeypatch.setattr(checkpoints, "AFTER", timedelta(0))
    return tmp_path / "audit.jsonl"


def event_page(as_person, auditor: Person, case: Case) -> str:
    make.settle()
    checkpoints.keep(name="here", may_sign=True)
    event = AuditLink.objects.get(event__event="case.opened", event__case_id=case.pk).event_id
    return str(as_person(auditor).get(f"/audit/events/{event}/").content.decode())


def test_event_when_witnessed_then_every_step_of_its_proof_holds(as_person, auditor, case_a: Case, witness_file: Path):
    page = event_page(as_person, auditor, case_a)

    assert "Unchanged since it was written." in page
    assert page.count('class="stage done"') == 5
    assert "question" in page  # the name of the field
    assert case_a.question not in page
    assert f"/audit/cases/{case_a.pk}/" in page


def test_event_when_nobody_witnessed_it_yet_then_it_says_so(as_person, auditor, case_a: Case, monkeypatch, tmp_path):
    monkeypatch.setattr(settings, "WITNESS_FILE", tmp_path)

    page = event_page(as_person, auditor, case_a)

    assert "Holds so far" in page


def test_event_when_the_witness_says_otherwise_then_it_does_not_hold(
    as_person, auditor, case_a: Case, witness_file: Path
):
    event_page(as_person, auditor, case_a)
    first = next(iter(witness.file().after(0)))
    forged = Checkpoint.over([b"x" * 32] * (first.seq - first.first + 1), after=None, at=first.at)
    witness_file.write_text(f"{forged.line}\n")

    event = AuditLink.objects.get(event__event="case.opened", event__case_id=case_a.pk).event_id
    page = as_person(auditor).get(f"/audit/events/{event}/").content.decode()

    assert "Does not hold" in page


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_event_when_the_owner_changed_it_then_it_does_not_hold(as_person, auditor, clinician_a: Person):
    case = make.case(clinician_a)
    event = AuditLink.objects.get(event__event="case.opened", event__case_id=case.pk)
    with psycopg.connect(Embedded(settings.HOME).dsn(SUPERUSER, connection.settings_dict["NAME"])) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("UPDATE audit_event SET body = replace(body, 'Clinician', 'Somebody') WHERE id = %s",
                          [event.event_id])  # fmt: skip

    page = as_person(auditor).get(f"/audit/events/{event.event_id}/").content.decode()

    assert "Does not hold" in page
    assert "Does not match" in as_person(auditor).get("/audit/").content.decode()


def test_event_when_of_another_site_then_not_there(as_person, auditor, case_b: Case):
    make.settle()
    event = AuditLink.objects.get(event__event="case.opened", event__case_id=case_b.pk).event_id

    assert as_person(auditor).get(f"/audit/events/{event}/").status_code == 404


# --- who looked at a case ---------------------------------------------------------------------------------------------


def test_readers_when_asked_for_then_everybody_who_was_shown_it_and_nobody_else(
    as_person, auditor, staff_a: Staff, case_a: Case
):
    other = make.case(staff_a[Role.CLINICIAN])
    reading, listing = staff_a[Role.CLINICIAN], staff_a[Role.RADIOLOGIST]
    for _ in range(2):
        as_person(reading).get(f"/cases/{case_a.pk}/")
    as_person(listing).get("/cases/?show=all")
    as_person(staff_a[Role.REVIEWER]).get(f"/cases/{other.pk}/")
    make.settle()

    page = as_person(auditor).get(f"/audit/cases/{case_a.pk}/").content.decode()
    found = {reader.name: (reader.times, reader.in_lists) for reader in audit_search.readers(case_a)}

    assert found == {reading.user.name: (2, 0), listing.user.name: (0, 1)}
    assert reading.user.name in page and listing.user.name in page
    assert staff_a[Role.REVIEWER].user.name not in page


def test_readers_when_the_case_is_of_another_site_then_not_there(as_person, auditor, case_b: Case):
    assert as_person(auditor).get(f"/audit/cases/{case_b.pk}/").status_code == 404


# --- all of it --------------------------------------------------------------------------------------------------------


def test_proof_when_opened_then_it_says_how_it_stands_and_what_it_does_not_prove(
    as_person, auditor, case_a: Case, witness_file: Path
):
    make.settle()
    checkpoints.keep(name="here", may_sign=True)

    page = as_person(auditor).get("/audit/proof/").content.decode()

    assert "What this does not prove" in page and "the signing key was never copied" in page
    assert str(witness_file) in page
    assert "here: Up to date" in page


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_verify_all_when_asked_for_then_the_verdict_and_an_event(as_person, auditor, case_a: Case, witness_file: Path):
    page = as_person(auditor).post("/audit/proof/verify/").content.decode()

    assert "It holds" in page
    [event] = make.audit_events("audit.verified")
    assert (event["facts"]["holds"], event["facts"]["broken_at"]) == (True, None)


def test_verify_all_when_somebody_is_at_it_then_not_twice_at_once(as_person, auditor, monkeypatch):
    def again(_lines: object) -> None:
        assert as_person(auditor).post("/audit/proof/verify/").status_code == 429
        raise OperationalError

    browser = as_person(auditor)
    browser.raise_request_exception = False
    monkeypatch.setattr(chain, "verify", again)

    assert browser.post("/audit/proof/verify/").status_code == 503
    monkeypatch.undo()
    assert as_person(auditor).post("/audit/proof/verify/").status_code == 200


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_export_when_taken_then_it_verifies_elsewhere_and_is_an_event(
    as_person, auditor, case_a: Case, case_b: Case, witness_file: Path, tmp_path: Path
):
    checkpoints.keep(name="here", may_sign=True)
    browser = as_person(auditor)

    answer = browser.post("/audit/export/")
    (tmp_path / "export").write_bytes(b"".join(answer.streaming_content))
    (tmp_path / "keys").write_bytes(browser.get("/audit/keys/").content)
    (tmp_path / "tool.py").write_bytes(b"".join(browser.get("/audit/verifier/").streaming_content))
    done = subprocess.run([sys.executable, "-I", tmp_path / "tool.py", tmp_path / "export", "--witness", witness_file,
                           "--keys", tmp_path / "keys"], capture_output=True, text=True, check=False)  # fmt: skip

    assert done.returncode == 0, done.stdout
    assert "Southmoor" not in (tmp_path / "export").read_text()
    assert len(make.audit_events("audit.exported")) == 1


def test_export_when_the_sign_in_is_old_then_a_password_is_asked_for_first(as_person, auditor: Person):
    with_password = make.person(auditor.site, Role.AUDITOR, password="granite-lantern-52")

    answer = as_person(with_password).post("/audit/export/")

    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    assert make.audit_events("audit.exported") == []
