"""An answer comes: piece by piece or typed, kept under its own key, forgotten for good."""

from typing import Any

import pytest

from clinic import sealing
from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.models import AuditEvent, DataKey, Result, Run, User
from coaching import playing
from coaching.actions import attempts, closing, forgetting, live, practising
from coaching.models import (
    HEADER_BYTES,
    Attempt,
    AttemptState,
    Keeps,
    LiveNote,
    LiveSession,
    Participation,
    Piece,
    Practice,
)
from tests.integration.coaching import practice as made

pytestmark = pytest.mark.django_db


def read_of(attempt: Attempt) -> dict[str, Any]:
    assert attempt.read
    return dict(attempt.read)


def test_recording_when_pieces_come_then_each_is_stored_before_it_is_acknowledged(clinician_a, own_store):
    attempt = made.recording(clinician_a, made.begun(clinician_a))
    data = made.wav(made.tone(5))

    made.sent(clinician_a, attempt, data)

    held = made.fresh(clinician_a, attempt)
    assert (held.received, held.next_index) == (len(data), -(-len(data) // 64_000))
    with clinician_a.at_work():
        key = sealing.data_key(held.pk)
        stored = b"".join(
            b"".join(own_store.open(p.object_name, key=key).chunks()) for p in held.pieces.order_by("index")
        )
    assert stored == data


def test_piece_when_it_comes_again_then_acknowledged_and_when_it_differs_then_refused(clinician_a):
    attempt = made.recording(clinician_a, made.begun(clinician_a))
    data = made.wav(made.tone(1))
    made.sent(clinician_a, attempt, data)
    attempt = made.fresh(clinician_a, attempt)

    with clinician_a.at_work():
        again = attempts.add_piece(by=clinician_a.actor, attempt=attempt, index=0, data=data)
        with pytest.raises(Refusal) as differs:
            attempts.add_piece(by=clinician_a.actor, attempt=attempt, index=0, data=data + b"\0\0")
        with pytest.raises(Refusal) as early:
            attempts.add_piece(by=clinician_a.actor, attempt=attempt, index=7, data=data)

    assert again.next_index == 1
    assert differs.value.code == Code.CHUNK_DIFFERS
    assert (early.value.code, early.value.facts["next_index"]) == (Code.CHUNK_OUT_OF_ORDER, 1)


def test_beginning_when_it_is_no_recording_of_the_house_then_refused(clinician_a):
    attempt = made.recording(clinician_a, made.begun(clinician_a))

    with clinician_a.at_work(), pytest.raises(Refusal) as refused:
        attempts.add_piece(
            by=clinician_a.actor, attempt=attempt, index=0, data=b"ffconcat version 1.0\nfile /etc/passwd" * 9
        )

    assert refused.value.code == Code.TYPE_NOT_ALLOWED


def test_recording_when_nothing_came_then_not_complete(clinician_a):
    attempt = made.recording(clinician_a, made.begun(clinician_a))

    with clinician_a.at_work(), pytest.raises(Refusal) as refused:
        attempts.complete(by=clinician_a.actor, attempt=attempt)

    assert refused.value.code == Code.EMPTY_FILE


def test_recording_when_played_then_its_bytes_with_a_header_that_knows_its_length(clinician_a):
    samples = made.tone(3)
    attempt = made.sent(clinician_a, made.recording(clinician_a, made.begun(clinician_a)), made.wav(samples))

    with clinician_a.at_work():
        whole = b"".join(playing.response(attempt, ""))
        part = playing.response(attempt, "bytes=60000-70000")
        middle = b"".join(part)

    assert whole[HEADER_BYTES:] == samples.tobytes()
    assert int.from_bytes(whole[40:44], "little") == len(samples.tobytes())
    assert (part.status_code, middle) == (206, whole[60_000:70_001])


def test_hearing_when_it_is_asked_for_then_while_she_speaks_and_by_nobody_in_particular(clinician_a):
    attempt = made.recording(clinician_a, made.begun(clinician_a))

    made.sent(clinician_a, attempt, made.wav(made.tone(12)))

    with clinician_a.at_work():
        run = Run.objects.get(kind="coaching.hear")
    assert (run.requested_by_id, run.case_id) == (None, None)
    assert made.fresh(clinician_a, attempt).state == AttemptState.RECORDING


def test_complete_when_said_twice_then_once(clinician_a):
    attempt = made.recorded(clinician_a, made.begun(clinician_a))

    with clinician_a.at_work():
        again = attempts.complete(by=clinician_a.actor, attempt=attempt)

    assert again.state == AttemptState.READING
    with clinician_a.at_work():
        assert sorted(Run.objects.filter(kind__startswith="coaching.").values_list("kind", flat=True)) == [
            "coaching.hear", "coaching.sound",
        ]  # fmt: skip


def test_typed_answer_when_read_then_feedback_with_words_and_no_delivery(clinician_a, work_lane):
    attempt = made.told(clinician_a, work_lane)

    assert attempt.state == AttemptState.DONE
    feedback = read_of(attempt)["feedback"]
    assert feedback["strength"]["text"] and len(feedback["actions"]) == 3
    assert read_of(attempt)["measures"] == [] and feedback["delivery"] is None
    said = [feedback["strength"], *feedback["actions"]]
    assert sum(len(one["text"]) for one in said) <= 1200
    with clinician_a.at_work():
        kept = Result.objects.get(run=attempt.feedback_run)
    assert made.TYPED[:20] not in str(kept.outcome) + str(kept.facets)


def test_feedback_when_she_judges_it_then_counted_of_nobody(clinician_a, work_lane):
    attempt = made.told(clinician_a, work_lane)

    with clinician_a.at_work():
        attempts.judge(by=clinician_a.actor, attempt=attempt, is_useful=True)
        attempts.judge(by=clinician_a.actor, attempt=attempt, is_useful=False)

    from coaching.models import Tally

    with clinician_a.at_work():
        tally = Tally.objects.get(engine=read_of(attempt)["told_by"])
    assert (tally.told, tally.useful, tally.not_useful) == (1, 0, 1)


# --- forgetting -------------------------------------------------------------------------------------------------------


def test_session_only_when_closed_then_no_byte_of_sound_or_words_is_left(clinician_a, own_store, work_lane):
    practice = made.begun(clinician_a, keeps=Keeps.SESSION)
    spoken, typed = made.recorded(clinician_a, practice), made.typed(clinician_a, practice)
    work_lane("cpu")
    assert list(own_store.list())

    with clinician_a.at_work():
        forgetting.close(by=clinician_a.actor, practice=practice)

    assert list(own_store.list()) == []
    for attempt in (made.fresh(clinician_a, spoken), made.fresh(clinician_a, typed)):
        assert (attempt.answer, attempt.sounding, attempt.read) == (None, None, None)
        assert attempt.forgotten_at
    with clinician_a.at_work():
        assert not Piece.objects.exists()
        assert not DataKey.objects.filter(pk__in=[spoken.pk, typed.pk]).exclude(wrapped=None).exists()
    assert made.fresh(clinician_a, typed).figures


def test_kept_practice_when_closed_then_it_stays(clinician_a, work_lane):
    attempt = made.told(clinician_a, work_lane)

    with clinician_a.at_work():
        forgetting.close(by=clinician_a.actor, practice=attempt.practice)

    assert (made.fresh(clinician_a, attempt).answer or {})["text"] == made.TYPED


def test_session_only_when_she_goes_away_then_closed_for_her(clinician_a, settings):
    practice = made.begun(clinician_a, keeps=Keeps.SESSION)
    attempt = made.recorded(clinician_a, practice)
    settings.COACHING_SESSION_MINUTES = -1

    assert closing.close_left_alone() == 1

    assert made.fresh(clinician_a, attempt).forgotten_at


def test_attempt_when_deleted_then_nothing_of_it_is_left_but_that_it_was_deleted(clinician_a, own_store, work_lane):
    attempt = made.recorded(clinician_a, made.begun(clinician_a))

    with clinician_a.at_work():
        forgetting.delete_attempt(by=clinician_a.actor, attempt=attempt)
        assert not Attempt.objects.filter(pk=attempt.pk).exists()
        assert AuditEvent.objects.filter(event="coaching.attempt_deleted").count() == 1
    assert list(own_store.list()) == []
    work_lane("cpu")  # a run that was asked for finds nothing, and nothing comes back


def test_recording_when_discarded_then_forgotten(clinician_a, own_store):
    attempt = made.sent(clinician_a, made.recording(clinician_a, made.begun(clinician_a)), made.wav(made.tone(1)))

    with clinician_a.at_work():
        attempts.discard(by=clinician_a.actor, attempt=attempt)

    assert (made.fresh(clinician_a, attempt).state, list(own_store.list())) == (AttemptState.DISCARDED, [])


def test_practice_when_deleted_then_wholly(clinician_a, own_store):
    practice = made.begun(clinician_a)
    made.recorded(clinician_a, practice)

    with clinician_a.at_work():
        forgetting.delete_practice(by=clinician_a.actor, practice=practice)
        assert not Practice.objects.exists()
    assert list(own_store.list()) == []


def test_practice_when_closed_then_takes_no_more(clinician_a):
    practice = made.begun(clinician_a)

    with clinician_a.at_work():
        forgetting.close(by=clinician_a.actor, practice=practice)
        with pytest.raises(Refusal) as refused:
            attempts.record(by=clinician_a.actor, practice=practice)

    assert refused.value.code == Code.SESSION_OVER


def test_practice_when_begun_then_others_may_know_that_much(clinician_a):
    made.begun(clinician_a)
    made.begun(clinician_a)

    with clinician_a.at_work():
        row = Participation.objects.get()
    assert (row.person_id, row.practices) == (clinician_a.user.pk, 2)


def test_engines_when_nothing_was_said_here_then_as_her_profile_says(clinician_a):
    with clinician_a.at_work():
        User.objects.filter(pk=clinician_a.user.pk).update(engines="local")
        assert practising.preferences(clinician_a.actor).engines == "local"


def test_preferences_when_changed_then_hers(clinician_a):
    with clinician_a.at_work():
        practising.prefer(by=clinician_a.actor, role="nurse", language="es", keeps="session", engines="rules",
                          counts_disfluency=False)  # fmt: skip
        liked = practising.preferences(clinician_a.actor)

    assert (liked.role, liked.language, liked.keeps, liked.counts_disfluency) == ("nurse", "es", "session", False)


def test_listener_when_nobody_of_that_name_or_the_session_is_over_then_refused(clinician_a):
    practice = made.begun(clinician_a)

    with clinician_a.at_work():
        with pytest.raises(Refusal) as unknown:
            practising.listen(by=clinician_a.actor, practice=practice, persona="somebody")
        forgetting.close(by=clinician_a.actor, practice=practice)
        with pytest.raises(Refusal) as late:
            practising.listen(by=clinician_a.actor, practice=practice, persona="anxious_parent")

    assert (unknown.value.code, late.value.code) == (Code.INVALID, Code.SESSION_OVER)


def test_attempt_when_an_earlier_one_was_deleted_then_the_next_has_a_number_of_its_own(clinician_a):
    practice = made.begun(clinician_a)
    first, second = made.typed(clinician_a, practice), made.typed(clinician_a, practice)

    with clinician_a.at_work():
        forgetting.delete_attempt(by=clinician_a.actor, attempt=first)

    assert (second.number, made.typed(clinician_a, practice).number) == (2, 3)


def test_live_session_when_the_practice_is_closed_then_over_and_its_notes_go_where_nothing_is_kept(
    clinician_a, staff_a
):
    practice = made.begun(clinician_a, keeps=Keeps.SESSION)
    coach = staff_a[Role.RADIOLOGIST]
    with clinician_a.at_work():
        session = live.invite(by=clinician_a.actor, practice=practice, coach=coach.user)
        live.note(by=clinician_a.actor, live=session, text="Slower")
        forgetting.close(by=clinician_a.actor, practice=practice)
        assert LiveSession.objects.get().ended_at is not None and not LiveNote.objects.exists()
        with pytest.raises(Refusal) as refused:
            live.note(by=clinician_a.actor, live=session, text="Again")

    assert refused.value.code == Code.SESSION_OVER


def test_estimate_when_consent_is_taken_back_then_it_goes_with_it(clinician_a):
    practice = made.begun(clinician_a)
    attempt = made.typed(clinician_a, practice)
    with clinician_a.at_work():
        Practice.objects.filter(pk=practice.pk).update(says_emotions=True)
        attempt.expression = {"arousal": "calm", "by": "tests"}
        attempt.save(update_fields=["expression"])
        practising.agree(by=clinician_a.actor, practice=practice, is_given=False)

        assert Attempt.objects.get(pk=attempt.pk).expression is None
