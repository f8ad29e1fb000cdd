"""The command's straight path: rows in, a line with an answer out for each, in their order."""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from clinic import command_files
from clinic.engines import manifests
from clinic.inference import json_lines
from consult.consulting import lines
from consult.inference import rules
from consult.inference.engine import Answerer, load

HELP = (
    "Answer visits, by rules: lines of JSON (id, text, and where known language, age, sex, pictures, missing, unsure). "
    "Out come urgency, red flags, the short answer with its sources, questions and a draft note. "
    "Needs no database and no server."
)
UNEXPECTED, NO_FILE = "unexpected", "no_file"
SHIPPED = Path(__file__).parents[1] / "weights" / "rules-1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="IN.jsonl", help="rows with id and text")
    parser.add_argument(
        "--jsonl", type=Path, required=True, metavar="OUT", help="where the lines go; - is standard output"
    )


def run(options: argparse.Namespace, say: Callable[[str], None] = print) -> None:
    command_files.demand(options.paths, options.jsonl)
    answerer, engine = opened()
    say(f"engine: {engine}")
    began, written = time.perf_counter(), 0
    with command_files.writing(options.jsonl) as out:
        for told in _lines(options.paths, answerer, engine):
            out.write(json.dumps(told, ensure_ascii=False) + "\n")
            written += 1
    spent = time.perf_counter() - began
    say(f"{written} visits in {spent:.1f} s, {written / max(spent, 1e-9):.0f} a second")


def opened() -> tuple[Answerer, str]:
    """The engine that lies beside the code, named as pages name it."""
    manifest = manifests.read(SHIPPED)
    return load(SHIPPED, manifest.told), f"{manifest.name} {manifest.version} {manifest.digest[:12]}"


def _lines(paths: list[Path], answerer: Answerer, engine: str) -> Iterator[dict[str, Any]]:
    for path in paths:
        if not path.is_file():  # it was there when the command began
            yield lines.failed(path.name, NO_FILE, engine)
            continue
        for line in json_lines.lines_of(path):
            yield lines.failed(line.name, line.problem, engine) if line.problem else answered(line, answerer, engine)


def answered(line: json_lines.Line, answerer: Answerer, engine: str) -> dict[str, Any]:
    try:
        asked = lines.asked_in(line.told)
    except lines.Unfit as why:
        return lines.failed(line.name, why.code, engine)
    began = time.perf_counter()
    try:
        told = answerer.answer(asked)
    except Exception:  # one visit that breaks the rules costs no other
        return lines.failed(line.name, UNEXPECTED, engine)
    return lines.answered(line.name, told, engine, (time.perf_counter() - began) * 1000, rules.describe)
