import json

import pytest

from clinic.inference import child
from clinic.inference.text_rows import MOST_LINES, rows
from clinic.inference.unpacking import Unpackable


@pytest.fixture(scope="module", autouse=True)
def no_nursery_left():
    yield
    child.close()


def lines(*values: object) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def out_of(data: bytes, start: int = 0) -> list[tuple[str, str, str]]:
    return [(row.name, row.text, row.problem) for row in rows([data], start=start)]


def test_each_line_is_a_text_with_its_name():
    data = lines({"id": "a", "text": "One."}, {"id": 7, "text": "Two."}) + b"\n\n" + lines({"text": "Three."})
    assert out_of(data) == [("a", "One.", ""), ("7", "Two.", ""), ("line 3", "Three.", "")]
    assert [row.share for row in rows([data])][-1] == 1.0


def test_a_line_that_is_wrong_is_named_and_takes_no_other_with_it():
    data = (
        lines({"id": "a", "text": "One."}) + b"{broken\n" + b"\xff\xfe\n" + b"[" * 100_000 + b"\n"
        + lines({"id": "b"}, {"id": "c", "text": 5}, "text", {"id": "d", "text": "\ud800"}, {"id": "e", "text": "Two."})
    )  # fmt: skip
    assert [(name, problem) for name, _text, problem in out_of(data)] == [
        ("a", ""), ("line 2", "not_json"), ("line 3", "not_json"), ("line 4", "not_json"), ("b", "no_text"),
        ("c", "no_text"), ("line 7", "no_text"), ("d", "not_text"), ("e", ""),
    ]  # fmt: skip


def test_many_lines_come_in_several_answers_and_from_where_somebody_stopped():
    data = lines(*({"id": number, "text": "words"} for number in range(2_500)))
    found = out_of(data)
    assert [name for name, _, _ in found] == [str(number) for number in range(2_500)]
    assert out_of(data, start=2_400) == found[2_400:]
    assert out_of(data, start=2_500) == []


def test_a_line_that_is_too_long_is_named():
    data = lines({"id": "a", "text": "x" * 9_000_000}, {"id": "b", "text": "One."})
    assert out_of(data) == [("line 1", "", "too_large"), ("b", "One.", "")]


def test_an_empty_file_has_no_rows():
    assert list(rows([b""])) == []
    assert list(rows([b"\n \n"])) == []


def test_very_many_lines_are_refused_before_a_child_sees_one(monkeypatch):
    monkeypatch.setattr(child, "run_bounded", None)

    with pytest.raises(Unpackable, match="too_many_files"):
        out_of(b"1\n" * (MOST_LINES + 1))
