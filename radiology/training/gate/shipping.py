"""From a trained net to the folder that the gate opens: weights of 16 bits, limits, card, manifest."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from clinic.engines import manifests
from radiology.inference.gate import answers
from radiology.inference.gate.looking import square
from radiology.inference.gate.net import Said, says
from radiology.inference.gate.weights import LIMITS, NET, Limits, opened
from radiology.training.gate import measuring
from radiology.training.gate.films import CHILDREN, SETS, Part, Squares
from radiology.training.gate.measuring import Counted, film_of

FACTS = {
    "capability": "radiology.gate",
    "name": "Chest film gate",
    "version": "1.0.0",
    "backend": "numpy",
    "precision": "weights float16, arithmetic float32",
}
_REFUSED = 2.0  # percent of the children's films, and of the adults', that a limit may cost: some are cut as they are
_MEASURED_OF_A_SET = 300


def ship(
    folder: Path,
    out: Path,
    real: Squares,
    weights: Mapping[str, NDArray[np.float32]],
    facts: Mapping[str, Any],
    say: Callable[[str], None],
) -> None:
    out.mkdir(parents=True, exist_ok=True)
    stored = {name: values.astype(np.float16) for name, values in weights.items()}
    save_file(stored, out / NET)
    rounded = {name: values.astype(np.float32) for name, values in stored.items()}
    limits = _limits(rounded, real.of(Part.LIMITS))
    say(f"limits: {limits}")
    manifests.write_json(out / LIMITS, asdict(limits))
    manifests.write_json(out / manifests.CARD, {"purpose": "being measured"})
    draft = opened(out, manifests.write(out, FACTS).digest)
    counted = []
    for one in measuring.real_figures(folder, _MEASURED_OF_A_SET, draft):
        say(f"{one.what}: {one.happened} of {one.of}")
        counted.append(one)
    manifests.write_json(out / manifests.CARD, _card(facts, counted))
    manifest = manifests.write(out, FACTS)
    say(f"{out}: the code names it by MANIFEST_SHA256 = {manifest.digest}")


def _limits(weights: Mapping[str, NDArray[np.float32]], films: Squares) -> Limits:
    said = [says(weights, square(film_of(grey))) for grey in films.squares]
    children = films.sets == SETS.index(CHILDREN)
    return Limits(
        frontal=_lower(said, children, lambda one: float(one.kinds[answers.KINDS.index(answers.FRONTAL)])),
        turned=_upper(said, children, lambda one: 1 - float(one.turns[0])),
        inverted=_upper(said, children, lambda one: one.inverted),
        cropped=_upper(said, children, lambda one: one.cropped),
    )


def _lower(said: list[Said], children: NDArray[np.bool_], chance: Callable[[Said], float]) -> float:
    return round(max(0.05, 1 - _upper(said, children, lambda one: 1 - chance(one))), 4)


def _upper(said: list[Said], children: NDArray[np.bool_], chance: Callable[[Said], float]) -> float:
    """Not below one half; else where only so few good films lie above."""
    chances = np.array([chance(one) for one in said])
    among = chances[children], chances[~children]
    return round(float(min(0.98, max(0.5, *(np.percentile(part, 100 - _REFUSED) for part in among)))), 4)


def _card(facts: Mapping[str, Any], counted: list[Counted]) -> dict[str, Any]:
    return {
        "purpose": "Says before any net reads a film whether it is an upright, whole, frontal chest film.",
        "population": "Films of children of 1 to 5 years and of adults, of three hospitals.",
        "data": (
            "Learned from films of Kermany et al. (2018), CC BY 4.0, doi 10.17632/rscbjbr9sj; of the NIH Clinical "
            "Center (Wang et al., CVPR 2017); of Hannover Medical School, CC BY 3.0, doi 10.6084/m9.figshare.12275009; "
            "and from pictures drawn by this product: films, side views, scenes, pages, screens, charts, noise, bones."
        ),
        "limits": [
            "Side views were learned from drawings only, for want of real ones: how many real ones it finds is open.",
            "What is no film was learned from drawings: real photographs and films of other body parts may pass.",
            "It does not tell children from adults, nor whose film it is, nor whether left and right are swapped.",
        ],
        "licence": "Weights: CC BY 4.0, with the attributions under data.",
        "training": dict(facts),
        "metrics": [{"name": one.what, **_rounded(one)} for one in counted],
    }


def _rounded(one: Counted) -> dict[str, float]:
    figure = one.figure
    return {"value": round(figure.value, 4), "low": round(figure.low, 4), "high": round(figure.high, 4), "n": figure.n}
