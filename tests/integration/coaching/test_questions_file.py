"""Questions as a file: taken out here, brought in there, read by somebody else, and the same again."""

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from coaching import asking
from coaching.actions import questions
from coaching.inference import bank
from coaching.models import QuestionState, SiteQuestion
from tests import make
from tests.contract.asking import as_program
from tests.telling import told_by

pytestmark = pytest.mark.django_db
AT = "/coaching/questions/import/"


def body(**changes):
    return asking.told(bank.questions()[0]) | {"id": "our-own"} | changes


def exported(by: make.Person) -> list[dict[str, object]]:
    with by.at_work():
        return [asking.told(one) for one in asking.questions(by.actor)]


def brought(by: make.Person, *bodies: object) -> questions.Brought:
    with by.at_work():
        return questions.bring_in(by=by.actor, told={"questions": list(bodies)})


def refused(by: make.Person, told: Any) -> Refusal:
    with by.at_work(), pytest.raises(Refusal) as caught:
        questions.bring_in(by=by.actor, told=told)
    return caught.value


def published(by: make.Person) -> None:
    with by.at_work():
        for row in SiteQuestion.objects.filter(state=QuestionState.PROPOSED):
            questions.publish(by=by.actor, question=row)


def test_file_when_it_went_from_site_to_site_then_the_same_comes_out(clinician_a, staff_a, clinician_b, staff_b):
    brought(clinician_a, body(), body(id="another", difficulty=3))
    published(staff_a[Role.LEAD])
    file = exported(clinician_a)

    found = brought(clinician_b, *file)
    before = exported(clinician_b)
    published(staff_b[Role.LEAD])

    assert (len(found.proposed), len(found.here)) == (2, len(bank.questions()))
    assert len(before) == len(bank.questions())
    assert exported(clinician_b) == file and len(file) == len(bank.questions()) + 2


def test_file_when_brought_in_twice_then_nothing_is_there_twice_and_a_change_is_the_next_version(clinician_a):
    brought(clinician_a, body())

    again = brought(clinician_a, body())
    changed = brought(clinician_a, body(difficulty=3))

    assert (again.proposed, again.here) == ((), ("our-own",))
    assert [row.version for row in changed.proposed] == [2]


def test_file_when_it_is_longer_then_the_database_is_not_asked_more_often(clinician_a):
    def asked(count: int) -> int:
        with clinician_a.at_work(), CaptureQueriesContext(connection) as seen:
            bodies = [body(id=f"ours-{number}", difficulty=1 + count % 3) for number in range(count)]
            questions.bring_in(by=clinician_a.actor, told={"questions": bodies})
        return len(seen)

    assert asked(2) == asked(21)


def test_who_brought_a_question_in_cannot_publish_it(clinician_a):
    (row,) = brought(clinician_a, body()).proposed

    with clinician_a.at_work(), pytest.raises(Refusal) as caught:
        questions.publish(by=clinician_a.actor, question=row)

    assert caught.value.code == Code.SECOND_PERSON_NEEDED


def test_file_when_one_question_is_unfit_then_nothing_is_taken_and_each_fault_has_its_place(clinician_a):
    of_the_bank = body(id=bank.questions()[0].id, roles=["nurse"])
    faulty = [body(), body(id="Bad Id"), body(id="level", difficulty=7), body(), of_the_bank, "no question"]

    why = refused(clinician_a, {"questions": faulty})

    assert why.code == Code.INVALID
    assert [fault.partition(":")[0] for fault in why.fields["questions"]] == [
        f"questions[{n}]" for n in (1, 2, 3, 4, 5)
    ]
    with clinician_a.at_work():
        assert not SiteQuestion.objects.exists()


@pytest.mark.parametrize("told", [{}, {"questions": []}, {"questions": {}}, {"questions": [{}], "more": 1},
                                  {"questions": [{}] * 501}])  # fmt: skip
def test_what_is_no_file_of_questions_is_refused(clinician_a, told):
    assert refused(clinician_a, told).code == Code.INVALID


def sent(browser, data: bytes):
    return browser.post(AT, {"file": SimpleUploadedFile("questions.json", data, "application/json")})


def test_page_when_a_file_is_chosen_then_its_questions_wait_to_be_read(as_person, clinician_a, staff_a):
    browser = as_person(clinician_a)
    file = json.dumps({"questions": [body(), asking.told(bank.questions()[0])]}).encode()
    assert browser.get(AT).status_code == 200

    assert told_by(lambda: sent(browser, file)) == ["coaching.questions_brought_in"]
    page = browser.get("/coaching/questions/").content.decode()

    assert "1 proposed, 1 were here already." in page and "our-own" in page
    with clinician_a.at_work():
        row = SiteQuestion.objects.get()
    decided = as_person(staff_a[Role.LEAD]).post(f"/coaching/questions/{row.pk}/decide/", {"act": "publish"})
    assert decided.status_code == 302
    assert "our-own" in {one["id"] for one in browser.get("/coaching/questions/export/").json()["questions"]}


UNKNOWN = "The content of the"  # file is not what its name says: refused at the door
FAULTS = {
    b"no json": UNKNOWN,
    b'{"questions": [}': UNKNOWN,
    b"[]": "A list named `questions` is wanted, and nothing else.",
    b"[" * 5_000: UNKNOWN,
    b'{"questions": [{"id": "x"}]}': "questions[0]:",
    b"\xff\xfe": UNKNOWN,
}


@pytest.mark.parametrize("data", FAULTS, ids=lambda data: repr(data[:12]))
def test_page_when_the_file_is_none_then_it_says_why_at_the_field(as_person, clinician_a, data):
    answer = sent(as_person(clinician_a), data)

    assert answer.status_code == 422
    [said] = re.findall(r'class="invalid-feedback[^>]*>(.*?)</div>', answer.content.decode(), re.DOTALL)
    assert FAULTS[data] in said


@pytest.mark.parametrize("data", [b"no json", json.dumps({"questions": []}).encode()])
def test_page_when_files_come_under_any_name_then_none_of_them_stays(as_person, clinician_a, own_store, data):
    more = SimpleUploadedFile("more.json", b"{}", "application/json")
    file = SimpleUploadedFile("questions.json", data, "application/json")

    as_person(clinician_a).post(AT, {"file": file, "nobody-asks-for-it": more})

    assert list(own_store.list()) == []


def test_program_brings_in_what_another_took_out(clinician_a, clinician_b, staff_a):
    brought(clinician_a, body())
    published(staff_a[Role.LEAD])
    file = as_program(clinician_a).get("coaching/questions/export").json()

    answer = as_program(clinician_b).post("coaching/questions/import", file)

    assert [row["code"] for row in answer.json()["proposed"]] == ["our-own"]
    assert len(answer.json()["here"]) == len(bank.questions())
