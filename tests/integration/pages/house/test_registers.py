"""Registers of training, suppliers and risks: added, amended by a new version, ended, never deleted."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from clinic.actions import registers
from clinic.actions.registers import Said
from clinic.authorization.roles import Role
from clinic.compliance.sections import sections
from clinic.errors import Code, Refusal
from clinic.models import Register, RegisterLine
from tests import make
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def line(by: Person, register: Register = Register.RISK, **said) -> RegisterLine:
    told = {"what": "The line to the ward fails", "who": "The head nurse"} | said
    if register == Register.RISK:
        told.setdefault("level", "medium")
    with by.at_work():
        return registers.add(by=by.actor, register=register, said=Said(**told))


def test_line_when_added_on_the_page_then_it_stands_with_a_number_of_its_register(as_person, admin_a: Person):
    line(admin_a, Register.TRAINING)
    browser = as_person(admin_a)

    for what in ("First", "Second"):
        told = {"what": what, "who": "Somebody", "level": "high", "due_on": "2099-01-31"}
        assert browser.post("/registers/risks/", told).status_code == 302

    page = browser.get("/registers/risks/").content.decode()
    assert "R-1" in page and "R-2" in page and "31 Jan 2099" in page
    assert "T-1" in browser.get("/registers/training/").content.decode()
    assert len(make.audit_events("register.added")) == 3


def test_line_when_its_days_do_not_fit_then_said_at_the_field(as_person, admin_a: Person):
    told = {"what": "A", "who": "B", "done_on": "2026-05-02", "due_on": "2026-05-01"}

    response = as_person(admin_a).post("/registers/suppliers/", told)

    assert response.status_code == 422 and "It lies before the other day." in response.content.decode()


def test_line_when_amended_then_a_new_version_holds_and_the_old_words_stay(as_person, admin_a: Person):
    line(admin_a, words="Two lines.")
    browser = as_person(admin_a)

    told = {"what": "Fails at night", "who": "The head nurse", "level": "high", "words": "Three lines.", "seen": "1"}
    assert browser.post("/registers/risks/1/", told).status_code == 302

    page = browser.get("/registers/risks/1/").content.decode()
    assert "Fails at night" in page and "Two lines." in page and "Three lines." in page
    (event,) = make.audit_events("register.amended")
    assert event["fields"] == ["level", "what", "words"] and "night" not in str(event)
    with admin_a.at_work():
        assert RegisterLine.objects.standing().get().version == 2


def test_line_when_somebody_was_quicker_then_refused(admin_a: Person):
    old = line(admin_a)
    with admin_a.at_work():
        registers.amend(by=admin_a.actor, line=old, said=Said(what="Other", who="She", level="low"))
        with pytest.raises(Refusal) as refused:
            registers.amend(by=admin_a.actor, line=old, said=Said(what="Mine", who="He", level="low"))

    assert refused.value.code == Code.ALREADY_DECIDED


def test_line_when_nothing_was_changed_then_no_version_and_no_event(admin_a: Person):
    old = line(admin_a)

    with admin_a.at_work():
        registers.amend(by=admin_a.actor, line=old, said=Said(what=old.what, who=old.who, level=old.level))

        assert RegisterLine.objects.count() == 1
    assert not make.audit_events("register.amended")


def test_line_when_ended_then_out_of_the_list_and_still_there(as_person, admin_a: Person):
    line(admin_a, due_on=TODAY - timedelta(days=1))
    browser = as_person(admin_a)

    assert browser.post("/registers/risks/1/", {"do": "end", "seen": "1"}).status_code == 302

    assert "/registers/risks/1/" not in browser.get("/registers/risks/?show=due").content.decode()
    assert "/registers/risks/1/" in browser.get("/registers/risks/?show=ended").content.decode()
    assert browser.post("/registers/risks/1/", {"do": "end", "seen": "2"}).status_code == 409


def test_line_when_overdue_then_on_the_security_page_with_the_way_to_it(as_person, staff_a: Staff, admin_a: Person):
    line(admin_a, due_on=TODAY - timedelta(days=1))
    line(admin_a, due_on=TODAY)
    auditor = as_person(staff_a[Role.AUDITOR])

    page = auditor.get("/dashboards/security/").content.decode()

    assert '<a href="/registers/risks/?show=due">1<' in page
    assert auditor.get("/registers/risks/?show=due").content.decode().count("data-key-row") == 1


def test_line_when_an_auditor_looks_then_she_reads_and_writes_nothing(as_person, staff_a: Staff, admin_a: Person):
    line(admin_a)
    auditor = as_person(staff_a[Role.AUDITOR])

    assert "Add a line" not in auditor.get("/registers/risks/").content.decode()
    for path, told in (("/registers/risks/", {"what": "A", "who": "B", "level": "low"}), ("/registers/risks/", {}),
                       ("/registers/risks/1/", {"do": "end", "seen": "1"}), ("/registers/risks/1/", {})):  # fmt: skip
        assert auditor.post(path, told).status_code == 403


def test_line_when_of_another_site_then_not_there(as_person, admin_a: Person, admin_b: Person):
    line(admin_a)
    browser = as_person(admin_b)

    assert browser.get("/registers/risks/1/").status_code == 404
    assert "Nothing is written here" in browser.get("/registers/risks/").content.decode()
    assert browser.get("/registers/nothing/").status_code == 404


def test_row_when_somebody_changes_or_removes_it_then_the_database_refuses(admin_a: Person):
    made = line(admin_a)

    with admin_a.at_work():
        for change in (lambda: RegisterLine.objects.filter(pk=made.pk).update(what="x"), made.delete):
            with pytest.raises(ProgrammingError), transaction.atomic():
                change()
        with pytest.raises(IntegrityError), transaction.atomic():  # a training has no level
            RegisterLine.objects.create(site=admin_a.site, register="training", number=9, what="a", who="b",
                                        level="low")  # fmt: skip


def test_notes_when_stored_then_sealed(admin_a: Person):
    line(admin_a, words="The contract lies in the safe.")

    with admin_a.at_work(), connection.cursor() as cursor:
        cursor.execute("SELECT words FROM clinic_registerline")
        assert b"safe" not in bytes(cursor.fetchone()[0])


def test_pack_when_registers_have_lines_then_as_they_stand_without_notes(admin_a: Person):
    line(admin_a, words="The contract lies in the safe.", due_on=TODAY)
    section = next(one for one in sections() if one.name == "registers")

    with admin_a.at_work():
        (row,) = section.rows(admin_a.actor, timezone.now())

    told = dict(zip(section.head, row, strict=True))
    assert (told["line"], told["level"], told["due"], told["is_overdue"]) == ("R-1", "medium", TODAY, False)
    assert "safe" not in str(row)
