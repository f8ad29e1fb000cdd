"""Reading films: first alone and sealed, then beside the engine; nothing of the answer shows before."""

from datetime import timedelta

import pytest
from django.db import InternalError, ProgrammingError, transaction
from django.utils import timezone

from clinic import access, concealment
from clinic.actions import runs
from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.models import AuditEvent, Result, ReviewItem, Run
from radiology import kinds
from radiology.actions import films, reads
from radiology.inference.findings import BACTERIAL_PNEUMONIA, NORMAL
from radiology.models import BlindRule, Film, FilmRead, FilmState, Impression, ReadingPolicy, ReadState, Stance
from radiology.worklist import TO_READ, films_of, in_order
from tests import make
from tests.integration.radiology.reading import answered, film, fresh, map_tested, refused, say
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(staff_a: Staff) -> Person:
    return staff_a[Role.RADIOLOGIST]


@pytest.fixture
def here(reader: Person):
    with reader.at_work():
        yield reader


@pytest.fixture
def case(clinician_a: Person):
    return make.case(clinician_a)


@pytest.fixture
def taken(here: Person, case) -> Film:
    """Opened, answered, in the reader's hands."""
    found = film(here, case)
    answered(here, found)
    reads.take(by=here.actor, film=found)
    return fresh(here, found)


def refusal_of(act) -> Refusal:
    with pytest.raises(Refusal) as refused_with:
        act()
    return refused_with.value


def seal(by: Person, found: Film, impression: str = Impression.BACTERIAL, **more) -> FilmRead:
    return reads.seal(by=by.actor, film=found, impression=impression, certainty="fairly", **more)


def conclude(by: Person, found: Film, stance: str = Stance.AGREES, **more):
    return reads.conclude(by=by.actor, film=found, stance=stance, **more)


# --- on its way -------------------------------------------------------------------------------------------------------


def test_film_when_opened_and_fit_then_the_engine_is_asked_by_itself(here, case):
    found = film(here, case)

    assert (found.state, found.rows, found.view) == (FilmState.READY, 64, "AP")
    assert Run.objects.filter(case=case, kind=kinds.CHEST, state="queued").count() == 1


def test_film_when_refused_by_the_gatekeeper_then_no_engine_is_asked_and_it_can_still_be_read(here, case):
    found = film(here, case, refused("not_chest_film"))

    assert found.state == FilmState.REFUSED
    assert not Run.objects.filter(case=case, kind=kinds.CHEST).exists()
    reads.take(by=here.actor, film=found)
    seal(here, found)
    assert conclude(here, found, Stance.ALONE).stance == Stance.ALONE


@pytest.mark.hazard("H05")
def test_film_of_a_patient_outside_the_ages_of_the_card_is_not_given_to_the_engine(here, clinician_a):
    old = make.case(clinician_a)
    type(old).objects.filter(pk=old.pk).update(age_years=8)

    found = film(here, old)

    assert (found.state, found.reasons) == (FilmState.REFUSED, ["age_outside_card"])
    assert not Run.objects.filter(case=old, kind=kinds.CHEST).exists()


def test_gatekeeper_when_overruled_then_a_reason_is_needed_and_the_film_is_marked(here, case):
    found = film(here, case, refused("rotated"))

    assert "reason" in refusal_of(lambda: films.overrule(by=here.actor, film=found, reason="  no ")).fields
    marked = films.overrule(by=here.actor, film=found, reason="Seen upright at the workstation.")

    assert marked.is_overridden
    assert Run.objects.filter(case=case, kind=kinds.CHEST, state="queued").count() == 1
    again = refusal_of(lambda: films.overrule(by=here.actor, film=found, reason="Seen upright once more."))
    assert again.code == Code.ALREADY_DECIDED


def test_film_when_put_upright_then_it_is_opened_anew_and_what_was_asked_before_is_dropped(here, case):
    found = film(here, case, refused("inverted", is_inverted=True))

    turned = films.put_upright(by=here.actor, film=found, quarter_turns=5, is_inverted=True)

    assert (turned.quarter_turns, turned.is_inverted, turned.state) == (1, True, FilmState.OPENING)
    asked = Run.objects.get(case=case, kind=kinds.OPEN, state="queued")
    assert asked.params == {"quarter_turns": 1, "is_inverted": True}


def test_film_once_read_is_not_turned_any_more(taken, here):
    seal(here, taken)

    turned = refusal_of(lambda: films.put_upright(by=here.actor, film=taken, quarter_turns=1, is_inverted=False))
    assert turned.code == Code.READ_ALREADY


# --- in order ---------------------------------------------------------------------------------------------------------


def test_worklist_puts_a_signal_first_but_what_has_waited_too_long_before_it(here, clinician_a):
    found = []
    for answer in (say(NORMAL, risk="none"), say(risk="high"), say(NORMAL, risk="none")):
        one = film(here, make.case(clinician_a))
        answered(here, one, answer)
        found.append(one)
    calm, pressing, old = found
    Film.objects.filter(pk=old.pk).update(added_at=timezone.now() - timedelta(hours=3))

    ordered = in_order(films_of(here.actor, TO_READ), ReadingPolicy())

    mine = [one.pk for one in ordered if one.pk in {each.pk for each in found}]
    assert mine == [old.pk, pressing.pk, calm.pk]


# --- in hand ----------------------------------------------------------------------------------------------------------


def test_film_in_one_hand_is_not_given_to_another_until_the_lock_has_run_out(taken, here, staff_a):
    other = second_reader(staff_a)

    assert refusal_of(lambda: reads.take(by=other.actor, film=taken)).code == Code.CLAIMED_BY_OTHER
    assert refusal_of(lambda: seal(other, taken)).code == Code.CLAIMED_BY_OTHER
    Film.objects.filter(pk=taken.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))
    reads.take(by=other.actor, film=taken)
    assert refusal_of(lambda: seal(here, taken)).code == Code.CLAIMED_BY_OTHER


def test_film_is_read_by_radiologists_only(taken, clinician_a, staff_a):
    for role in (Role.CLINICIAN, Role.REVIEWER, Role.ENGINEER):
        person = staff_a[role]
        assert refusal_of(lambda person=person: reads.take(by=person.actor, film=taken)).code == Code.NOT_ALLOWED
        assert refusal_of(lambda person=person: seal(person, taken)).code == Code.NOT_ALLOWED


def second_reader(staff_a: Staff) -> Person:
    """Another person who may read films: the reviewer of this site, as a radiologist."""
    one = staff_a[Role.REVIEWER]
    return Person(one.user, one.site, Role.RADIOLOGIST)


# --- blind first ------------------------------------------------------------------------------------------------------


def test_answer_is_hidden_from_the_reader_until_she_has_sealed_and_not_from_others(taken, here, clinician_a):
    result = Result.objects.get(run=taken.chest_run_id)

    assert concealment.is_concealed(result, here.actor)
    assert refusal_of(lambda: access.result(here.actor, result.run_id)).code == Code.READ_FIRST
    assert not concealment.is_concealed(result, clinician_a.actor)
    seal(here, taken)
    assert not concealment.is_concealed(result, here.actor)


def test_reading_when_sealed_stands_in_the_audit_before_the_answer_opens(taken, here):
    read = seal(
        here,
        taken,
        findings="Opacity right lower zone.",
        regions=[{"left": 0.1, "top": 0.5, "width": 0.2, "height": 0.2}],
    )

    event = AuditEvent.objects.get(pk=read.audit_event_id)
    assert event.event == "film.read_sealed"
    assert '"impression":"bacterial"' in event.body and "Opacity" not in event.body
    assert read.was_blind and read.position == 1


def test_reading_is_never_changed_not_even_by_sql(taken, here):
    read = seal(here, taken)

    for change in (lambda: FilmRead.objects.filter(pk=read.pk).update(impression="viral"), read.delete):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"impression": "tumour"}, "impression"), ({"certainty": "very"}, "certainty"),
     ({"regions": [{"left": 0.9, "top": 0, "width": 0.5, "height": 0.5}]}, "regions"),
     ({"regions": [{"left": "x"}]}, "regions"), ({"regions": [{}] * 11}, "regions")],
)  # fmt: skip
def test_reading_that_makes_no_sense_is_refused_by_field(taken, here, wrong, field):
    told = {"impression": "viral", "certainty": "sure"} | wrong

    assert field in refusal_of(lambda: reads.seal(by=here.actor, film=taken, **told)).fields
    assert not FilmRead.objects.filter(film=taken).exists()


def test_nobody_reads_a_film_twice(taken, here):
    seal(here, taken)

    assert refusal_of(lambda: seal(here, taken)).code == Code.READ_ALREADY


def test_rule_off_shows_the_answer_at_once_and_the_reading_says_so(here, case):
    ReadingPolicy.objects.create(site=here.site, blind=BlindRule.OFF)
    found = film(here, case)
    result = answered(here, found)

    assert not concealment.is_concealed(result, here.actor)
    reads.take(by=here.actor, film=found)
    assert not seal(here, found).was_blind


# --- the last word ----------------------------------------------------------------------------------------------------


def test_last_word_when_it_agrees_then_film_and_review_are_settled(taken, here):
    seal(here, taken)

    verdict = conclude(here, taken)

    assert (verdict.impression, verdict.stance, verdict.engine_label) == ("bacterial", "agrees", BACTERIAL_PNEUMONIA)
    assert fresh(here, taken).read_state == (ReadState.SECOND if taken.needs_second else ReadState.DONE)


def test_last_word_settles_the_item_of_the_review_queue(here, case):
    found = film(here, case)
    result = answered(here, found, say(sure=0.6, risk="indeterminate"))
    assert ReviewItem.objects.get(run=result.run).state == "waiting"
    reads.take(by=here.actor, film=found)
    seal(here, found)

    conclude(here, found)

    item = ReviewItem.objects.get(run=result.run)
    assert (item.state, item.decided_label) == ("decided", BACTERIAL_PNEUMONIA)


@pytest.mark.parametrize(
    ("first", "stance", "more", "field"),
    [
        (Impression.VIRAL, Stance.AGREES, {}, "stance"),
        (Impression.BACTERIAL, Stance.DISAGREES, {"reason": "overlap"}, "stance"),
        (Impression.BACTERIAL, Stance.ALONE, {}, "stance"),
        (Impression.VIRAL, Stance.DISAGREES, {}, "reason"),
        (Impression.VIRAL, Stance.DISAGREES, {"reason": "free"}, "note"),
        (Impression.VIRAL, Stance.CHANGES, {"impression": "viral", "reason": "overlap"}, "impression"),
        (Impression.VIRAL, Stance.CHANGES, {"impression": "bacterial"}, "reason"),
    ],
)
def test_last_word_that_does_not_fit_is_refused_by_field(taken, here, first, stance, more, field):
    seal(here, taken, first)

    assert field in refusal_of(lambda: conclude(here, taken, stance, **more)).fields


def test_last_word_before_a_reading_is_sealed_is_refused(taken, here):
    assert refusal_of(lambda: conclude(here, taken)).code == Code.READ_FIRST


def test_second_reader_is_another_person_and_reads_blind(here, case, staff_a):
    found = film(here, case)
    Film.objects.filter(pk=found.pk).update(needs_second=True)
    result = answered(here, found)
    reads.take(by=here.actor, film=found)
    seal(here, found)
    conclude(here, found)
    assert fresh(here, found).read_state == ReadState.SECOND
    other = second_reader(staff_a)

    assert refusal_of(lambda: reads.take(by=here.actor, film=found)).code == Code.READ_ALREADY
    assert concealment.is_concealed(result, other.actor)
    reads.take(by=other.actor, film=found)
    second = seal(other, found, Impression.VIRAL)

    assert (second.position, second.was_blind) == (2, True)
    conclude(other, found, Stance.DISAGREES, reason="overlap")
    assert fresh(here, found).read_state == ReadState.DONE


# --- maps -------------------------------------------------------------------------------------------------------------


def test_map_is_tested_behind_the_answer_and_tied_to_the_run_that_gave_it(here, case):
    found = film(here, case)
    result = answered(here, found, say(has_map=True, film=found))
    assert Run.objects.filter(case=case, kind=kinds.MAP_TEST, state="queued").count() == 1

    tested = map_tested(here)

    assert fresh(here, found).map_run_id == tested.pk
    assert tested.params == {"run": str(result.run_id)}


def test_maps_when_a_site_switches_them_off_are_not_asked_for(here, case):
    ReadingPolicy.objects.create(site=here.site, has_maps=False)

    film(here, case)

    assert Run.objects.get(case=case, kind=kinds.CHEST).params["disable_cam"] is True


def test_params_that_are_not_known_are_refused_by_name(here, case):
    found = film(here, case)

    wrong = refusal_of(
        lambda: runs.request(by=here.actor, kind=kinds.CHEST, case=case, uploads=[found.upload],
                             params={"quarter_turns": 4, "colour": True})
    )  # fmt: skip
    assert set(wrong.fields) == {"quarter_turns", "colour"}
