"""Kappa and AC1: does the 95 % interval hold the true coefficient?"""

from collections.abc import Iterator

import numpy as np

from benchmarks.doubt.report import Line, percent, share
from clinic.doubt.agreement import Agreement, many_readers, two_readers
from clinic.doubt.intervals import Figure

SHARES = np.array([0.6, 0.3, 0.1])
AGREE = 0.75  # of the reads are what the case is, the rest a guess by the shares


def agreement(draws: int) -> Iterator[Line]:
    kappa, ac1 = _true_values()
    for cases in (50, 150):
        two = [_two(_reads(70, seed, cases, 2)) for seed in range(draws)]
        three = [many_readers(_reads(71, seed, cases, 3), classes=3) for seed in range(draws)]
        told = {
            "Cohen's kappa, 2 readers": [_holds(seen.kappa, kappa) for seen in two],
            "Gwet's AC1, 2 readers": [_holds(seen.ac1, ac1) for seen in two],
            "Fleiss' kappa, 3 readers": [_holds(seen.kappa, kappa) for seen in three],
            "Gwet's AC1, 3 readers": [_holds(seen.ac1, ac1) for seen in three],
        }
        for what, held in told.items():
            seen = share(held)
            mark, limit = ("92.5 to 97.5 %", 0.925) if cases == 150 else ("90 %", 0.9)
            short = (
                f"{what.split(',')[0].split(' ')[1]} interval {seen.value:.1%}" if cases == 150 and "2" in what else ""
            )
            met = limit <= seen.value <= (0.975 if cases == 150 else 1)
            yield Line(f"{what}, {cases} cases: interval holds the truth", percent(seen, "draws"), mark, met, short)


def _true_values() -> tuple[float, float]:
    """Two readers agree when both saw the case, or by their guesses; both read every class by its share."""
    by_class = SHARES * (AGREE + (1 - AGREE) * SHARES) ** 2
    other = sum(
        SHARES[case] * ((1 - AGREE) * SHARES[named]) ** 2 for case in range(3) for named in range(3) if named != case
    )
    observed = float(by_class.sum() + other)
    chance, chance_ac1 = float((SHARES**2).sum()), float((SHARES * (1 - SHARES)).sum() / 2)
    return (observed - chance) / (1 - chance), (observed - chance_ac1) / (1 - chance_ac1)


def _reads(stream: int, seed: int, cases: int, readers: int) -> np.ndarray:
    rng = np.random.default_rng([stream, cases, seed])
    case = rng.choice(3, cases, p=SHARES)[:, None]
    guess = rng.choice(3, (cases, readers), p=SHARES)
    return np.where(rng.random((cases, readers)) < AGREE, case, guess)


def _two(reads: np.ndarray) -> Agreement:
    return two_readers(reads[:, 0], reads[:, 1], classes=3)


def _holds(figure: Figure | None, truth: float) -> bool:
    return figure is not None and figure.low <= truth <= figure.high
