"""`make bench-radiology-steady`: is what the engine says steady, and does looking twice help?

    python -m benchmarks.radiology_steady                                   on drawn films
    python -m benchmarks.radiology_steady --data IMAGES_TAR INDEX_CSV       on a fold that the engine did not learn from

Each film is changed a little (exposure, contrast, a turn, a crop, compression) and asked about again. With films whose
truth is known the engine is also asked with the mirrored film beside it, and both are measured and timed in turn.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.doubt.report import Line
from clinic.doubt import ece
from clinic.doubt.intervals import Figure
from clinic.doubt.metrics import auc, figure
from radiology.inference.engine import ChestPair
from radiology.inference.films import stretched
from radiology.inference.findings import NORMAL_AT
from radiology.inference.framing import Frame, frame_of
from radiology.inference.generated import Kind, draw
from radiology.inference.views import AS_IS
from radiology.reading.command import opened, shipped
from radiology.training import films, steadiness
from radiology.training.films import Films

_KINDS = (Kind.NORMAL, Kind.OPACITY_LEFT, Kind.OPACITY_RIGHT, Kind.PERIHILAR)
_MIRRORED = (AS_IS, "mirrored")


def main() -> None:
    options = _arguments()
    torch.set_num_threads(options.threads)
    pair = opened(options.engine or shipped())
    known = _known(options)
    print(f"engine: {pair.identity}; {len(known)} {'given' if options.data else 'drawn'} films")
    found = steadiness.figures(lambda frames: pair.sure(stretched(frames)), known.frames, known.patients)
    print(*(Line(name, _shown(one)) for name, one in found.items()), sep="\n")
    if options.data:
        print(*_looking_twice(pair, known), sep="\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs=2, type=Path, metavar=("IMAGES_TAR", "INDEX_CSV"))
    parser.add_argument("--fold", type=int, default=4)
    parser.add_argument("--films", type=int, default=200, help="how many are drawn, or of the fold at most; 0 for all")
    parser.add_argument("--engine", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def _known(options: argparse.Namespace) -> Films:
    if not options.data:
        return _drawn(options.films)
    fold = films.load(*options.data).of_folds([options.fold])
    if not 0 < options.films < len(fold):
        return fold
    chosen = np.random.default_rng(0).permutation(len(fold))[: options.films]
    return Films(*(getattr(fold, name)[chosen] for name in ("frames", "labels", "patients", "folds")))


def _drawn(count: int) -> Films:
    frames = np.stack([frame_of(draw(_KINDS[seed % len(_KINDS)], seed, (512, 512)).film) for seed in range(count)])
    nothing = np.zeros(count, dtype=np.int64)
    return Films(frames, nothing, np.arange(count).astype(str), nothing)


def _looking_twice(pair: ChestPair, known: Films) -> Iterator[Line]:
    twice = replace(pair, runners=tuple(replace(runner, views=_MIRRORED) for runner in pair.runners))
    told = {"once": _asked(pair, known.frames), "and mirrored": _asked(twice, known.frames)}
    for name, (sure, seconds) in told.items():
        for what, one in _quality(sure, known).items():
            yield Line(f"{name}: {what}", _shown(one))
        yield Line(f"{name}: milliseconds a film, processor time", f"{1000 * seconds / len(known):.1f}")


def _asked(pair: ChestPair, frames: Frame) -> tuple[Any, float]:
    squares = stretched(frames)
    began = time.process_time()
    return pair.sure(squares), time.process_time() - began


def _quality(sure: Any, known: Films) -> dict[str, Figure]:
    ill, certainty = known.labels != NORMAL_AT, 1 - sure[:, NORMAL_AT]
    return {
        "pneumonia AUC": figure(auc, ill, certainty, groups=known.patients),
        "accuracy of three": figure(_same, known.labels, sure.argmax(axis=1), groups=known.patients),
        "ECE": ece.top_label(sure, known.labels),
    }


def _same(truth: Any, answer: Any) -> float:
    return float(np.mean(truth == answer))


def _shown(one: Figure) -> str:
    return f"{one.value:.4f} (95 %: {one.low:.4f} to {one.high:.4f}, n={one.n:,})"


if __name__ == "__main__":
    main()
