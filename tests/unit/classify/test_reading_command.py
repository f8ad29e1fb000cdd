import argparse
import json

import pytest

from classify.inference.specialties import LABELS
from classify.reading import command
from classify.training.made_up import MADE_UP
from clinic.inference import json_lines


def run(tmp_path, rows: list[bytes], **options) -> list[dict]:
    given, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    given.write_bytes(b"\n".join(rows) + b"\n")
    command.run(argparse.Namespace(path=given, jsonl=out, **({"engine": None} | options)), say=lambda line: None)
    return [json.loads(line) for line in out.read_text().splitlines()]


def row(name: str, text: str) -> bytes:
    return json.dumps({"id": name, "text": text}).encode()


def test_each_row_gets_its_line_in_order(tmp_path):
    found = run(tmp_path, [row(str(number), text) for number, text in enumerate(MADE_UP)])
    assert [line["id"] for line in found] == [str(number) for number in range(len(MADE_UP))]
    assert (found[0]["specialty"], found[0]["accepted"]) == ("cardiology", True)
    assert tuple(found[0]["probabilities"]) == LABELS
    assert found[3]["urgency"] == "urgent"
    assert found[0]["engine"].startswith("Specialty of documents")


def test_a_bad_row_is_a_line_with_its_reason_and_the_next_is_read(tmp_path):
    rows = [b"{no json", b'{"id": "a"}', b'{"id": 7, "text": 3}', b"\xff\xfe", b"[]", row("good", MADE_UP[0])]
    found = run(tmp_path, rows)
    assert [line["reasons"] for line in found] == [
        ["not_json"], ["no_text"], ["no_text"], ["not_utf8"], ["not_json"], [],
    ]  # fmt: skip
    assert [line["id"] for line in found] == ["line 1", "a", "7", "line 4", "line 5", "good"]
    assert all(line["accepted"] is False and line["probabilities"] is None for line in found[:5])


def test_a_refused_document_says_why_and_shows_no_number(tmp_path):
    (line,) = run(tmp_path, [row("short", "Chest pai")])
    assert (line["reasons"], line["specialty"], line["urgency"]) == (["too_short"], None, None)


def test_one_document_that_breaks_the_engine_costs_no_other(tmp_path, monkeypatch, shipped):
    def breaks(texts, *, with_spans=True):
        if "boom" in texts:
            raise RuntimeError
        return type(shipped).read_many(shipped, texts, with_spans=with_spans)

    class Broken:
        read_many = staticmethod(breaks)

    monkeypatch.setattr(command, "opened", lambda folder: (Broken(), "engine"))
    found = run(tmp_path, [row("a", MADE_UP[0]), row("b", "boom"), row("c", MADE_UP[9])])
    assert [line["reasons"] for line in found] == [[], ["unexpected"], []]


def test_a_changed_engine_is_not_opened(tmp_path):
    for file in command.shipped().iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "calibration.json").write_text("{}")
    with pytest.raises(command.NoEngine):
        command.opened(tmp_path)


def test_an_id_with_half_a_character_stops_nothing(tmp_path):
    found = run(
        tmp_path, [b'{"id": "\\ud800", "text": "Chest pain and \\ud800 dyspnoea on effort"}', row("b", MADE_UP[0])]
    )
    assert len(found) == 2
    assert found[1]["id"] == "b"


def test_an_empty_line_is_no_row_and_a_very_long_one_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(json_lines, "LONGEST_LINE", 400)
    found = run(tmp_path, [b"", row("long", "heart " * 200), b"   ", row("good", MADE_UP[1])])
    assert [(line["id"], line["reasons"]) for line in found] == [("line 2", ["line_too_long"]), ("good", [])]
