"""What people kept of an engine's facts is how sure it is, kind by kind."""

import pytest

from extraction import experience
from extraction.actions import checking
from extraction.models import FactSheet
from tests import make
from tests.integration.extraction.finding import found, keys
from tests.make import Person

pytestmark = pytest.mark.django_db
DIGEST = "d" * 64


def checked(by: Person, *, rejects: str = "", undone: bool = False) -> FactSheet:
    made: FactSheet = found(by, make.case(by), digest=DIGEST)
    with by.at_work():
        for key in keys(by, made):
            act = checking.reject if rejects and key.startswith(rejects) else checking.accept
            act(by=by.actor, sheet=made, key=key)
        if undone:
            last = checking.undo(by=by.actor, sheet=made)
            checking.accept(by=by.actor, sheet=made, key=last.key)
        checking.finish(by=by.actor, sheet=made)
    return made


def test_share_of_kept_facts_by_kind_with_its_interval(clinician_a):
    for number in range(4):
        checked(clinician_a, rejects="medications" if number == 0 else "", undone=number == 2)

    with clinician_a.at_work():
        told = experience.kept(clinician_a.site.pk, DIGEST)

    assert (told["medications"].value, told["medications"].n) == (0.75, 4) and told["medications"].too_few
    assert told["problems"].value == 1.0 and told["problems"].low < 1.0


def test_what_is_not_finished_and_what_another_engine_said_do_not_count(clinician_a):
    unfinished = found(clinician_a, make.case(clinician_a), digest=DIGEST)
    checked(clinician_a)
    with clinician_a.at_work():
        checking.reject(by=clinician_a.actor, sheet=unfinished, key=keys(clinician_a, unfinished)[0])

        assert experience.kept(clinician_a.site.pk, DIGEST)["problems"].value == 1.0
        assert experience.kept(clinician_a.site.pk, "e" * 64) == {}
        assert experience.kept(clinician_a.site.pk, "") == {}


def test_page_says_how_often_facts_of_a_kind_were_kept_here(clinician_a, as_person):
    for _ in range(30):
        checked(clinician_a, rejects="")
    made: FactSheet = found(clinician_a, make.case(clinician_a), digest=DIGEST)

    page = as_person(clinician_a).get(f"/extraction/{made.pk}/").content.decode()

    assert "people here kept" in page and "1.00" in page and "has not been measured" not in page


def test_what_was_said_before_a_decision_that_was_taken_back_still_counts(clinician_a):
    made: FactSheet = found(clinician_a, make.case(clinician_a), digest=DIGEST)
    with clinician_a.at_work():
        for key in keys(clinician_a, made):
            checking.accept(by=clinician_a.actor, sheet=made, key=key)
        checking.reject(by=clinician_a.actor, sheet=made, key="medications.0")
        checking.undo(by=clinician_a.actor, sheet=made)
        checking.finish(by=clinician_a.actor, sheet=made)

        told = experience.kept(clinician_a.site.pk, DIGEST)

    assert (told["medications"].value, told["medications"].n) == (1.0, 1)
