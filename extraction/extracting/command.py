"""The command's straight path: rows or files in, a line of facts out for each, in their order."""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clinic import command_files
from clinic.document_limits import FEWEST_CHARACTERS
from clinic.engines import manifests
from clinic.inference import json_lines
from clinic.inference.documents import DocumentText, Unreadable, open_bounded
from extraction.extracting import lines
from extraction.inference import rules

HELP = (
    "Read facts out of documents, by rules: lines of JSON (id, text), or files (text, PDF, DOCX, pictures). "
    "One line of JSON each. Needs no database and no server."
)
NO_TEXT, UNEXPECTED, NO_FILE, TOO_SHORT = "no_text", "unexpected", "no_file", "too_short"
_SHIPPED = Path(__file__).parents[1] / "weights" / "rules-1"
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
    command_files.demand(options.paths, options.jsonl)
    engine = named()
    say(f"engine: {engine}")
    began, written = time.perf_counter(), 0
    with command_files.writing(options.jsonl) as out:
        for path in options.paths:
            for given in _given(path):
                out.write(json.dumps(answered(given, engine), ensure_ascii=False) + "\n")
                written += 1
    spent = time.perf_counter() - began
    say(f"{written} documents in {spent:.1f} s, {written / max(spent, 1e-9):.0f} a second")


def named() -> str:
    """As pages and the API name the same rules: by the digest of the manifest they were shipped with. Rules that were
    changed since then have none, and go by their own."""
    of_rules = json.loads((_SHIPPED / "rules.json").read_text())["digest"]
    if of_rules != rules.digest():
        return rules.engine()
    manifest = manifests.read(_SHIPPED)
    return f"{manifest.name} {manifest.version} {manifest.digest[:12]}"


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
    if not path.is_file():  # it was there when the command began
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
        elif 0 < len(line.told["text"].strip()) < FEWEST_CHARACTERS:  # as a file of the same words is
            yield Given(line.name, problem=TOO_SHORT)
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
