"""What documents have to say in the report of their case."""

import pytest

from clinic import report_sections
from clinic.report_sections import Suggestion
from extraction.actions import checking
from extraction.models import FactSheet
from tests import make
from tests.integration.extraction.finding import LETTER, found, keys
from tests.make import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(clinician_a: Person) -> FactSheet:
    made: FactSheet = found(clinician_a, make.case(clinician_a))
    return made


def offered(by: Person, made: FactSheet) -> list[Suggestion]:
    with by.at_work():
        return report_sections.suggestions(by.actor, made.case)


def test_before_anybody_checked_it_is_the_engines_word_and_waits(clinician_a, letter):
    told = offered(clinician_a, letter)

    assert all(one.is_open for one in told) and {str(one.section.title) for one in told} == {"From documents"}
    by_words = {one.claim.text.partition(":")[0]: one.claim for one in told}
    assert "vomiting" in by_words["Absent"].text.lower() and "amoxicillin" in by_words["Medicines"].text.lower()
    first = by_words["Problems"].evidence[0]
    assert LETTER[first.start : first.end] == first.words  # type: ignore[attr-defined]


def test_once_checked_only_what_was_kept_is_said(clinician_a, letter):
    with clinician_a.at_work():
        for key in keys(clinician_a, letter):
            act = checking.accept if key.startswith("medications") else checking.reject
            act(by=clinician_a.actor, sheet=letter, key=key)
        checking.finish(by=clinician_a.actor, sheet=letter)

    told = offered(clinician_a, letter)

    assert [one.claim.text.partition(":")[0] for one in told] == ["Medicines"] and not told[0].is_open
