"""Figures of readers and engines: with n and interval, each reader's own to her and the lead only."""

import pytest

from clinic import live_quality, reader_figures
from clinic.authorization.roles import Role
from clinic.capabilities import capability_named
from clinic.models import ReviewPolicy
from clinic.review_rules import Rules
from tests import make
from tests.integration.reviewing import NAME, SURE, UNSURE, answered, flagged
from tests.integration.reviews.test_decisions import read
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def read_twice(staff_a: Staff, clinician_a: Person) -> None:
    """Ten items, read blind by two: they agree on eight."""
    with clinician_a.at_work():
        rules = Rules(readers=2, is_blind=True).as_json()
        ReviewPolicy.objects.create(site=clinician_a.site, capability=NAME, rules=rules)
    for number in range(10):
        item = flagged(clinician_a, make.case(clinician_a), UNSURE)
        read(staff_a[Role.REVIEWER], item, "routine" if number % 2 else "urgent")
        read(staff_a[Role.RADIOLOGIST], item, "emergency" if number < 2 else "routine" if number % 2 else "urgent")


def test_agreement_when_two_read_blind_then_cohens_kappa_and_ac1_with_intervals(clinician_a, read_twice):
    capability = capability_named(NAME)
    with clinician_a.at_work():
        found = reader_figures.together(capability, reader_figures.reads(clinician_a.site.pk, capability))

    assert found is not None and found.is_of_two and found.items == 10
    agreement = found.agreement
    assert agreement.observed.value == pytest.approx(0.8)
    assert agreement.kappa is not None
    # first: 5 routine, 5 urgent; second: 4 routine, 4 urgent, 2 emergency: chance 0.5*0.4+0.5*0.4 = 0.4
    assert agreement.kappa.value == pytest.approx((0.8 - 0.4) / (1 - 0.4))
    assert agreement.ac1.low < agreement.ac1.value < agreement.ac1.high
    assert agreement.too_few


def test_figures_when_a_reader_looks_then_her_own_line_and_nobody_elses(as_person, staff_a: Staff, read_twice):
    own, other = staff_a[Role.REVIEWER], staff_a[Role.RADIOLOGIST]

    page = as_person(own).get("/review/figures/").content.decode().partition("<main")[2]

    assert own.user.name in page and other.user.name not in page
    assert "Cohen’s kappa" in page and "too few" in page


def test_figures_when_the_lead_looks_then_all_readers_and_pairs(as_person, staff_a: Staff, read_twice):
    page = as_person(staff_a[Role.LEAD]).get("/review/figures/").content.decode().partition("<main")[2]

    for role in (Role.REVIEWER, Role.RADIOLOGIST):
        assert staff_a[role].user.name in page


@pytest.mark.parametrize("role", [Role.ENGINEER, Role.AUDITOR, Role.ADMIN])
def test_figures_when_the_role_is_none_of_both_then_closed(as_person, staff_a: Staff, role: Role):
    assert as_person(staff_a[role]).get("/review/figures/").status_code == 403


def test_quality_when_people_decided_then_coverage_and_accuracy_weighed_by_chance(
    as_person, staff_a: Staff, clinician_a, case_a
):
    """Three flagged: set {routine, urgent}, answer routine. Decided routine, urgent, emergency."""
    for label in ("routine", "urgent", "emergency"):
        read(staff_a[Role.REVIEWER], flagged(clinician_a, case_a, UNSURE), label, note="Because")
    answered(clinician_a, case_a, SURE)
    with clinician_a.at_work():
        (found,) = live_quality.of(clinician_a.site.pk, capability_named(NAME))

    assert found.n == 3
    assert found.coverage is not None and found.accuracy is not None
    assert found.coverage.figure.value == pytest.approx(2 / 3)
    assert found.accuracy.figure.value == pytest.approx(1 / 3)
    assert found.coverage.figure.low < 0.5 < found.coverage.figure.high
    assert "0.67" in as_person(staff_a[Role.LEAD]).get("/review/figures/").content.decode()
