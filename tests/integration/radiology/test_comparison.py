"""A film beside the one before it: sets where they can be compared, the reason where not, nothing before one's own
reading."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from clinic.authorization.roles import Role
from clinic.models import Case
from radiology import comparison
from radiology.actions import reads
from radiology.inference.findings import NORMAL
from radiology.models import Film, ReadState
from tests import make
from tests.integration.radiology.reading import OPENED, answered, film, fresh, refused, say
from tests.make import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(clinician_a: Person):
    with clinician_a.at_work():
        yield clinician_a


@pytest.fixture
def prior(here: Person) -> Film:
    return before(here, make.case(here))


@pytest.fixture
def now(here: Person, prior: Film) -> Film:
    made = film(here, make.case(here, of=prior.case.patient))
    answered(here, made, say(NORMAL, risk="none"))
    return fresh(here, made)


def compared_with_before(actor, found: Film):
    return comparison.of(actor, found, comparison.prior_of(actor, found))


def before(by: Person, case: Case, outcome=OPENED, *, days: int = 3) -> Film:
    made = film(by, case, outcome)
    if not outcome.reasons:
        answered(by, made)
    since = timezone.now() - timedelta(days=days)
    Film.objects.filter(pk=made.pk).update(added_at=since, read_state=ReadState.DONE)
    return fresh(by, made)


def told(by: Person, found: Film) -> list[str]:
    compared = compared_with_before(by.actor, found)
    assert compared is not None
    words = {str(words): code for code, words in comparison.NOT_COMPARABLE.items()}
    return [words[str(one)] for one in compared.reasons]


def test_films_that_can_be_compared_show_both_sets_and_no_number(here, prior, now):
    compared = compared_with_before(here.actor, now)

    assert compared is not None and compared.prior == prior and compared.reasons == ()
    assert [*map(str, compared.then)] == ["Bacterial pattern"]
    assert [*map(str, compared.now)] == ["No pneumonia signal"]
    assert compared.is_apart and compared.share == 20


def test_sets_that_have_something_in_common_are_not_apart(here, prior):
    made = film(here, make.case(here, of=prior.case.patient))
    answered(here, made)

    compared = compared_with_before(here.actor, fresh(here, made))

    assert compared is not None and not compared.is_apart


def test_first_film_of_a_patient_is_compared_with_nothing(here, prior):
    assert compared_with_before(here.actor, prior) is None


def test_film_of_another_patient_is_no_prior(here, prior):
    other = film(here, make.case(here))

    assert compared_with_before(here.actor, fresh(here, other)) is None


def test_latest_of_the_same_view_goes_before_a_later_one_of_another(here, prior, now):
    before(here, make.case(here, of=prior.case.patient), replace(OPENED, view="PA"), days=1)

    compared = compared_with_before(here.actor, now)

    assert compared is not None and compared.prior == prior


@pytest.mark.parametrize(
    ("change", "code"),
    [({"view": "PA"}, "other_view"), ({"is_generated": True}, "generated"),
     ({"read_state": ReadState.WAITING}, "prior_not_read"), ({"chest_run": None}, "no_answer"),
     ({"state": "refused", "gate": {"reasons": ["age_outside_card"]}}, "age_outside_card"),
     ({"state": "refused", "gate": {"reasons": ["cropped"]}}, "refused")],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_films_that_cannot_be_compared_say_why(here, prior, now, change, code):
    Film.objects.filter(pk=prior.pk).update(**change)

    compared = compared_with_before(here.actor, now)

    assert code in told(here, now)
    assert compared is not None and (compared.then, compared.now) == ((), ())


def test_prior_whose_gatekeeper_was_overruled_is_no_measure(here, prior, now):
    Film.objects.filter(pk=prior.pk).update(overridden_by=here.user, state="refused", gate={"reasons": ["rotated"]})

    assert told(here, now) == ["overruled"]


def test_answers_of_two_engines_are_not_compared(here, prior):
    made = film(here, make.case(here, of=prior.case.patient))
    answered(here, made, digest="e" * 64)

    assert told(here, fresh(here, made)) == ["other_engine"]


def test_answer_without_calibration_is_not_compared(here, prior):
    made = film(here, make.case(here, of=prior.case.patient))
    answered(here, made, replace(say(), probabilities=None))

    assert told(here, fresh(here, made)) == ["not_calibrated"]


def test_reader_is_shown_nothing_of_it_before_she_has_sealed(here, prior, now, staff_a):
    reader = staff_a[Role.RADIOLOGIST]

    assert compared_with_before(reader.actor, now) is None
    reads.take(by=reader.actor, film=now)
    reads.seal(by=reader.actor, film=now, impression="viral", certainty="sure")

    assert compared_with_before(reader.actor, now) is not None


def test_page_shows_it_below_the_answer_after_sealing_only(prior, now, staff_a, as_person):
    room, address = as_person(staff_a[Role.RADIOLOGIST]), f"/films/{now.pk}/"
    room.post(f"{address}take/")

    assert "Compared with before" not in room.get(address).content.decode()
    room.post(f"{address}seal/", {"impression": "viral", "certainty": "sure"})
    page = room.get(address).content.decode()

    assert "Compared with before" in page and "up to 20 of 100 patients" in page


def test_film_that_the_gatekeeper_refuses_now_says_so(here, prior):
    made = film(here, make.case(here, of=prior.case.patient), refused("blank"))

    assert told(here, fresh(here, made)) == ["refused", "no_answer"]
