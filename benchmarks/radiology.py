"""`make bench-radiology`: five folds by patient, and the figures of films that no net and no calibration has seen.

For each fold: it is measured on, the next one calibrates, three are learned from. A fold has a folder of its own, and
what was finished is not done again, so this can be stopped and started. At the end the answers to all measured films
are pooled: every film once, each told by nets that know neither it nor another film of its patient.

    python -m benchmarks.radiology IMAGES_TAR INDEX_CSV --runs FOLDER --minutes 60
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from benchmarks.doubt.report import Line
from clinic.doubt import metrics
from clinic.doubt.intervals import Figure
from clinic.engines import manifests
from radiology.inference import ensemble, nets
from radiology.inference.findings import NORMAL_AT
from radiology.inference.views import AS_IS, VIEWS
from radiology.training import calibrating, command, films, measuring
from radiology.training.films import Films

FOLDS = 5
LARGEST_ECE, COVERAGE = 0.05, (0.87, 0.93)
SETS = "coverage of 90 % sets"
_ANSWERS = "answers.safetensors"


@dataclass(frozen=True)
class Answers:
    """To the films of one fold or of all."""

    sure: NDArray[np.float64]
    sets: NDArray[np.bool_]
    members: dict[str, NDArray[np.float64]]  # name or name/view


def main() -> int:
    options = _arguments()
    known = films.load(options.images_tar, options.index_csv)
    measured = [(known.of_folds([fold]), _fold(fold, known, options)) for fold in options.folds]
    lines = _lines(_joined([part for part, _ in measured]), _pooled([answers for _, answers in measured]))
    print(*lines, sep="\n")
    missed = [line for line in lines if not line.met]
    print(f"radiology: {sum(bool(line.mark) for line in lines) - len(missed)} marks met, {len(missed)} missed")
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-radiology", description=__doc__)
    command.add_arguments(parser)
    parser.add_argument("--folds", type=int, nargs="+", choices=range(FOLDS), default=list(range(FOLDS)))
    parser.add_argument("--views", nargs="+", choices=sorted(VIEWS), default=[AS_IS], help="also these, as a mean")
    return parser.parse_args()


def _fold(fold: int, known: Films, options: argparse.Namespace) -> Answers:
    folder = options.runs / f"fold-{fold}"
    if not (folder / _ANSWERS).exists():
        _train(fold, folder, options)
        _answer(folder, known.of_folds([fold]), options.views)
    return _answers_in(folder)


def _train(fold: int, folder: Path, options: argparse.Namespace) -> None:
    """Goes on where it was stopped."""
    own = {"runs": folder, "out": folder / "engine", "measuring_fold": fold, "calibration_fold": (fold + 1) % FOLDS}
    command.run(argparse.Namespace(**vars(options) | own), say=lambda line: print(f"fold {fold}: {line}", flush=True))


def _answer(folder: Path, held: Films, views: list[str]) -> None:
    opened = ensemble.load(folder / "engine", manifests.read(folder / "engine").told)
    told = opened.told(held.frames)
    sure = opened.sure(told)
    stored: dict[str, Any] = {"sure": sure, "sets": opened.sets.sets(sure), **told}
    if views != [AS_IS]:
        stored |= {f"{one.name}/views": one.looking(views).says(held.frames) for one in opened.members}
    save_file(stored, folder / _ANSWERS)


def _answers_in(folder: Path) -> Answers:
    stored = load_file(folder / _ANSWERS)
    return Answers(stored.pop("sure"), stored.pop("sets"), stored)


def _pooled(parts: list[Answers]) -> Answers:
    names = set.intersection(*(set(part.members) for part in parts))
    return Answers(
        np.concatenate([part.sure for part in parts]),
        np.concatenate([part.sets for part in parts]),
        {name: np.concatenate([part.members[name] for part in parts]) for name in sorted(names)},
    )


def _joined(parts: list[Films]) -> Films:
    columns = ([getattr(part, name) for part in parts] for name in ("frames", "labels", "patients", "folds"))
    return Films(*(np.concatenate(column) for column in columns))


def _lines(known: Films, answers: Answers) -> list[Line]:
    found = measuring.figures(answers.sure, known) | measuring.set_figures(answers.sets, known)
    first, second = (answers.members[name] for name in nets.MEMBERS)
    share = calibrating.best_share(first, second, known)
    return [
        *(_line(name, figure) for name, figure in found.items()),
        *(_of_pneumonia(name, told, known) for name, told in answers.members.items()),
        Line(f"share of {nets.MEMBERS[0]} with the smallest log loss", f"{share:.2f} (shipped: 0.40)"),
    ]


def _line(name: str, figure: Figure) -> Line:
    shown = _shown(figure)
    if name == "ECE":
        return Line(name, shown, f"at most {LARGEST_ECE}", figure.value <= LARGEST_ECE)
    if name == SETS:
        low, high = COVERAGE
        return Line(name, shown, f"{low:.0%} to {high:.0%}", low <= figure.value <= high)
    return Line(name, shown)


def _of_pneumonia(name: str, told: NDArray[np.float64], known: Films) -> Line:
    figure = metrics.figure(metrics.auc, known.labels != NORMAL_AT, 1 - told[:, NORMAL_AT], groups=known.patients)
    return Line(f"pneumonia AUC of {name} alone", _shown(figure))


def _shown(figure: Figure) -> str:
    return f"{figure.value:.4f} (95 %: {figure.low:.4f} to {figure.high:.4f}, n={figure.n:,})"


if __name__ == "__main__":
    sys.exit(main())
