"""The command's straight path: rows in, some at once through the engine, a line out for each, in their order."""

import argparse
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from classify.inference import engine
from classify.inference.reading import DocumentReader, Reading
from classify.reading import lines, sources
from classify.reading.sources import Row
from clinic import command_files
from clinic.command_files import Mistake
from clinic.engines import manifests
from clinic.engines.manifests import Manifest
from clinic.engines.unfit import Unfit

HELP = "Read documents from lines of JSON (id, text), one line of JSON each. Needs no database and no server."
_SHIPPED = Path(__file__).parents[1] / "weights"
_AT_ONCE = 64
UNEXPECTED = "unexpected"


class NoEngine(Mistake):
    """In words for the person at the keyboard."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="IN.jsonl", help="rows with id and text, plain or .gz")
    parser.add_argument("--jsonl", type=Path, required=True, help="where the lines go; - is standard output")
    parser.add_argument("--engine", type=Path, help="an engine's folder, instead of the shipped one")


def run(options: argparse.Namespace, say: Callable[[str], None] = print) -> None:
    command_files.demand([options.path], options.jsonl)
    folder = options.engine or shipped()
    reader, name = opened(folder)
    say(f"engine: {name}")
    began, written = time.perf_counter(), 0
    with command_files.writing(options.jsonl) as out:
        for rows in _some_at_once(sources.rows_of(options.path)):
            for line in read(reader, rows, name):
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
                written += 1
    spent = time.perf_counter() - began
    say(f"{written} documents in {spent:.1f} s, {written / spent:.0f} a second")


def shipped() -> Path:
    """The newest folder of weights that came with the product."""
    found = sorted(path.parent for path in _SHIPPED.glob(f"*/{manifests.MANIFEST}"))
    if not found:
        raise NoEngine("No engine for documents came with this copy. Name an engine's folder with --engine.")
    return found[-1]


def opened(folder: Path) -> tuple[DocumentReader, str]:
    """Every byte is checked against the manifest first."""
    try:
        manifest = manifests.read(folder)
        manifests.check_files(folder, manifest)
    except Unfit as why:
        raise NoEngine(f"{folder} is no engine that may be opened: {why.fault.label} {why.about}".strip()) from why
    return engine.load(folder, manifest.told), _named(manifest)


def read(reader: DocumentReader, rows: Sequence[Row], name: str) -> Iterator[dict[str, Any]]:
    """The time of a document is its share of what it was read with."""
    texts = [row.text for row in rows if not row.problem]
    began = time.perf_counter()
    readings = iter(_read_safely(reader, texts))
    spent = (time.perf_counter() - began) * 1000 / max(len(texts), 1)
    for row in rows:
        reading = None if row.problem else next(readings)
        if reading is None:
            yield lines.failed(row.id, (row.problem or UNEXPECTED,), name)
        else:
            yield lines.answered(row.id, reading, name, spent)


def _read_safely(reader: DocumentReader, texts: Sequence[str]) -> list[Reading | None]:
    """All at once; where that breaks, one by one, so that only the one that breaks is lost."""
    try:
        return list(reader.read_many(texts, with_spans=False))
    except Exception:
        return [_one(reader, text) for text in texts]


def _one(reader: DocumentReader, text: str) -> Reading | None:
    try:
        return reader.read_many([text], with_spans=False)[0]
    except Exception:  # the next document may be a good one
        return None


def _named(manifest: Manifest) -> str:
    return f"{manifest.name} {manifest.version} {manifest.digest[:12]}"


def _some_at_once(rows: Iterable[Row]) -> Iterator[list[Row]]:
    waiting = iter(rows)
    while some := list(islice(waiting, _AT_ONCE)):
        yield some
