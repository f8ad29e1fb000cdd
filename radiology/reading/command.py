"""The command's straight path: find films, open and judge them ahead, ask the pair, write a line for each.

Films are opened in children, from two threads that wait for them, while the nets work on the film before: on two cores
one of them reads files and the other computes.
"""

import argparse
import json
import os
import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import torch

from clinic.engines import manifests
from clinic.engines.unfit import Unfit
from radiology.inference import engine, gate, map_checks, map_pictures
from radiology.inference.engine import ChestPair, Reading
from radiology.inference.film import Unreadable
from radiology.inference.framing import Frame, frame_of
from radiology.inference.gate import weights as gate_weights
from radiology.reading import lines, sources
from radiology.reading.sources import Source

HELP = "Read chest films from files, folders and ZIPs, one line of JSON each. Needs no database and no server."
_SHIPPED = Path(__file__).parents[1] / "weights"
_CAPABILITY = "radiology.chest"
_OPENERS = 2
UNEXPECTED = "unexpected"


class NoEngine(Exception):
    """In words for the person at the keyboard."""


@dataclass(frozen=True)
class Looked:
    """A film that waits for the nets, or why it does not."""

    name: str
    frame: Frame | None
    reasons: tuple[str, ...]
    began: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="films, folders and ZIPs of them")
    parser.add_argument("--jsonl", type=Path, required=True, help="where the lines go; - is standard output")
    parser.add_argument("--map-dir", type=Path, help="a picture of each film with its map on it")
    parser.add_argument("--no-maps", action="store_true", help="no maps are made")
    parser.add_argument("--check-maps", action="store_true", help="say of each map whether it is an explanation (slow)")
    parser.add_argument("--engine", type=Path, help="an engine's folder, instead of the shipped one")
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1), help="for the nets")
    parser.add_argument("--batch", type=int, default=16, help="how many films are opened ahead")


def run(options: argparse.Namespace, say: Callable[[str], None] = print) -> None:
    torch.set_num_threads(max(1, options.threads))
    _demand_gate()
    pair = opened(options.engine or shipped())
    say(f"engine: {pair.identity}")
    began, written = time.perf_counter(), 0
    with _output(options.jsonl) as out, ThreadPoolExecutor(_OPENERS) as openers:
        for looked in _ahead(openers, sources.found(options.paths), pair, max(1, options.batch)):
            out.write(json.dumps(_line(pair, looked, written, options), ensure_ascii=False) + "\n")
            out.flush()
            written += 1
    spent = time.perf_counter() - began
    say(f"{written} films in {spent:.1f} s, {written / spent:.1f} a second")


def shipped() -> Path:
    """The newest folder of weights that came with the product."""
    found = [path.parent for path in sorted(_SHIPPED.glob(f"*/{manifests.MANIFEST}")) if _is_of_films(path.parent)]
    if not found:
        raise NoEngine("No weights for chest films came with this copy. Name an engine's folder with --engine.")
    return found[-1]


def opened(folder: Path) -> ChestPair:
    """Every byte is checked against the manifest first."""
    try:
        manifest = manifests.read(folder)
        manifests.check_files(folder, manifest)
    except Unfit as why:
        raise NoEngine(f"{folder} is no engine that may be opened: {why.fault.label} {why.about}".strip()) from why
    return engine.load(folder, manifest.told)


def _demand_gate() -> None:
    """Asked before the first film: a gate that does not open would refuse them all, each for a reason not its own."""
    try:
        gate_weights.learned()
    except gate_weights.Differs as why:
        raise NoEngine(f"The gate is not the one that came with this copy: {why}") from why


def _is_of_films(folder: Path) -> bool:
    try:
        return manifests.read(folder).capability == _CAPABILITY
    except Unfit:
        return False


def _output(path: Path) -> TextIO:
    return os.fdopen(os.dup(1), "w") if str(path) == "-" else path.open("w", encoding="utf-8")


def _ahead(openers: ThreadPoolExecutor, found: Iterable[Source], pair: ChestPair, most: int) -> Iterator[Looked]:
    """In the order in which they were found."""
    waiting: deque[Future[Looked]] = deque()
    for source in found:
        waiting.append(openers.submit(look, source, pair))
        if len(waiting) >= most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def look(source: Source, pair: ChestPair) -> Looked:
    """Whatever a file holds, it ends in a film or in a reason."""
    began = time.perf_counter()
    try:
        film = source.opened()
        reasons = gate.judge(film, card_ages=_ages_of(pair)).codes
        return Looked(source.name, None if reasons else frame_of(film), reasons, began)
    except Unreadable as why:
        return Looked(source.name, None, (why.code,), began)
    except Exception:
        return Looked(source.name, None, (UNEXPECTED,), began)


def _ages_of(pair: ChestPair) -> tuple[int, int] | None:
    ages = pair.manifest.get("ages")
    return (int(ages[0]), int(ages[1])) if ages else None


def _line(pair: ChestPair, looked: Looked, number: int, options: argparse.Namespace) -> dict[str, Any]:
    if looked.frame is None:
        return lines.refused(looked.name, looked.reasons, str(pair.identity), _since(looked.began))
    try:
        return _answered(pair, looked.name, looked.frame, number, options)
    except Exception:  # the next film may be a good one
        return lines.refused(looked.name, (UNEXPECTED,), str(pair.identity), _since(looked.began))


def _answered(pair: ChestPair, name: str, frame: Frame, number: int, options: argparse.Namespace) -> dict[str, Any]:
    """The time is what the nets took: opening goes on beside it."""
    began = time.perf_counter()
    with_map = not options.no_maps and bool(options.map_dir or options.check_maps)
    reading = pair.read([frame], with_maps=with_map)[0]
    spent = _since(began)
    checked = map_checks.check(pair, frame, reading) if with_map and options.check_maps else None
    file = _map_file(options.map_dir, name, number, frame, reading) if with_map and options.map_dir else ""
    return lines.answered(name, reading, spent, map_file=file, checked=checked)


def _map_file(folder: Path, name: str, number: int, frame: Frame, reading: Reading) -> str:
    if reading.map is None or reading.map.is_empty:
        return ""
    folder.mkdir(parents=True, exist_ok=True)
    stem = re.sub(r"[^A-Za-z0-9._-]+", "_", Path(name).stem)[-80:]
    path = folder / f"{number + 1:06d}-{stem}.png"
    path.write_bytes(map_pictures.over_film(frame, reading.map.values))
    return str(path)


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
