"""Papers name tests that are there, and the traceability of hazards is the one the tests carry."""

import re
from pathlib import Path

import pytest

from clinic.formats.table import FORMATS, MB
from tests import hazards
from tools import evidence

ROOT = Path(__file__).resolve().parents[2]
PAPERS = ("security.md", "asvs.md", "hipaa.md")
_TEST = re.compile(r"`(test_\w+)`")
_DEFINED = re.compile(r"^\s*(?:async )?def (test_\w+)\(", re.MULTILINE)


def known_tests() -> set[str]:
    return {name for path in (ROOT / "tests").rglob("test_*.py") for name in _DEFINED.findall(path.read_text())}


@pytest.mark.parametrize("paper", PAPERS)
def test_paper_when_it_names_a_test_then_it_is_there(paper: str):
    named = set(_TEST.findall((ROOT / "docs" / paper).read_text()))

    assert len(named) >= 8
    assert named - known_tests() == set()


def items(of: dict[str, str]) -> set[tuple[str, int]]:
    """(number, level) of each requirement; a section tells the numbers of level 1, a bar, those of level 2."""
    found = set()
    for section, told in of.items():
        for level, numbers in enumerate(told.split("|"), start=1):
            for span in numbers.split():
                first, _dash, last = span.partition("-")
                found |= {(f"{section}.{number}", level) for number in range(int(first), int(last or first) + 1)}
    return found


# ASVS 5.0.0 by its table: 70 items of level 1, 183 of level 2. Those of level 3 are not claimed.
ASVS = {
    "1.1": "|1-2", "1.2": "1-5|6-9", "1.3": "1-2|3-11", "1.4": "|1-3", "1.5": "1|2",
    "2.1": "1|2-3", "2.2": "1-2|3", "2.3": "1|2-4", "2.4": "|1",
    "3.2": "1-2", "3.3": "1|2-4", "3.4": "1-2|3-6", "3.5": "1-3|4-5", "3.7": "|1-2",
    "4.1": "1|2-3", "4.2": "|1", "4.3": "|1-2", "4.4": "1|2-4",
    "5.1": "|1", "5.2": "1-2|3", "5.3": "1-2", "5.4": "|1-3",
    "6.1": "1|2-3", "6.2": "1-8|9-12", "6.3": "1-2|3-4", "6.4": "1-2|3-4", "6.5": "|1-5", "6.6": "|1-3", "6.8": "|1-4",
    "7.1": "|1-3", "7.2": "1-4", "7.3": "|1-2", "7.4": "1-2|3-5", "7.5": "|1-2", "7.6": "|1-2",
    "8.1": "1|2", "8.2": "1-2|3", "8.3": "1", "8.4": "|1",
    "9.1": "1-3", "9.2": "1|2-4",
    "11.1": "|1-2", "11.2": "|1-3", "11.3": "1-2|3", "11.4": "1|2-4", "11.5": "|1", "11.6": "|1",
    "12.1": "1|2-3", "12.2": "1-2", "12.3": "|1-4",
    "13.1": "|1", "13.2": "|1-5", "13.3": "|1-2", "13.4": "1|2-5",
    "14.1": "|1-2", "14.2": "1|2-4", "14.3": "1|2-3",
    "15.1": "1|2-3", "15.2": "1|2-3", "15.3": "1|2-7",
    "16.1": "|1", "16.2": "|1-5", "16.3": "|1-4", "16.4": "|1-3", "16.5": "|1-3",
}  # fmt: skip
LEFT_OUT_AS_A_WHOLE = {
    "10.1": "|1-2", "10.2": "|1-2", "10.3": "|1-4", "10.4": "1-5|6-11", "10.5": "|1-5", "10.6": "|1-2", "10.7": "|1-3",
    "17.1": "|1", "17.2": "|1-4", "17.3": "|1-2",
}  # fmt: skip
LEFT_OUT = """
    1.2.6 1.2.7 1.2.8 1.3.1 1.3.5 1.3.8 1.3.9 3.5.4 3.5.5 4.3.1 4.3.2 4.4.1 4.4.2 4.4.3 4.4.4 6.6.1 6.6.2
    6.8.1 6.8.2 6.8.3 6.8.4 7.1.3 7.6.1 7.6.2 11.4.4 12.1.1 12.1.2 12.1.3 12.2.2 12.3.3 12.3.4
"""
NOT_MET = "6.5.2 6.5.5 11.2.2 12.3.1 13.2.1 13.3.1 15.2.1 15.3.6 16.4.3"
_ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| (\d) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
_WRITTEN = re.compile(r"^written: `(docs/[\w-]+\.md)` “([^”]+)”")


def requirements() -> list[tuple[str, int, str]]:
    text = (ROOT / "docs" / "asvs.md").read_text()
    return [(number, int(level), how) for number, level, _asks, how in _ROW.findall(text)]


def test_requirements_when_counted_then_each_of_both_levels_has_its_line_once():
    lines = [(number, level) for number, level, _how in requirements()]

    assert len(items(ASVS) | items(LEFT_OUT_AS_A_WHOLE)) == 253
    assert len(lines) == len(set(lines))
    assert set(lines) == items(ASVS)


def test_requirements_when_answered_then_by_a_test_a_paper_or_a_reason():
    answered = re.compile(r"`test_\w+`|written: `docs/[\w-]+\.md` “|(?:left out|not met): \S")

    assert [number for number, _level, how in requirements() if not answered.match(how)] == []


def test_requirements_when_not_answered_by_a_test_or_a_paper_then_they_are_those_that_were_decided():
    """None becomes "left out" in passing."""
    assert {number for number, _level, how in requirements() if "left out:" in how} == set(LEFT_OUT.split())
    assert {number for number, _level, how in requirements() if "not met:" in how} == set(NOT_MET.split())


def test_requirements_when_written_somewhere_then_under_that_heading():
    written = [(number, *found.groups()) for number, _level, how in requirements() if (found := _WRITTEN.match(how))]
    missing = [(number, heading) for number, path, heading in written
               if not re.search(rf"^#+ {re.escape(heading)}$", (ROOT / path).read_text(), re.MULTILINE)]  # fmt: skip

    assert len(written) == sum(how.startswith("written") for _number, _level, how in requirements()) > 10
    assert missing == []


def test_rules_when_they_name_formats_then_those_of_the_table():
    part = (
        (ROOT / "docs" / "security-rules.md").read_text().partition("## Files that are taken")[2].partition("\n## ")[0]
    )
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line.startswith("| ")
    ]
    told = {name: (extensions.strip(), most) for names, all_extensions, most in rows[1:]
            for name, extensions in zip(names.split(", "), all_extensions.split(", "), strict=True)}  # fmt: skip

    assert {name: extensions for name, (extensions, _most) in told.items()} == {
        name: " ".join(found.extensions) for name, found in FORMATS.items()}  # fmt: skip
    assert all(most.startswith(f"{FORMATS[name].cap_bytes // MB} MB") for name, (_extensions, most) in told.items())


def test_hazards_when_listed_then_each_has_a_test_and_the_table_is_in_step():
    """Out of step? `python -m tests.hazards --write`"""
    assert set(hazards.hazards()) == {hazard for hazard, _path, _test in hazards.marked()}
    assert hazards.LOG.read_text() == hazards.with_table()


def test_make_targets_when_papers_name_them_then_they_are_there():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    papers = "".join((ROOT / "docs" / paper).read_text() for paper in (*PAPERS, "hazards.md"))

    assert set(re.findall(r"`make ([a-z-]+)`", papers)) <= targets


def test_evidence_when_read_back_then_each_row_has_its_day_and_commit_and_nothing_was_written_by_hand():
    rows = evidence.kept()

    assert rows
    assert evidence.PAPER.read_text() == evidence.paper(rows)
    for name, (figures, day, commit) in rows.items():
        assert evidence.told_in([f"{name}: {figures}"]) == {name: figures}
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", day) and re.fullmatch(r"[0-9a-f]{7,12}", commit)


def test_figures_when_printed_among_other_lines_then_only_they_are_taken():
    lines = ["....", "doors: sign_in=10/1000 api_keys_opened=0/1000", "error: something else", "flood: inside=200 "]

    assert evidence.told_in(lines) == {"doors": "sign_in=10/1000 api_keys_opened=0/1000", "flood": "inside=200"}
