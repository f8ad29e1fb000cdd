"""Writes the engine of rules as plain files: of which rules it is, calibration, card, cases, manifest.

`python -m consult.shipping [FIGURES.json]`, after a change of rules or lists. The digest it prints belongs into
`consult/answering.py`; figures are those that `make bench-consult ARGS='--figures FIGURES.json'` writes.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np

from clinic.doubt.calibration import fit_best
from clinic.doubt.conformal import PredictionSets
from clinic.engines import manifests
from consult import made_up
from consult.inference import engine, rules
from consult.inference.golden import expected, input_of
from consult.inference.schema import Urgency
from consult.inference.urgency import LEVELS
from consult.inference.visit import visit_of

FOLDER = Path(__file__).parent / "weights" / "rules-1"
FACTS = {"capability": "consult.answer", "name": rules.NAME, "version": f"{rules.VERSION}.0", "backend": "rules",
         "precision": "exact"}  # fmt: skip
CALIBRATED_ON, GOLDEN_CASES = 4_000, 40
_LEVEL, _FLOOR = 0.9, 0.95  # an emergency is in its set more often than the rest
CARD: dict[str, Any] = {
    "purpose": "From what was said in a visit: red flags, how long it can wait as a set of levels, a short answer with"
    " its sources, questions still to ask, a draft of a note.",
    "population": "Visits of adults and children in English and Spanish, spoken or typed.",
    "data": "Rules and word lists of this product. Urgency was calibrated on generated visits with planted urgency:"
    " templates of this product (consult/made_up.py), not the cases the rules were tried on, and no visit of a real"
    " patient.",
    "limits": [
        "Urgency was calibrated on and measured with generated visits: how well it does on real ones has not been"
        " measured.",
        "Red flags are found by words: what is told in other words, or not told, is not found. Of 53 written after the"
        " rules 40 were found at first sight. Of 70 stories with words that look like long ago, relatives who speak,"
        " denials of something else or talk without marks 33 were found; of 30 more, written after the rules were"
        " mended and by the same hands, 28. The lists were mended by all of them: none can be measured again.",
        "Values on papers are found by the name and unit printed beside them, at limits at which laboratories"
        " telephone; not all that can be measured is on the list (troponin is not: its limit is of each assay). A"
        " photographed paper is read by machine: look at it. Of papers planted before the rules and by the same hands"
        " 59 of 60 were found at first sight, none of 61 falsely; papers that a reader of the rules thought of to break"
        " them (59) did, and are mended. Of columns of several days only the first number is read; the limits are those"
        " of adults.",
        "A transcript of the embedded speech engine mishears every third or fourth word: its answers carry no number.",
        "English and Spanish only.",
        "It has no knowledge of the patient beyond what is said, age and sex.",
        "A draft for a clinician, who judges; it makes no diagnosis.",
    ],
    "licence": "Apache-2.0",
}  # fmt: skip


def ship(out: Path, metrics: list[dict[str, Any]]) -> str:
    out.mkdir(parents=True, exist_ok=True)
    manifests.write_json(out / engine.RULES, {"digest": rules.digest()})
    manifests.write_json(out / engine.CALIBRATION, calibrated(CALIBRATED_ON, seed=made_up.SEED_OF_CALIBRATION))
    answerer = engine.load(out, FACTS)
    asked = [*(each.asked for each in made_up.cases(GOLDEN_CASES - 1, seed=made_up.SEED_OF_GOLDEN)), made_up.paper()]
    cases = [{"id": f"{number:02d}", "input": input_of(each), "expected": expected(answerer, each)}
             for number, each in enumerate(asked, start=1)]  # fmt: skip
    manifests.write_json(out / manifests.GOLDEN, {"cases": cases})
    manifests.write_json(out / manifests.CARD, CARD | {"metrics": metrics})
    return manifests.write(out, FACTS).digest


def calibrated(count: int, *, seed: int) -> dict[str, Any]:
    """One half for the probabilities, the other for the sets: neither is promised on what the other has seen."""
    scores, truth = scored(count, seed=seed)
    half = count // 2
    calibrator = fit_best(scores[:half], truth[:half])
    rest = calibrator.apply(scores[half:])
    sets = PredictionSets.fit(rest, truth[half:], _LEVEL, floors={LEVELS.index(Urgency.EMERGENCY): _FLOOR})
    return {"calibrator": calibrator.as_json(), "sets": sets.as_json(), "cases": len(truth)}


def scored(count: int, *, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Of those visits in which anything was understood: of the others no urgency is told."""
    rows, truth = [], []
    for each in made_up.cases(count, seed=seed):
        visit = visit_of(each.asked, None)
        if visit.judged.because or visit.flags:
            rows.append([visit.judged.scores[level] for level in LEVELS])
            truth.append(LEVELS.index(each.urgency))
    return np.array(rows), np.array(truth)


def main() -> None:
    print(ship(FOLDER, manifests.figures_of(FOLDER, sys.argv[1:])))


if __name__ == "__main__":
    main()
