"""A document that is a copy of an earlier one says so, within its site only."""

from typing import Any

import pytest

from classify import copies, kinds
from classify.models import TextPrint
from clinic.models import Case
from tests import make
from tests.integration.classify.sorting import document, finish, fresh, read, say
from tests.make import Person

pytestmark = pytest.mark.django_db

NOTE = " ".join(f"Finding {number} of the left heart and lung was looked for and not seen." for number in range(20))
OTHER = " ".join(
    f"Question {number} about the stay abroad was asked at the desk by the family." for number in range(20)
)


@pytest.fixture
def case(clinician_a: Person) -> Case:
    return make.case(clinician_a)


def looked_at(by: Person, case: Case, text: str, name: str) -> Any:
    found = document(by, case, text, name)
    read(by, text)
    with by.at_work():
        seen = copies.look(found, text)
    finish(by, kinds.ROUTE, say(document=found, seen=seen))
    return fresh(by, found)


def test_copy_with_changes_names_the_earlier_document_and_how_much_of_it_stands_there(clinician_a, case):
    first = looked_at(clinician_a, case, NOTE, "first.txt")
    second = looked_at(
        clinician_a, make.case(clinician_a), NOTE.replace("Finding 7", "Sign 7") + " Seen.", "second.txt"
    )
    other = looked_at(clinician_a, case, OTHER, "other.txt")

    assert first.copy_of_id is None and other.copy_of_id is None
    assert second.copy_of_id == first.pk
    assert second.copy_share is not None and second.copy_share > 0.8


def test_document_sorted_again_is_no_copy_of_itself_or_of_a_later_one(clinician_a, case):
    first = looked_at(clinician_a, case, NOTE, "first.txt")
    looked_at(clinician_a, case, f"{NOTE} Seen.", "second.txt")

    with clinician_a.at_work():
        assert copies.look(first, NOTE).copy_of is None
        assert TextPrint.objects.count() == 2


def test_copy_at_another_site_is_not_known(clinician_a, clinician_b, case):
    looked_at(clinician_a, case, NOTE, "first.txt")
    theirs = looked_at(clinician_b, make.case(clinician_b), NOTE, "theirs.txt")

    assert theirs.copy_of_id is None
    with clinician_a.at_work():
        [ours] = TextPrint.objects.all()
    with clinician_b.at_work():
        [other] = TextPrint.objects.all()
    assert not set(ours.bands) & set(other.bands)
