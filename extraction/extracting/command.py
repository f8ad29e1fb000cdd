"""The command's straight path: rows or files in, a line of facts out for each, in their order."""

import argparse
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from clinic.inference import json_lines
from clinic.inference.documents import DocumentText, Unreadable, open_bounded
from extraction.extracting import lines
from extraction.inference import rules

HELP = (
    "Read facts out of documents, by rules: lines of JSON (id, text), or files (text, PDF, DOCX, pictures). "
    "One line of JSON each. Needs no database and no server."
)
NO_TEXT, UNEXPECTED, NO_FILE = "no_text", "unexpected", "no_file"
_ROWS = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")


@dataclass(frozen=True)
class Given:
    """`problem` says why there is no text."""

    name: str
    text: str = ""
    document: DocumentText | None = None
    problem: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="IN.jsonl|FILE", help="rows with id and text, or documents"
    )
    parser.add_argument("--jsonl", type=Path, required=True, help="where the lines go; - is standard output")


def run(options: argparse.Namespace, say: Callable[[str], None] = print) -> None:
    engine = rules.engine()
    say(f"engine: {engine}")
    began, written = time.perf_counter(), 0
    with _output(options.jsonl) as out:
        for path in options.paths:
            for given in _given(path):
                out.write(json.dumps(answered(given, engine), ensure_ascii=False) + "\n")
                written += 1
    spent = time.perf_counter() - began
    say(f"{written} documents in {spent:.1f} s, {written / max(spent, 1e-9):.0f} a second")


def answered(given: Given, engine: str) -> dict[str, Any]:
    if given.problem:
        return lines.failed(given.name, (given.problem,), engine)
    began = time.perf_counter()
    try:
        told = rules.extract(given.text)
    except Exception:  # one document that breaks the rules costs no other
        return lines.failed(given.name, (UNEXPECTED,), engine)
    return lines.answered(given.name, told, engine, (time.perf_counter() - began) * 1000, given.document)


def _given(path: Path) -> Iterator[Given]:
    if not path.is_file():
        yield Given(path.name, problem=NO_FILE)
    elif path.name.endswith(_ROWS):
        yield from _rows(path)
    else:
        yield _file(path)


def _rows(path: Path) -> Iterator[Given]:
    for line in json_lines.lines_of(path):
        if line.problem:
            yield Given(line.name, problem=line.problem)
        elif not isinstance(line.told.get("text"), str):
            yield Given(line.name, problem=NO_TEXT)
        else:
            yield Given(line.name, line.told["text"])


def _file(path: Path) -> Given:
    """Opened as an upload is: in a child with little memory, little time and nothing to reach."""
    try:
        with path.open("rb") as file:
            document = open_bounded(iter(lambda: file.read(1 << 20), b""))
    except Unreadable as why:
        return Given(path.name, problem=why.code)
    return Given(path.name, document.text, document)


def _output(path: Path) -> TextIO:
    """An id may hold halves of characters, which no file can: they are written as their numbers."""
    place = os.dup(1) if str(path) == "-" else path
    return open(place, "w", encoding="utf-8", errors="backslashreplace")  # noqa: PTH123  (a number too)
