"""Films to learn from: with the consent of reader and patient, for readers only, with nobody's name on them."""

import pytest
from django.test import Client

from clinic.actions import consents
from clinic.authorization.roles import Role
from clinic.models import Purpose
from radiology import teaching
from radiology.actions import reads
from radiology.models import FilmVerdict
from tests import make
from tests.integration.radiology.reading import answered, film, look_for_text
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(staff_a: Staff) -> Person:
    return staff_a[Role.RADIOLOGIST]


def differed(by: Person, *, is_for_teaching: bool = True, agrees: bool | None = True) -> FilmVerdict:
    case = make.case(by)
    found = film(by, case)
    answered(by, found)
    look_for_text(by, found)
    with by.at_work():
        if agrees is not None:
            consents.record(by=by.actor, case=case, purpose=Purpose.TEACHING, is_given=agrees)
        reads.take(by=by.actor, film=found)
        reads.seal(by=by.actor, film=found, impression="viral", certainty="sure")
        return reads.conclude(by=by.actor, film=found, stance="disagrees", reason="overlap",
                              is_for_teaching=is_for_teaching)  # fmt: skip


def test_film_is_shown_where_reader_and_patient_agree(reader: Person):
    verdict = differed(reader)

    with reader.at_work():
        assert [one.verdict for one in teaching.lessons(reader.actor)] == [verdict.pk]


@pytest.mark.parametrize(("is_for_teaching", "agrees"), [(False, True), (True, False), (True, None)])
def test_film_is_not_shown_where_one_of_them_does_not(reader: Person, is_for_teaching, agrees):
    differed(reader, is_for_teaching=is_for_teaching, agrees=agrees)

    with reader.at_work():
        assert teaching.lessons(reader.actor) == []


def test_film_leaves_the_list_when_the_patient_withdraws(reader: Person, as_person):
    verdict = differed(reader)
    with reader.at_work():
        consents.record(by=reader.actor, case=verdict.read.film.case, purpose=Purpose.TEACHING, is_given=False)

        assert teaching.lessons(reader.actor) == []
    assert as_person(reader).get(f"/films/learning/{verdict.pk}/picture.png").status_code == 404


def test_page_and_picture_name_neither_patient_nor_reader(reader: Person, as_person):
    verdict = differed(reader)
    browser: Client = as_person(reader)

    page = browser.get("/films/learning/").content.decode().partition("<main")[2]
    picture = browser.get(f"/films/learning/{verdict.pk}/picture.png")

    assert "Viral pattern" in page and verdict.read.film.case.reference not in page
    assert reader.user.name not in page
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")


def test_leads_and_clinicians_do_not_see_them(reader: Person, staff_a: Staff, as_person):
    verdict = differed(reader)

    for role in (Role.LEAD, Role.CLINICIAN, Role.ENGINEER):
        browser = as_person(staff_a[role])
        assert browser.get("/films/learning/").status_code == 403
        assert browser.get(f"/films/learning/{verdict.pk}/picture.png").status_code == 403


def test_figures_are_seen_by_readers_and_the_lead_only(reader: Person, staff_a: Staff, as_person):
    differed(reader)

    assert reader.user.name in as_person(staff_a[Role.LEAD]).get("/films/figures/").content.decode()
    assert "film 1" not in as_person(staff_a[Role.LEAD]).get("/films/figures/").content.decode()
    assert as_person(reader).get("/films/figures/").status_code == 200
    assert as_person(staff_a[Role.CLINICIAN]).get("/films/figures/").status_code == 403
