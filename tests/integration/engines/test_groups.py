"""An engine that is worse for some people than for others is seen to be so."""

from datetime import date

import pytest

from clinic import groups
from clinic.authorization.roles import Role
from clinic.models import Deployment, Sex
from tests import make
from tests.integration.engines.challengers import decided, live, shadow
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def challenger(staff_a: Staff, tmp_path) -> Deployment:
    return shadow(staff_a, tmp_path)


def of(by: Person, sex: Sex, born: int, held: Deployment, *, cases: int, wrong: int) -> None:
    patient = make.patient(by, sex=sex, birth_date=date(born, 1, 1))
    decided(by, make.case(by, of=patient), held, cases=cases, live_wrong=wrong, shadow_wrong=0)


def told(staff: Staff) -> dict[str, list[groups.Group]]:
    by = staff[Role.ENGINEER]
    with by.at_work():
        return {str(kind.title): kind.groups for kind in groups.of_engine(by.actor, live(staff).engine)}


def test_group_for_which_it_is_often_wrong_is_marked(staff_a, clinician_a, challenger):
    with clinician_a.at_work():
        of(clinician_a, Sex.FEMALE, 1950, challenger, cases=120, wrong=60)
        of(clinician_a, Sex.MALE, 2020, challenger, cases=200, wrong=10)

    found = told(staff_a)

    female, male = found["Sex"]
    assert (female.name, female.right.n, round(female.right.value, 2)) == ("Female", 120, 0.5)
    assert female.is_alarming and male.is_alarming and female.apart is not None and female.apart.high < -0.05
    assert [str(group.name) for group in found["Age"]] == ["6 to 17 years", "65 to 79 years"]


def test_groups_alike_are_not_marked(staff_a, clinician_a, challenger):
    with clinician_a.at_work():
        of(clinician_a, Sex.FEMALE, 1950, challenger, cases=150, wrong=10)
        of(clinician_a, Sex.MALE, 1955, challenger, cases=150, wrong=14)

    assert not any(group.is_alarming for group in told(staff_a)["Sex"])


def test_few_decisions_are_called_few_and_raise_no_alarm(staff_a, clinician_a, challenger):
    with clinician_a.at_work():
        of(clinician_a, Sex.FEMALE, 1950, challenger, cases=20, wrong=20)
        of(clinician_a, Sex.MALE, 1950, challenger, cases=200, wrong=0)

    female = told(staff_a)["Sex"][0]

    assert female.right.too_few and not female.is_alarming


def test_group_that_is_the_only_one_is_not_told(staff_a, clinician_a, challenger):
    with clinician_a.at_work():
        of(clinician_a, Sex.FEMALE, 1950, challenger, cases=40, wrong=4)

    assert told(staff_a) == {}


def test_page_of_a_live_engine_shows_the_groups_and_nothing_of_another_site(staff_a, staff_b, clinician_a, clinician_b,
                                                                            as_person, challenger):  # fmt: skip
    with clinician_a.at_work():
        of(clinician_a, Sex.FEMALE, 1950, challenger, cases=120, wrong=60)
        of(clinician_a, Sex.MALE, 1950, challenger, cases=120, wrong=6)

    page = as_person(staff_a[Role.ENGINEER]).get(f"/engines/{live(staff_a).pk}/").content.decode()
    elsewhere = as_person(staff_b[Role.ENGINEER]).get(f"/engines/{live(staff_b).pk}/").content.decode()

    assert "Sex: Female" in page and "differs" in page
    assert "There are not two groups of decided answers yet." in elsewhere
