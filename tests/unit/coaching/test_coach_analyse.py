"""The command at the keyboard: a file in, its words and how it was said out, no database near it."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from clinic.inference.speech.speaking import speak
from coaching.analysing.answers import answer_of
from coaching.inference import bank
from coaching.inference.schema import MeasureName
from coaching.management.commands.coach_analyse import Command

pytestmark = pytest.mark.slow
SAID = "I would ask the patient what she knows. Then I would explain the result in plain words and wait for questions."


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("answers") / "answer.wav"
    path.write_bytes(speak(SAID, pace=150).wav)
    return path


def test_every_measure_stands_in_the_json(recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command(Command(), str(recording), "--json")
    told = json.loads(capsys.readouterr().out)
    assert [measure["name"] for measure in told["delivery"]["measures"]] == [name.value for name in MeasureName]
    assert told["answer"]["text"] and told["engine"] and told["is_draft"] is True
    assert told["delivery"]["sounding"]["problem"] == ""


def test_a_person_reads_sentences_with_moments(recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command(Command(), str(recording), "--fluent")
    told = capsys.readouterr().out
    assert "Articulation rate: " in told and "listen at 0:0" in told and "draft" in told
    assert "Fillers" not in told and "Long pauses" not in told


def test_a_language_nobody_hears_still_has_its_sound(recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command(Command(), str(recording), "--language", "es", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["problem"] == "no_engine"
    values = {measure["name"]: measure["value"] for measure in told["delivery"]["measures"]}
    assert values["articulation"] is not None and values["speech_rate"] is None


def test_with_its_question_an_answer_gets_feedback(recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    question = bank.questions()[0]
    call_command(Command(), str(recording), "--question", question.id, "--json")
    told = json.loads(capsys.readouterr().out)
    assert {point["id"] for point in told["content"]["points"]} == {point.id for point in question.points}
    assert len(told["feedback"]["actions"]) == 3
    with pytest.raises(CommandError, match="no question 'none'"):
        call_command(Command(), str(recording), "--question", "none")


def test_what_is_no_recording_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "letter.wav"
    path.write_text("Dear colleague")
    with pytest.raises(CommandError, match="not_a_sound"):
        call_command(Command(), str(path))
    with pytest.raises(CommandError, match="does not exist"):
        call_command(Command(), str(tmp_path / "none.wav"))


def test_struck_words_are_in_no_answer() -> None:
    words = [
        {"text": text, "start": at, "end": at + 0.5, "confidence": None, "is_voiced": is_voiced}
        for at, (text, is_voiced) in enumerate([("she", True), ("the", False), ("waited", True)])
    ]
    answer = answer_of(words, "en", 3.0)
    assert answer.text == "she waited"
    assert [answer.text[word.at : word.to] for word in answer.words] == ["she", "waited"]
