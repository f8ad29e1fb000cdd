"""Papers name tests that are there, and the traceability of hazards is the one the tests carry."""

import re
from pathlib import Path

import pytest

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


def test_requirements_when_bound_then_each_line_names_a_test():
    table = (ROOT / "docs" / "asvs.md").read_text().partition("## Left out")[0]
    rows = [line for line in table.splitlines() if re.match(r"\| \d", line)]

    assert len(rows) >= 45
    assert [row for row in rows if not _TEST.search(row)] == []


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
