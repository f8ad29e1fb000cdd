"""People go through a transcript; what the engine heard stays as it was."""

import pytest
from django.db import transaction
from django.db.utils import ProgrammingError

from clinic import transcripts
from clinic.actions import transcripts as acts
from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.models import Result, TranscriptEdit
from clinic.transcripts import BOTH
from tests.integration.speech.transcribing import answer, heard
from tests.telling import told_by


@pytest.fixture
def run(clinician_a, case_a):
    return heard(clinician_a, case_a)


@pytest.fixture
def now(clinician_a, run):
    def as_it_stands():
        with clinician_a.at_work():
            found = transcripts.current(run)
        assert found is not None
        return found

    return as_it_stands


@pytest.fixture
def act(clinician_a, run):
    def acted(verb, **told):
        with clinician_a.at_work():
            return verb(by=clinician_a.actor, run=run, **told)

    return acted


def test_transcript_when_nobody_touched_it_then_it_says_what_was_heard_and_what_waits(now):
    assert now().text == "take 500 mg twice a day and no fever"
    assert [tick.text for tick in now().unconfirmed] == ["500 mg", "no fever"]
    assert [(line.speaker, line.is_suggested) for line in now().lines] == [(1, True), (2, True)]
    assert [word.text for word in now().words if word.is_low] == ["500"]
    assert [word.text for word in now().words if not word.is_voiced] == ["thank"]


def test_number_when_confirmed_then_it_waits_no_more_and_the_audit_tells_it(now, act):
    assert told_by(lambda: act(acts.confirm, first=1, last=2)) == ["transcript.confirmed"]
    assert [tick.text for tick in now().unconfirmed] == ["no fever"]


def test_words_when_corrected_then_the_engines_stay_and_are_told_beside(now, act, run, clinician_a):
    act(acts.correct, first=1, last=2, words="  50   mg ")
    assert now().text == "take 50 mg twice a day and no fever"
    assert [tick.text for tick in now().unconfirmed] == ["no fever"]
    written = next(word for word in now().words if word.is_corrected)
    assert (written.was, written.start, written.end) == ("500 mg", 0.5, 1.5)
    with clinician_a.at_work():
        assert Result.objects.select_related("case").get(run=run).outcome["text"] == answer().text


def test_words_when_corrected_twice_then_the_later_reaches_over_the_earlier_and_taking_back_goes_one_by_one(now, act):
    act(acts.correct, first=1, last=2, words="50 mg")
    act(acts.correct, first=2, last=3, words="milligrams once")
    assert now().text == "take 500 milligrams once a day and no fever"
    act(acts.undo)
    assert now().text == "take 50 mg twice a day and no fever"
    act(acts.undo)
    assert now().text == "take 500 mg twice a day and no fever"
    with pytest.raises(Refusal) as refused:
        act(acts.undo)
    assert refused.value.code == Code.NOTHING_TO_UNDO


def test_word_when_taken_out_or_struck_and_put_back_then_the_person_is_believed(now, act):
    act(acts.correct, first=6, last=6, words="")
    act(acts.correct, first=9, last=9, words="thanks")
    assert now().text == "take 500 mg twice a day no fever thanks"


def test_speakers_when_named_and_set_then_lines_say_so(now, act):
    act(acts.name_speaker, speaker=1, name="Mother")
    act(acts.say_who, first=0, last=1, speaker=2)
    act(acts.say_who, first=8, last=9, speaker=BOTH)
    lines = now().lines
    assert [(line.speaker, line.name, line.is_suggested) for line in lines] == [
        (2, "", False), (1, "Mother", True), (2, "", True), (BOTH, "", False)
    ]  # fmt: skip


def test_turns_when_two_lie_over_each_other_then_both_spoke(clinician_a, case_a):
    turns = ({"start": 0.0, "end": 2.0, "speaker": 1, "certainty": 0.8},
             {"start": 1.0, "end": 5.0, "speaker": 2, "certainty": 0.8})  # fmt: skip
    run = heard(clinician_a, case_a, answer(turns=turns))
    with clinician_a.at_work():
        found = transcripts.current(run)
    assert found is not None
    assert [line.speaker for line in found.lines] == [1, BOTH, 2]


def test_act_when_somebody_else_acted_meanwhile_then_it_is_refused(act, now):
    act(acts.confirm, first=1, last=2, seen=0)
    with pytest.raises(Refusal) as refused:
        act(acts.correct, first=1, last=2, words="5 mg", seen=0)
    assert refused.value.code == Code.TRANSCRIPT_CHANGED
    act(acts.finish, seen=now().edits)
    assert now().is_checked


@pytest.mark.parametrize(
    ("verb", "told"),
    [
        (acts.confirm, {"first": 3, "last": 1}),
        (acts.confirm, {"first": 3, "last": 99}),
        (acts.correct, {"first": 0, "last": 0, "words": "x" * 401}),
        (acts.name_speaker, {"speaker": 1, "name": " "}),
        (acts.name_speaker, {"speaker": 7, "name": "Mother"}),
    ],
    ids=["backwards", "behind the end", "too long", "no name", "no speaker"],
)
def test_act_when_it_makes_no_sense_then_it_is_refused(act, verb, told):
    with pytest.raises(Refusal) as refused:
        act(verb, **told)
    assert refused.value.code == Code.INVALID


def test_transcript_when_somebody_may_only_read_then_she_changes_nothing(staff_a, run):
    lead = staff_a[Role.LEAD]
    with lead.at_work(), pytest.raises(Refusal) as refused:
        acts.confirm(by=lead.actor, run=run, first=1, last=2)
    assert refused.value.code == Code.NOT_ALLOWED


def test_rows_of_corrections_when_they_are_to_be_changed_then_the_database_refuses(act, clinician_a):
    edit = act(acts.correct, first=1, last=2, words="50 mg")
    with clinician_a.at_work(), pytest.raises(ProgrammingError), transaction.atomic():
        TranscriptEdit.objects.filter(pk=edit.pk).update(first=0)
