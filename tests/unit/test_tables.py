import csv
import io
import json

import pytest

from clinic.tables import cell, csv_lines, json_lines


@pytest.mark.parametrize("text", [
    "=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =cmd|' /C calc'!A0", "\0=1", "＝1", '=HYPERLINK("x")',
])  # fmt: skip
def test_text_that_could_be_a_formula_is_text(text):
    [[shown]] = list(csv.reader(io.StringIO("".join(csv_lines(["name"], [[text]])), newline="")))[1:]
    assert shown == "'" + text.replace("\0", "")


@pytest.mark.parametrize(("value", "shown"), [(-0.5, "-0.5"), (3, "3"), (None, ""), (True, "True"), ("a", "a")])
def test_numbers_and_plain_words_stay_what_they_are(value, shown):
    assert cell(value) == shown


def test_commas_quotes_and_line_ends_come_back():
    row = ['a, "b"', "line\r\nend", "ñ"]
    text = "".join(csv_lines(["one", "two", "three"], [row]))
    assert text.startswith("one,two,three\r\n")
    assert list(csv.reader(io.StringIO(text, newline="")))[1] == row


def test_each_value_has_a_line_of_its_own():
    lines = list(json_lines([{"a": "x\ny"}, {"a": "=1"}]))
    assert [json.loads(line) for line in lines] == [{"a": "x\ny"}, {"a": "=1"}]
    assert all(line.count("\n") == 1 for line in lines)
