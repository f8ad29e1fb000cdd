"""What is heard while a recording comes is what is heard of it as a whole, and losing the listener loses nothing."""

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from clinic import speech
from clinic.actions import hearings
from clinic.actions import speech as asking
from clinic.listener import Listener, NotFollowed, body_of
from clinic.models import Hearing, HearingState, UploadSession
from tests.integration.speech.recordings import UNKNOWN, complete, keep, opened, pieces_of, send, wav
from tests.unit.speech import made

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def recording() -> bytes:
    said = made.spoken("The pain began on Monday after dinner. I took two tablets. There is no fever.")
    return wav(np.concatenate([made.silence(0.5), said, made.silence(1.0), said, made.silence(0.7)]), UNKNOWN)


@pytest.fixture
def heard(monkeypatch, clinician_a, work_lane):
    """`heard(upload)`: the answer of its run, and whether the run listened to it itself."""
    from clinic import speech_worker

    listened = []
    whole = speech_worker.answer_of

    def answer_of(*told):
        listened.append(1)
        return whole(*told)

    monkeypatch.setattr("clinic.speech_worker.answer_of", answer_of)

    def hear_it(upload):
        listened.clear()
        with clinician_a.at_work():
            asking.ask(by=clinician_a.actor, upload=upload)
        work_lane("speech")
        with clinician_a.at_work():
            found = speech.result_of(upload.pk)
            assert found is not None
            return dict(found.outcome), bool(listened)

    return hear_it


def listen(listener: Listener, most: int = 200) -> None:
    for _ in range(most):
        if not listener.round():
            return
    raise AssertionError("it never came to rest")


def hearing_of(person, session) -> Hearing:
    with person.at_work():
        return Hearing.objects.select_related("session__case").get(session=session)


def test_transcript_when_heard_whole_by_pieces_or_after_a_killed_listener_then_is_the_same(
    clinician_a, case_a, recording, heard
):
    whole, _ = heard(keep(clinician_a, case_a, recording))
    for listener_dies in (False, True):
        session = opened(clinician_a, case_a)
        listener = Listener("one")
        first, *others = pieces_of(recording[:-2] if listener_dies else recording[:-4])  # else it is the same upload
        send(clinician_a, session, first)
        listen(listener)
        for piece in others:
            send(clinician_a, session, piece)
            listen(listener)
        upload = complete(clinician_a, session)
        if listener_dies:
            with clinician_a.at_work():
                Hearing.objects.filter(session=session).update(beat_at=timezone.now() - timedelta(seconds=20))
        else:
            listen(listener)
        told, listened_itself = heard(upload)
        assert listened_itself is listener_dies
        assert {**told, "seconds": 0} == {**whole, "seconds": 0}


def test_words_when_the_person_still_speaks_then_are_there_to_be_shown(clinician_a, case_a, recording):
    session, listener = opened(clinician_a, case_a), Listener("one")
    pieces = pieces_of(recording)
    with clinician_a.at_work():
        before = speech.live(session)
    assert before is not None
    assert (before.text, before.is_listening) == ("", False)
    send(clinician_a, session, *pieces[:-2])
    listen(listener)
    with clinician_a.at_work():
        now = speech.live(session)
    assert now is not None
    assert now.is_listening
    assert now.text
    assert now.seconds == pytest.approx(2.0 * (len(pieces) - 2))
    send(clinician_a, session, *pieces[-2:])
    complete(clinician_a, session)
    listen(listener)
    assert hearing_of(clinician_a, session).state == HearingState.DONE


def test_listener_when_it_died_then_another_one_begins_anew(clinician_a, case_a, recording):
    session, dead, other = opened(clinician_a, case_a), Listener("dead"), Listener("other")
    send(clinician_a, session, *pieces_of(recording)[:2])
    listen(dead)
    listen(other)
    assert not other.followed
    with clinician_a.at_work():
        Hearing.objects.update(beat_at=timezone.now() - hearings.SILENT_AFTER)
    listen(other)
    assert hearing_of(clinician_a, session).listener == "other"
    listen(dead)
    complete(clinician_a, session)
    listen(dead)
    listen(other)
    assert (dead.followed, other.followed) == ({}, {})
    assert hearing_of(clinician_a, session).state == HearingState.DONE


def test_recordings_when_more_come_than_may_be_followed_then_the_others_wait(clinician_a, case_a, recording, settings):
    settings.LISTEN_AT_ONCE = 1
    sessions, listener = [opened(clinician_a, case_a) for _ in range(2)], Listener("one")
    for session in sessions:
        send(clinician_a, session, pieces_of(recording)[0])
    listen(listener)
    assert len(listener.followed) == 1
    with clinician_a.at_work():
        UploadSession.objects.update(touched_at=timezone.now() - timedelta(minutes=2))
    listen(listener)
    assert not listener.followed  # nobody speaks: the place is free
    states = {hearing_of(clinician_a, session).state for session in sessions}
    assert states == {HearingState.WAITING}


def test_recording_when_it_is_no_plain_wav_or_is_discarded_then_is_not_followed(clinician_a, case_a):
    session, listener = opened(clinician_a, case_a), Listener("one")
    send(clinician_a, session, made.stored(made.tone(1.0), "flac"))
    listen(listener)
    assert hearing_of(clinician_a, session).state == HearingState.GIVEN_UP
    with clinician_a.at_work():
        assert speech.live(session) is None


def test_recording_when_its_language_was_not_said_then_nobody_listens(clinician_a, case_a, recording):
    session, listener = opened(clinician_a, case_a, language=""), Listener("one")
    send(clinician_a, session, *pieces_of(recording))
    listen(listener)
    with clinician_a.at_work():
        assert not Hearing.objects.exists()


def test_hearing_when_the_recording_is_long_over_then_its_words_go(clinician_a, case_a, recording):
    session = opened(clinician_a, case_a)
    send(clinician_a, session, *pieces_of(recording))
    hearings.forget_old()
    assert hearing_of(clinician_a, session)
    complete(clinician_a, session)
    with clinician_a.at_work():
        UploadSession.objects.update(touched_at=timezone.now() - timedelta(hours=2))
    assert hearings.forget_old() == 1


@pytest.mark.parametrize(
    "head",
    [b"RIFF", wav(made.silence(0.1)), wav(made.silence(0.1), UNKNOWN).replace(b"fmt ", b"LIST")],
    ids=["short", "length known", "other header"],
)
def test_header_when_it_is_not_the_recorders_then_it_is_not_followed(head):
    with pytest.raises(NotFollowed):
        body_of(head)
