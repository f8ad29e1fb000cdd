"""Parts of a consult are read side by side, and an answer is asked for when nothing is worth waiting for any more."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from clinic import pipeline, speech, texts
from clinic.actions import speech as asking
from clinic.actions import transcripts, uploads, work
from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.models import Run, RunError
from consult import kinds, standing, taking
from consult.actions import consults, waits
from consult.models import Consult, ConsultAnswer, Part, PartState
from tests import make
from tests.integration.consult import consulting
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(clinician_a: Person) -> Person:
    return clinician_a


@pytest.fixture
def consult(by: Person) -> Consult:
    return consulting.begun(by, make.case(by))


def asked(by: Person, consult: Consult) -> list[ConsultAnswer]:
    with by.at_work():
        rows = ConsultAnswer.objects.filter(consult=consult).select_related("run").prefetch_related("run__uploads")
        return list(rows.order_by("number"))


def waiting(by: Person, kind: str) -> int:
    with by.at_work():
        return Run.objects.filter(kind=kind, state="queued").count()


def test_typed_words_are_answered_at_once(by: Person, consult: Consult) -> None:
    part = consulting.typed(by, consult)
    (answer,) = asked(by, consult)
    assert (answer.number, answer.parts, answer.missing) == (1, [part.number], [])
    assert [one.pk for one in answer.run.uploads.all()] == [part.upload_id]


def test_the_same_words_typed_twice_are_one_part_and_one_answer(by: Person, consult: Consult) -> None:
    first, second = consulting.typed(by, consult), consulting.typed(by, consult)
    assert first == second
    assert len(asked(by, consult)) == 1


def test_a_picture_alone_is_looked_at_but_no_question_yet(by: Person, consult: Consult) -> None:
    part = consulting.brought(by, consult, consulting.picture(by, consult.case))
    consulting.looked(by)
    assert consulting.fresh(by, part).state == PartState.THERE
    assert asked(by, consult) == []


def test_voice_and_picture_are_read_side_by_side_and_the_slower_one_asks(by: Person, consult: Consult) -> None:
    consulting.brought(by, consult, consulting.picture(by, consult.case))
    consulting.brought(by, consult, consulting.recording(by, consult.case))
    assert (waiting(by, kinds.LOOK), waiting(by, speech.KIND)) == (1, 1)
    consulting.heard(by)
    assert asked(by, consult) == []
    consulting.looked(by)
    (answer,) = asked(by, consult)
    assert answer.parts == [1, 2]


def test_a_late_picture_is_not_waited_for_and_brings_a_second_answer(by: Person, consult: Consult) -> None:
    consulting.brought(by, consult, consulting.picture(by, consult.case))
    consulting.brought(by, consult, consulting.recording(by, consult.case))
    consulting.heard(by)
    consulting.time_goes_on(by)
    (first,) = asked(by, consult)
    assert (first.parts, first.missing) == ([2], ["picture"])
    consulting.looked(by)
    second = asked(by, consult)[-1]
    assert (second.number, second.parts, second.missing) == (2, [1, 2], [])


@pytest.mark.parametrize("error", [error for error in RunError if error], ids=lambda error: error.value)
@pytest.mark.parametrize("sort", ["voice", "picture"])
def test_a_part_that_fails_is_named_and_the_answer_goes_on(
    by: Person, consult: Consult, sort: str, error: RunError
) -> None:
    consulting.brought(by, consult, consulting.picture(by, consult.case))
    consulting.brought(by, consult, consulting.recording(by, consult.case))
    if sort == "voice":
        consulting.looked(by)
        consulting.failed(by, speech.KIND, error)
    else:
        consulting.heard(by)
        consulting.failed(by, kinds.LOOK, error)
    (answer,) = asked(by, consult)
    assert answer.missing == [sort]


def test_a_recording_nobody_can_hear_is_named_and_kept(by: Person, consult: Consult) -> None:
    part = consulting.brought(by, consult, consulting.recording(by, consult.case))
    consulting.ended(by, speech.KIND, consulting.unheard("silent"))
    now = consulting.fresh(by, part)
    assert (now.state, now.problem) == (PartState.FAILED, "silent")
    assert now.upload is not None
    assert asked(by, consult)[0].missing == ["voice"]


@pytest.mark.parametrize(("kind", "follows"), [(kinds.FILM, "radiology.film"), (kinds.DOCUMENT, texts.KIND)])
def test_a_picture_goes_to_those_who_know_its_kind(by: Person, consult: Consult, kind: str, follows: str) -> None:
    part = consulting.brought(by, consult, consulting.picture(by, consult.case))
    consulting.looked(by, kind)
    now = consulting.fresh(by, part)
    assert now.run is not None
    assert (now.run.kind, now.state) == (follows, PartState.READ)


def test_a_picture_that_is_too_bad_goes_to_nobody(by: Person, consult: Consult) -> None:
    part = consulting.brought(by, consult, consulting.picture(by, consult.case))
    consulting.looked(by, kinds.FILM, is_usable=False, faults=("blurred",))
    assert consulting.fresh(by, part).state == PartState.THERE
    assert waiting(by, "radiology.film") == 0


def recorded(by: Person, consult: Consult, content: bytes) -> Any:
    with by.at_work():
        session = consults.record(by=by.actor, consult=consult)
        return uploads.add_chunk(by=by.actor, session=session, index=0, data=content)


def test_a_recording_is_heard_when_it_is_whole_whoever_completes_it(by: Person, consult: Consult) -> None:
    session = recorded(by, consult, consulting.sound())
    with by.at_work():
        assert standing.of(consult).is_under_way
        uploads.complete(by=by.actor, session=session)
    consulting.heard(by)
    assert asked(by, consult)[0].parts == [1]


def test_while_she_still_speaks_and_nothing_else_was_said_nothing_is_answered(by: Person, consult: Consult) -> None:
    recorded(by, consult, consulting.sound())
    consulting.brought(by, consult, consulting.picture(by, consult.case))
    consulting.looked(by)
    assert asked(by, consult) == []


def test_words_typed_beside_a_recording_that_goes_on_are_answered_at_once_and_again_with_it(
    by: Person, consult: Consult
) -> None:
    session = recorded(by, consult, consulting.sound())
    consulting.typed(by, consult)
    (first,) = asked(by, consult)
    assert (first.parts, first.missing) == ([2], ["voice"])
    with by.at_work():
        uploads.complete(by=by.actor, session=session)
    consulting.heard(by)
    second = asked(by, consult)[-1]
    assert (second.parts, second.missing) == ([1, 2], [])


def test_a_discarded_recording_is_missed_no_longer(by: Person, consult: Consult) -> None:
    session = recorded(by, consult, consulting.sound())
    consulting.typed(by, consult)
    with by.at_work():
        uploads.discard(by=by.actor, session=session)
    answer = asked(by, consult)[-1]
    assert (answer.parts, answer.missing) == ([2], [])


def test_all_that_was_said_is_in_the_answer_however_many_pictures_follow(
    by: Person, consult: Consult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "MOST_PICTURES", 2)
    consulting.typed(by, consult)
    for shade in (10, 20, 30):
        consulting.brought(by, consult, consulting.picture(by, consult.case, shade))
        consulting.looked(by)
    answer = asked(by, consult)[-1]
    assert answer.parts == [1, 3, 4]
    with by.at_work():
        left = taking.left_out(answer, standing.of(consult).parts)
    assert [one.number for one in left] == [2]


def test_a_recording_of_an_hour_is_heard_where_it_makes_nobody_wait(
    by: Person, consult: Consult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speech, "LONG_S", 0.5)
    part = consulting.brought(by, consult, consulting.recording(by, consult.case))
    assert part.run is not None and part.run.lane == "speech_batch"


# --- files on their way ---------------------------------------------------------------------------------------------


def sent(by: Person, consult: Consult, content: bytes, name: str) -> Any:
    with by.at_work():
        session = consults.receive(by=by.actor, consult=consult, name=name, declared_size=len(content))
        return uploads.add_chunk(by=by.actor, session=session, index=0, data=content)


def test_a_photo_is_a_part_while_it_is_sent_and_looked_at_when_it_is_whole_whatever_became_of_the_page(
    by: Person, consult: Consult
) -> None:
    session = sent(by, consult, consulting.png(), "photo.png")
    consulting.typed(by, consult)
    assert asked(by, consult) == []  # it is waited for, like one that is being looked at
    with by.at_work():
        uploads.complete(by=by.actor, session=session)
    consulting.looked(by)
    (answer,) = asked(by, consult)
    assert (answer.parts, answer.missing) == ([1, 2], [])


def test_a_photo_that_never_comes_is_missed_and_keeps_nobody_waiting(by: Person, consult: Consult) -> None:
    session = sent(by, consult, consulting.png(), "photo.png")
    part = consulting.typed(by, consult)
    consulting.time_goes_on(by)
    assert asked(by, consult)[-1].missing == ["picture"]
    consulting.answered(by, part)
    with by.at_work():
        assert not standing.of(consult).is_under_way
        uploads.discard(by=by.actor, session=session)
    assert asked(by, consult)[-1].missing == []


def test_a_recording_that_is_brought_in_pieces_is_heard(by: Person, consult: Consult) -> None:
    session = sent(by, consult, consulting.sound(), "voice.wav")
    with by.at_work():
        uploads.complete(by=by.actor, session=session)
    consulting.heard(by)
    assert asked(by, consult)[0].parts == [1]


# --- what could not be read -----------------------------------------------------------------------------------------


def hear_again(by: Person, part: Part) -> Part:
    with by.at_work():
        return consults.read_again(by=by.actor, part=part)


def test_a_recording_that_could_not_be_heard_is_heard_again_and_answered(by: Person, consult: Consult) -> None:
    part = consulting.brought(by, consult, consulting.recording(by, consult.case))
    failed = consulting.failed(by, speech.KIND)
    again = hear_again(by, part)
    assert again.run_id != failed.pk and (again.state, again.problem) == (PartState.READ, "")
    consulting.heard(by)
    assert consulting.fresh(by, part).state == PartState.THERE
    answer = asked(by, consult)[-1]
    assert (answer.parts, answer.missing) == ([1], [])


def test_what_is_read_already_is_not_read_again(by: Person, consult: Consult) -> None:
    part = consulting.brought(by, consult, consulting.recording(by, consult.case))
    consulting.heard(by)
    assert hear_again(by, part).state == PartState.THERE
    assert waiting(by, speech.KIND) == 0


def test_bringing_a_recording_anew_that_could_not_be_heard_hears_it_again(by: Person, consult: Consult) -> None:
    upload = consulting.recording(by, consult.case)
    part = consulting.brought(by, consult, upload)
    consulting.failed(by, speech.KIND)
    assert consulting.brought(by, consult, upload).pk == part.pk
    assert waiting(by, speech.KIND) == 1


def test_a_transcript_that_was_asked_for_elsewhere_settles_the_part_that_had_failed(
    by: Person, consult: Consult
) -> None:
    upload = consulting.recording(by, consult.case)
    part = consulting.brought(by, consult, upload)
    consulting.ended(by, speech.KIND, consulting.unheard("silent"))
    with by.at_work():
        run = asking.ask(by=by.actor, upload=upload, language="es")
    consulting.heard(by)
    now = consulting.fresh(by, part)
    assert (now.state, now.run_id) == (PartState.THERE, run.pk)
    assert asked(by, consult)[-1].parts == [1]


def test_stopping_asks_for_no_answer_and_says_so(by: Person, consult: Consult) -> None:
    part = consulting.brought(by, consult, consulting.recording(by, consult.case))
    with by.at_work():
        assert consults.cancel(by=by.actor, consult=consult) == 1
    assert consulting.fresh(by, part).state == PartState.CANCELLED
    assert asked(by, consult) == []
    assert hear_again(by, part).state == PartState.READ


def test_an_answer_that_was_stopped_calls_nobody(by: Person, consult: Consult) -> None:
    consulting.typed(by, consult)
    with by.at_work():
        consults.cancel(by=by.actor, consult=consult)
        now = standing.of(consult)
    assert not now.is_person_needed and not now.is_under_way


# --- what people do to a transcript -----------------------------------------------------------------------------------


def test_what_was_corrected_in_a_transcript_counts_in_the_next_answer(by: Person, consult: Consult) -> None:
    consulting.brought(by, consult, consulting.recording(by, consult.case))
    run = consulting.heard(by, "there is no chest pain")
    consulting.answered(by)
    with by.at_work():
        assert not standing.of(consult).is_outdated
        transcripts.correct(by=by.actor, run=run, first=2, last=2, words="now")
        assert standing.of(consult).is_outdated
        consults.answer_again(by=by.actor, consult=consult)
    first, second = asked(by, consult)
    assert [one.run.params["parts"][0]["edits"] for one in (first, second)] == [0, 1]
    consulting.answered(by)
    with by.at_work():
        assert not standing.of(consult).is_outdated


# --- how long people wait -------------------------------------------------------------------------------------------


def promised(by: Person, consult: Consult) -> float:
    answer = asked(by, consult)[-1]
    return (answer.due_at - answer.asked_at).total_seconds()


def test_an_answer_asked_for_again_long_after_the_last_word_has_its_time(by: Person, consult: Consult) -> None:
    part = consulting.typed(by, consult)
    consulting.answered(by, part)
    with by.at_work():
        Part.objects.update(came_at=timezone.now() - timedelta(seconds=taking.WHOLE_S - 1))
        ConsultAnswer.objects.update(asked_at=timezone.now() - timedelta(seconds=5))
        consults.answer_again(by=by.actor, consult=consult)
    assert promised(by, consult) == pytest.approx(taking.ANSWER_S, abs=0.5)


def test_where_a_site_waits_longer_than_the_promise_nobody_is_called_for_that(
    by: Person, consult: Consult, staff_a: Staff
) -> None:
    admin = staff_a[Role.ADMIN]
    with admin.at_work():
        waits.change(by=admin.actor, voice_s=30, picture_s=60)
    consulting.brought(by, consult, consulting.recording(by, consult.case))
    with by.at_work():
        Part.objects.update(came_at=timezone.now() - timedelta(seconds=29))
    consulting.failed(by, speech.KIND)
    assert promised(by, consult) == pytest.approx(taking.ANSWER_S, abs=0.5)


def test_what_came_last_and_has_no_answer_yet_is_answered_within_the_whole(
    by: Person, consult: Consult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "ANSWER_S", 90.0)
    monkeypatch.setattr(taking, "WHOLE_S", 100.0)
    consulting.brought(by, consult, consulting.recording(by, consult.case))
    with by.at_work():
        Part.objects.update(came_at=timezone.now() - timedelta(seconds=50))
    consulting.failed(by, speech.KIND)
    assert promised(by, consult) == pytest.approx(50, abs=1)


def test_where_no_engine_answers_in_time_a_person_is_needed_and_a_late_answer_is_shown(
    by: Person, consult: Consult
) -> None:
    part = consulting.typed(by, consult)
    consulting.time_goes_on(by)
    with by.at_work():
        assert standing.of(consult).is_person_needed
    consulting.answered(by, part)
    with by.at_work():
        now = standing.of(consult)
    assert not now.is_person_needed
    assert now.latest is not None


def test_where_the_answer_fails_a_person_is_needed(by: Person, consult: Consult) -> None:
    consulting.typed(by, consult)
    consulting.failed(by, kinds.ANSWER)
    with by.at_work():
        now = standing.of(consult)
    assert now.is_person_needed
    assert not now.is_under_way


def test_time_that_passes_twice_changes_nothing_more(by: Person, consult: Consult) -> None:
    consulting.brought(by, consult, consulting.recording(by, consult.case))
    for _ in range(2):
        consulting.time_goes_on(by)
    assert len(asked(by, consult)) == 1


def test_the_case_is_closed_meanwhile_then_what_was_read_stays_and_nothing_is_asked(
    by: Person, consult: Consult
) -> None:
    consulting.brought(by, consult, consulting.recording(by, consult.case))
    held = work.claim(lane="speech", worker="tests")
    assert held is not None
    with by.at_work():
        type(consult.case).objects.filter(pk=consult.case_id).update(state="closed")
        outcome = consulting.transcript("a cough")
        assert work.succeed(held, sort=pipeline.kind_named(speech.KIND), outcome=outcome, replay={})
    assert asked(by, consult) == []


def test_a_file_of_another_case_is_not_found(by: Person, consult: Consult) -> None:
    foreign = consulting.picture(by, make.case(by))
    with pytest.raises(Refusal) as refused:
        consulting.brought(by, consult, foreign)
    assert refused.value.code == Code.NOT_FOUND


def test_a_full_consult_takes_no_more(by: Person, consult: Consult, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consults, "MOST_PARTS", 1)
    consulting.typed(by, consult)
    with pytest.raises(Refusal) as refused:
        consulting.typed(by, consult, "Something else was said.")
    assert refused.value.code == Code.CONSULT_IS_FULL


def test_two_sites_do_not_see_each_others_consults(consult: Consult, clinician_b: Person) -> None:
    with clinician_b.at_work():
        assert not Consult.objects.filter(pk=consult.pk).exists()
        assert not Consult.objects.visible_to(clinician_b.actor).exists()
