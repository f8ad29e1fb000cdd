"""Thousands of broken files go every way in which bytes are opened: none ends a worker, each is opened or refused by a
code that the product knows, and no child takes more than it may."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from clinic import formats
from clinic.inference import child
from tests.security.hostile import mutants, samples, ways
from tests.security.hostile.measuring import clock, demand_modest, say, size, watched

ROOT = Path(__file__).resolve().parents[3]
PRODUCT = ("classify", "clinic", "coaching", "consult", "extraction", "radiology")
MUTANTS = size("MUTANTS", 6)
FUNCTION = re.compile(r"(?:\w+\.)+\w+:\w+")
READ_TO_THE_END = {"opened", "empty_scan"}  # a reader of scans that finds no letter has looked everywhere


@pytest.fixture(scope="module", autouse=True)
def no_nursery_left():
    yield
    child.close()


@pytest.mark.long
def test_every_format_that_is_taken_has_good_samples_that_are_opened_everywhere():
    assert set(samples.FORMATS) == set(formats.FORMATS)
    for format in samples.FORMATS:
        for number, sample in enumerate(samples.of(format)):
            assert ways.recognised(sample) in _same(format), (format, number)
        for way in ways.of(format):
            ends = {ways.told(way, sample) for sample in samples.of(format)}
            assert ends & READ_TO_THE_END, (format, way.function, ends)


def _same(format: str) -> set[str]:
    """A table that does not call itself one is text; nobody can tell one line of JSON from another."""
    return {"csv": {"text"}}.get(format, {format})


def test_every_function_that_runs_in_a_child_is_tried():
    found = {function for place in PRODUCT for path in (ROOT / place).rglob("*.py") for function in _asked_for(path)}

    assert found == {way.function for way in ways.WAYS} | set(ways.NO_FILES)


def _asked_for(path: Path) -> set[str]:
    """In a module that asks for children: the texts of its code that name a function."""
    text = path.read_text()
    if "in_child(" not in text and "run_bounded(" not in text:
        return set()
    said = (node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant))
    return {each for each in said if isinstance(each, str) and FUNCTION.fullmatch(each)}


@pytest.mark.slow
@pytest.mark.parametrize("format", samples.FORMATS)
def test_mutants_are_opened_or_refused_by_a_code(format):
    judged: Counter[str] = Counter()
    ends: dict[str, Counter[str]] = {way.name: Counter() for way in ways.of(format)}
    with watched() as costs, clock() as spent:
        for number, data in enumerate(mutants.of(format, MUTANTS)):
            judged["taken" if ways.recognised(data) in formats.FORMATS else "refused"] += 1
            for way in ways.of(format):
                if number % way.every == 0:
                    ends[way.name][ways.told(way, data)] += 1
    say(f"mutants {format}: {MUTANTS}, {judged['taken']} taken by the intake, {costs}; {spent[0]:.0f} s")
    for name, told in ends.items():
        say(f"  {name}: {dict(told.most_common())}")

    codes = {code for told in ends.values() for code in told}
    assert not [code for code in codes if "undeclared" in code or code == "child_unavailable"]
    demand_modest(costs)
