"""Calibration: does 80 % mean 80 of a hundred? Sets: is the truth inside as often as promised?"""

from collections.abc import Iterator

import numpy as np

from benchmarks.doubt.report import Line, mean, percent, share
from benchmarks.doubt.worlds import CLASSES, rows
from clinic.doubt import ece
from clinic.doubt.calibration import Method, fit, fit_best, softmax
from clinic.doubt.conformal import PredictionSets, Score


def calibration(draws: int) -> Iterator[Line]:
    before, after, lows = [], [], []
    for seed in range(draws):
        rng = np.random.default_rng([1, seed])
        known, fresh = rows(rng, 2000), rows(rng, 4000)
        made = fit_best(known.scores, known.labels)
        before.append(ece.top_label(softmax(fresh.scores), fresh.labels).value)
        error = ece.top_label(made.apply(fresh.scores), fresh.labels)
        after.append(error.value)
        lows.append(error.high)
    yield Line("ECE as the engine states it", percent(mean(before), "draws"))
    yield Line(
        "ECE after calibration (fitted on 2,000, looked at on 4,000)",
        percent(mean(after), "draws"),
        f"every draw at most 5 %, worst {max(after):.2%}",
        max(after) <= 0.05,
        f"ECE {np.mean(after):.2%}",
    )
    yield Line(
        "upper end of the ECE's own interval",
        percent(mean(lows), "draws"),
        f"every draw at most 5 %, worst {max(lows):.2%}",
        max(lows) <= 0.05,
    )


def sets(draws: int) -> Iterator[Line]:
    small = np.array([_covered(seed, 1000, 2000, Score.LAC) for seed in range(draws)])
    large = np.array([_covered(seed, 3000, 6000, Score.LAC) for seed in range(draws)])
    marginal = mean(small[:, 0])
    yield Line(
        "sets at 90 %, 1,000 labelled, 2,000 looked at: hold the truth",
        percent(marginal, "draws"),
        "87.5 to 92.5 %",
        marginal.low >= 0.875 and marginal.high <= 0.925,
        f"coverage {marginal.value:.1%}",
    )
    inside = share((small[:, 0] >= 0.875) & (small[:, 0] <= 0.925))
    yield Line(
        "  draws whose own coverage lies in 87.5 to 92.5 %", percent(inside, "draws"), "90 %", inside.value >= 0.9
    )
    by_class = [mean(large[:, 1 + name]) for name in range(CLASSES)]
    worst = min(by_class, key=lambda figure: figure.value)
    yield Line(
        "3,000 labelled (450 or more a class), 6,000 looked at: worst class",
        percent(worst, "draws"),
        "85 %",
        worst.low >= 0.85,
        f"worst class {worst.value:.1%}",
    )
    floors = share((large[:, 1 : 1 + CLASSES] >= 0.85).all(axis=1))
    yield Line("  draws in which every class has 85 % or more", percent(floors, "draws"), "95 %", floors.value >= 0.95)
    both = share((large[:, 0] >= 0.875) & (large[:, 0] <= 0.925))
    yield Line("  draws whose own coverage lies in 87.5 to 92.5 %", percent(both, "draws"), "95 %", both.value >= 0.95)
    for score in Score:
        size = mean([_covered(seed, 3000, 6000, score)[-1] for seed in range(min(draws, 40))])
        yield Line(
            f"  mean size of a set, score {score.value}", f"{size.value:.3f} ({size.low:.3f} to {size.high:.3f})"
        )


def _covered(seed: int, labelled: int, looked_at: int, score: Score) -> list[float]:
    """Coverage over all, of each class, and the mean size."""
    rng = np.random.default_rng([2, labelled, seed])
    learned, known, fresh = rows(rng, 1000), rows(rng, labelled), rows(rng, looked_at)
    calibrator = fit(learned.scores, learned.labels, Method.TEMPERATURE)
    made = PredictionSets.fit(calibrator.apply(known.scores), known.labels, score=score)
    found = made.sets(calibrator.apply(fresh.scores))
    inside = found[np.arange(looked_at), fresh.labels]
    by_class = [float(inside[fresh.labels == name].mean()) for name in range(CLASSES)]
    return [float(inside.mean()), *by_class, float(found.sum(axis=1).mean())]
