"""Accept rules: how often is more wrong let through than promised? The true risk is known, so this is exact."""

from collections.abc import Iterator

import numpy as np

from benchmarks.doubt.report import Line, mean, percent, seldom
from benchmarks.doubt.worlds import CLASSES, Rows, rows
from clinic.doubt.accept import AT_MOST_WRONG, AcceptRule, recall_threshold
from clinic.doubt.calibration import Calibrator, Method, fit
from clinic.doubt.checked import Bools

CLEAR = 3.0  # classes further apart than where sets are tried: else nothing could be accepted


def accept_rules(draws: int) -> Iterator[Line]:
    fresh = rows(np.random.default_rng(30), 40_000, CLEAR)
    learned = rows(np.random.default_rng(31), 3000, CLEAR)
    calibrator = fit(learned.scores, learned.labels, Method.VECTOR)
    given = calibrator.apply(fresh.scores)
    answer = given.argmax(axis=1)
    risk = 1 - fresh.true[np.arange(len(answer)), answer]
    broken, accepted, class_broken = [], [], []
    for seed in range(draws):
        known = rows(np.random.default_rng([3, seed]), 2000, CLEAR)
        stated = calibrator.apply(known.scores)
        stands = AcceptRule.fit(stated, known.labels).accepts(given)
        broken.append(_risk(risk, stands) > AT_MOST_WRONG)
        accepted.append(float(stands.mean()))
        by_class = AcceptRule.fit_by_class(stated, known.labels).accepts(given)
        class_broken.append(any(_risk(risk, by_class & (answer == name)) > AT_MOST_WRONG for name in range(CLASSES)))
    yield seldom("accept rule (wrong at most 2 %): draws that break it", broken, 0.05, "draws", "accept rule broken")
    yield Line("  answers accepted", percent(mean(accepted), "draws"))
    yield seldom("accept rule by class: draws in which any class breaks it", class_broken, 0.05, "draws")
    yield seldom(
        "recall of 95 % of a class: draws that miss it", _recalls_missed(draws, calibrator, fresh), 0.05, "draws"
    )


def _risk(risk: np.ndarray, stands: Bools) -> float:
    return float(risk[stands].mean()) if stands.any() else 0.0


def _recalls_missed(draws: int, calibrator: Calibrator, fresh: Rows) -> list[bool]:
    own = calibrator.apply(fresh.scores)[fresh.labels == 3, 3]
    missed = []
    for seed in range(draws):
        known = rows(np.random.default_rng([4, seed]), 2000, CLEAR)
        found = recall_threshold(calibrator.apply(known.scores)[:, 3], known.labels == 3)
        missed.append(found.value is not None and float((own >= found.value).mean()) < 0.95)
    return missed
