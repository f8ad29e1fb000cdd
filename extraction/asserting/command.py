"""Rows of a sentence and a concept in, a line out for each, in their order. Needs no database and no server."""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from clinic import command_files
from clinic.inference import json_lines
from clinic.inference.json_lines import Line
from extraction.inference.assertions import PRESENT, Assertion, assertion_of, lists
from extraction.inference.assertions.finding import place_of

HELP = (
    "Say of each row (id, sentence, concept) whether the concept is negated, uncertain, of the past, of another person."
)
NO_SENTENCE, NO_CONCEPT = "no_sentence", "no_concept"
NOT_FOUND, NOT_VERBATIM = "concept_not_in_sentence", "concept_not_verbatim"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="IN.jsonl", help="rows with id, sentence and concept, plain or .gz")
    parser.add_argument("--jsonl", type=Path, required=True, help="where the lines go; - is standard output")


def run(options: argparse.Namespace, say: Callable[[str], None] = print) -> None:
    command_files.demand([options.path], options.jsonl)
    say(f"engine: {engine()}")
    began, written = time.perf_counter(), 0
    with command_files.writing(options.jsonl) as out:
        for line in json_lines.lines_of(options.path):
            out.write(json.dumps(answered(line), ensure_ascii=False) + "\n")
            written += 1
    spent = time.perf_counter() - began
    say(f"{written} sentences in {spent:.1f} s, {written / spent:.0f} a second")


def engine() -> str:
    return f"Assertion rules {lists.digest()[:12]}"


def answered(line: Line) -> dict[str, Any]:
    """What cannot be answered has no assertion at all, rather than the most frequent one."""
    sentence, concept = line.text("sentence"), line.text("concept")
    problem = line.problem or ("" if sentence else NO_SENTENCE) or ("" if concept else NO_CONCEPT)
    if problem:
        return _told(line.name, None, problem)
    place = place_of(sentence, concept)
    if place is None:
        return _told(line.name, PRESENT, NOT_FOUND)
    return _told(line.name, assertion_of(sentence, place.start, place.end), "" if place.is_verbatim else NOT_VERBATIM)


def _told(name: str, assertion: Assertion | None, flag: str) -> dict[str, Any]:
    said = asdict(assertion) if assertion else dict.fromkeys(asdict(PRESENT))
    return {"id": name, **said, "flags": [flag] if flag else [], "engine": engine()}
