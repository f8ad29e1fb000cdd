"""`make bench-classify`: trains the engine of documents on the given files and prints what it must show.

Every document is told by heads and doubt that had not seen it, nor another of its group. The labels are rules.

    make bench-classify ARGS='FILE.jsonl.gz NOTES.jsonl.gz'
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks import classify_active, classify_terms
from benchmarks.doubt.report import Line
from classify.inference.specialties import SPECIALTIES
from classify.reading import command as reading
from classify.training import candidates, documents, learning, measuring, shipping
from classify.training.heads import Recipe
from classify.training.learning import Plan, Split, Trained
from clinic.doubt import metrics
from clinic.doubt.intervals import Figure
from clinic.engines import manifests

LEAST = {
    "macro-F1 of the five": 0.9,
    "emergency found at its threshold": 0.95,
    "accepted, of the five": 0.6,
    "right, of the accepted": 0.95,
    "reject AUC, notes of other specialties": 0.9,
    "reject AUC, notes of other specialties against notes of the five": 0.9,
    "reject AUC, other languages": 0.9,
    "reject AUC, letters without sense": 0.9,
    "reject AUC, laboratory lists": 0.9,
}
LARGEST_ECE = 0.05
PARTS = ("folds", "again", "terms", "active")


def main() -> int:
    options = _arguments()
    loaded = documents.load(options.files)
    parted = learning.split(loaded.documents, options.seed)
    lines: list[Line] = []
    if {"folds", "again"} & set(options.only):
        trained = learning.train(parted, Plan(Recipe(seed=options.seed)))
        lines += _folds(trained) if "folds" in options.only else []
        lines += _again(trained) if "again" in options.only else []
    lines += classify_terms.lines(parted) if "terms" in options.only else []
    lines += classify_active.lines(parted) if "active" in options.only else []
    print(*lines, sep="\n")
    missed = [line for line in lines if not line.met]
    print(f"classify: {sum(bool(line.mark) for line in lines) - len(missed)} marks met, {len(missed)} missed")
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-classify", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    return parser.parse_args()


def _folds(trained: Trained) -> list[Line]:
    said = measuring.told(trained)
    figures = measuring.figures(trained, said)
    return [*(_line(name, figure) for name, figure in figures.items()), _above_forest(trained, said)]


def _line(name: str, figure: Figure) -> Line:
    if name == "calibration error":
        return Line(name, _shown(figure), f"at most {LARGEST_ECE}", figure.value <= LARGEST_ECE)
    if name in LEAST:
        return Line(name, _shown(figure), f"at least {LEAST[name]}", figure.value >= LEAST[name])
    return Line(name, _shown(figure))


def _above_forest(trained: Trained, said: measuring.Told) -> Line:
    five = trained.known.is_of_five
    truth = trained.known.truth[five]
    texts = _texts(trained.split, five)
    scores = candidates.held_out_scores(
        lambda: candidates.forest(trained.recipe.seed), texts, truth, trained.split.fold[five]
    )
    groups = [group for group, chosen in zip(trained.split.groups, five, strict=True) if chosen]
    macro = metrics.macro_f1(len(SPECIALTIES))
    gain = metrics.difference(macro, truth, scores.argmax(axis=1), said.answer[five], groups=groups)
    forest = metrics.figure(macro, truth, scores.argmax(axis=1), groups=groups)
    what = f"macro-F1 above the classic forest ({forest.value:.3f})"
    return Line(what, _shown(gain), "lower bound above 0", gain.low > 0)


def _again(trained: Trained) -> list[Line]:
    """Trained once more: the same bytes as the shipped one, down to its card."""
    shipped = manifests.read(reading.shipped())
    with tempfile.TemporaryDirectory() as folder:
        shipping.ship(trained, Path(folder), version=shipped.version, say=lambda line: None)
        again = manifests.read(Path(folder))
    shown = f"{again.digest[:16]} trained now, {shipped.digest[:16]} shipped"
    return [Line("the same data and seed give the same hash", shown, "equal", again.digest == shipped.digest)]


def _texts(parted: Split, chosen: np.ndarray) -> Sequence[str]:
    return [document.text for document, is_in in zip(parted.documents, chosen, strict=True) if is_in]


def _shown(figure: Figure) -> str:
    return f"{figure.value:.4f} (95 %: {figure.low:.4f} to {figure.high:.4f}, n={figure.n:,})"


if __name__ == "__main__":
    sys.exit(main())
