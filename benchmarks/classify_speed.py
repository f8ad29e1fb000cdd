"""`make bench-classify-speed`: one document, many documents, and the classic forest one by one, side by side.

The marks are for a machine that does nothing else; processor time is told beside them. Without a file the documents are
put together from made-up ones; with FILE.jsonl they are the file's own. Engine and forest take turns, so that what else
the machine does hits both.
"""

import argparse
import multiprocessing
import platform
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from random import Random

import numpy as np

from benchmarks.doubt.report import Line
from classify.inference.reading import DocumentReader
from classify.inference.specialties import SPECIALTIES
from classify.reading import command as reading
from classify.training import candidates, documents
from classify.training.made_up import MADE_UP

SINGLE, MANY, FORESTS, TURNS = 400, 4_000, 40, 3
LONGEST_MS, LEAST_A_SECOND, TIMES_THE_FOREST = 20.0, 1_000, 10
CORES = 2


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench-classify-speed", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--engine", type=Path, default=reading.shipped())
    options = parser.parse_args()
    texts, labels = _documents(options.file)
    reader, name = reading.opened(options.engine)
    print(f"machine: {platform.machine()}, {multiprocessing.cpu_count()} cores; engine: {name}")
    print(f"documents: {len(texts)}, {int(np.median([len(text) for text in texts]))} characters in the middle")
    lines = [_single(reader, texts), _beside_forest(reader, texts, labels), _on_cores(options.engine, texts)]
    print(*lines, sep="\n")
    return 1 if any(not line.met for line in lines) else 0


def _documents(file: Path | None) -> tuple[list[str], list[str]]:
    if file is not None:
        found = [each for each in documents.load([file]).documents if each.label in SPECIALTIES]
        return [each.text for each in found], [each.label for each in found]
    chance = Random(1)
    numbers = [chance.randrange(15) for _ in range(MANY // 4)]
    texts = [" ".join([MADE_UP[number], *chance.sample(MADE_UP[:15], 9)]) for number in numbers]
    return texts, [SPECIALTIES[number // 3] for number in numbers]


def _single(reader: DocumentReader, texts: Sequence[str]) -> Line:
    """With its words explained, as a worker reads it."""
    chosen = Random(2).choices(texts, k=SINGLE)
    for text in chosen[:50]:
        reader.read(text)
    began = time.process_time()
    spent = [_ms(partial(reader.read, text)) for text in chosen]
    computed = (time.process_time() - began) * 1000 / SINGLE
    p95 = float(np.quantile(spent, 0.95))
    shown = f"{p95:.1f} ms (middle {np.median(spent):.1f} ms, processor time {computed:.1f} ms each, n={SINGLE})"
    return Line("one document, its words explained: 95 of 100 within", shown, f"{LONGEST_MS:.0f} ms", p95 <= LONGEST_MS)


def _beside_forest(reader: DocumentReader, texts: Sequence[str], labels: Sequence[str]) -> Line:
    """Both on one thread, in turns: so many documents of the engine at once, so many of the forest one by one."""
    forest = candidates.forest(1)
    forest.fit(texts, np.array([SPECIALTIES.index(label) for label in labels]))
    chosen = Random(3).choices(texts, k=FORESTS * TURNS)
    of_forest, of_engine = 0.0, 0.0
    for turn in range(TURNS):
        some = chosen[turn * FORESTS : (turn + 1) * FORESTS]
        of_engine += _ms(partial(reader.read_many, some, with_spans=False))
        of_forest += sum(_ms(partial(forest.scores, [text])) for text in some)
    many, one = (1000 * len(chosen) / spent for spent in (of_engine, of_forest))
    shown = f"{many / one:.0f} times ({many:,.0f} a second, forest {one:,.0f}, n={len(chosen)})"
    mark = f"at least {TIMES_THE_FOREST} times"
    return Line("many at once, beside the classic forest one by one", shown, mark, many / one >= TIMES_THE_FOREST)


def _on_cores(folder: Path, texts: Sequence[str]) -> Line:
    some = (list(texts) * (MANY // len(texts) + 1))[:MANY]
    with multiprocessing.get_context("spawn").Pool(CORES, _open, (folder,)) as pool:
        parts = [some[start : start + 250] for start in range(0, MANY, 250)]
        pool.map(_read, parts[: 2 * CORES])
        rate = MANY / (_ms(lambda: pool.map(_read, parts)) / 1000)
    return Line(f"documents a second on {CORES} cores", f"{rate:,.0f} (n={MANY:,})", f"at least {LEAST_A_SECOND:,}",
                rate >= LEAST_A_SECOND)  # fmt: skip


_opened: list[DocumentReader] = []


def _open(folder: Path) -> None:
    _opened.append(reading.opened(folder)[0])


def _read(texts: Sequence[str]) -> int:
    return len(_opened[0].read_many(texts, with_spans=False))


def _ms(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    sys.exit(main())
