import argparse
import json

import pytest

from clinic.command_files import Mistake
from consult.consulting import command
from consult.inference import rules
from consult.management.commands.consult_answer import Command

COUGH = {"id": "a", "text": "A cough for two weeks, no fever.", "age": 40, "sex": "female"}


def run(tmp_path, *given) -> list[dict]:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in given) + "\n")
    command.run(argparse.Namespace(paths=[source], jsonl=out), say=lambda line: None)
    return [json.loads(line) for line in out.read_text().splitlines()]


def test_each_visit_gets_its_line_in_order(tmp_path):
    text = "Since noon my face is drooping."
    face = {"id": 7, "text": text, "language": "en"}
    first, second = run(tmp_path, COUGH, face)
    assert (first["id"], second["id"], first["engine"]) == ("a", "7", command.opened()[1])
    assert "cough (“for two weeks”)" in first["answer"] and first["red_flags"] == [] and first["urgency"]
    assert abs(sum(first["probabilities"].values()) - 1) < 0.001 and set(first) == set(second)
    assert second["red_flags"][0]["rule"] == "RF-06" and "emergency" in second["urgency"]
    said = second["red_flags"][0]["sources"][0]["said"]
    assert text[said["start"] : said["end"]] == said["text"]


def test_every_sentence_names_its_sources_in_words(tmp_path):
    (told,) = run(tmp_path, COUGH | {"pictures": [{"kind": "film", "words": "No opacity."}], "missing": ["picture"]})
    for each in (*told["sentences"], *told["why"], *told["note"]):
        assert each["sources"] and all(source.get("says", "x") for source in each["sources"])
    assert " ".join(each["text"] for each in told["sentences"]) == told["answer"]
    assert "missing:picture" in told["flags"]


@pytest.mark.parametrize(("row", "flag"), [
    ("{no", "not_json"), ({"id": "x"}, "no_text"), ({"id": "x", "text": " "}, "no_text"),
    ({"id": "x", "text": "cough", "age": "old"}, "bad_row"), ({"id": "x", "text": "cough", "age": -1}, "bad_row"),
    ({"id": "x", "text": "cough", "missing": ["legs"]}, "bad_row"),
    ({"id": "x", "text": "cough", "sex": "m"}, "bad_row"),
    ({"id": "x", "text": "cough", "pictures": [{"kind": "sculpture"}]}, "bad_row"),
    ({"id": "x", "text": "cough", "pictures": {}}, "bad_row"), ({"id": "x", "text": "c" * 200_001}, "too_long"),
    ({"id": "x", "text": "cough", "unsure": [{"start": 3, "end": 99}]}, "bad_row"),
])  # fmt: skip
def test_a_bad_row_is_a_line_with_its_flag_and_the_next_is_answered(tmp_path, row, flag):
    first, second = run(tmp_path, row, COUGH)
    assert first["flags"] == [flag] and first["answer"] == "" and second["id"] == "a" and second["answer"]


def test_row_may_say_that_its_words_are_a_draft(tmp_path):
    (told,) = run(tmp_path, COUGH | {"is_draft": True, "low": [{"start": 2, "end": 7}]})
    assert told["probabilities"] is None and "draft_transcript" in told["flags"] and "confirm: “cough" in told["answer"]


def test_visit_without_a_voice_is_answered_by_its_picture(tmp_path):
    (told,) = run(tmp_path, {"id": "x", "text": "", "missing": ["voice"], "pictures": [{"words": "A rash."}]})
    assert "voice is missing" in told["answer"] and "A rash." in told["answer"]


def test_one_visit_that_breaks_the_rules_costs_no_other(tmp_path, monkeypatch):
    real = command.opened()[0]

    class Breaks:
        def answer(self, asked):
            if "boom" in asked.heard.text:
                raise RuntimeError
            return real.answer(asked)

    monkeypatch.setattr(command, "opened", lambda: (Breaks(), "engine"))
    first, second = run(tmp_path, {"id": "x", "text": "boom"}, COUGH)
    assert first["flags"] == ["unexpected"] and second["answer"]


def test_file_that_is_not_there_is_told_before_anything_is_written(tmp_path):
    options = argparse.Namespace(paths=[tmp_path / "none.jsonl"], jsonl=tmp_path / "out.jsonl")
    with pytest.raises(Mistake):
        command.run(options, say=lambda line: None)


def test_the_command_is_the_straight_path():
    assert Command().help == command.HELP and rules.NAME in command.opened()[1]
