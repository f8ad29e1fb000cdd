"""The engine's card, and the same facts as a page to read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from radiology.inference.nets import MEMBERS
from radiology.training.learning import Split, Trained
from radiology.training.measuring import Figures, as_metrics

AGES = (1, 5)  # whole years; outside them the gate lets no film through
_PURPOSE = (
    "A second opinion on one frontal chest film of a child: normal, bacterial or viral pneumonia. "
    "For a clinician who has looked first; never the only reader."
)
_POPULATION = "Children of 1 to 5 years, one hospital (Guangzhou Women and Children's Medical Center), frontal films."
_DATA = (
    "Chest films published by Kermany, Zhang and Goldbaum (2018), Mendeley Data, doi 10.17632/rscbjbr9sj. "
    "Labels are of the whole picture. The frames were squashed to 224 x 224 grey before training."
)
_LIMITS = (
    "Not made for adults, infants under 1 year or children over 5: see the figures on adults.",
    "One hospital: films from other machines will be judged less well than the figures here say.",
    "It knows three answers only. It sees no effusion, pneumothorax, fracture, mass or tube, and no lateral film.",
    "Bacterial against viral on a film is uncertain for people too: never withhold treatment because of it.",
    "The classes of the training films differ in how the pictures were made; training varies this, but cannot rule out "
    "that some of it was learned.",
)
_LICENCE = "Weights: CC BY 4.0, trained on films of Kermany et al. (2018), CC BY 4.0. Nets: torchvision, BSD-3-Clause."
_PREPARATION = (
    "Whole frame to 224 x 224 grey, stretched between its 1st and 99th percentile, resized to the net's size, "
    "three equal channels with ImageNet's mean and deviation."
)


@dataclass(frozen=True)
class Measured:
    ensemble: Figures
    members: Mapping[str, Figures]
    confusion: Mapping[str, Mapping[str, int]]
    calibration: str
    rederived_share: float
    rounding: Mapping[str, Mapping[str, float]]


def card(trained: Sequence[Trained], split: Split, measured: Measured) -> dict[str, Any]:
    return {
        "purpose": _PURPOSE,
        "population": _POPULATION,
        "data": _DATA,
        "limits": list(_LIMITS),
        "licence": _LICENCE,
        "preparation": _PREPARATION,
        "films": {
            "learned": len(split.learned),
            "calibrated": len(split.calibrated),
            "measured": len(split.measured),
        },
        "training": {one.member: _trained(one) for one in trained},
        "calibration": measured.calibration,
        f"share of {MEMBERS[0]} with the smallest log loss": measured.rederived_share,
        "rounding": measured.rounding,
        "metrics": as_metrics(measured.ensemble),
        "members": {name: as_metrics(figures) for name, figures in measured.members.items()},
        "confusion": measured.confusion,
    }


def report(trained: Sequence[Trained], split: Split, measured: Measured) -> str:
    parts = [
        "# Training of the chest film pair",
        f"{len(split.learned)} films learned from, {len(split.calibrated)} calibrated on (and watched), "
        f"{len(split.measured)} measured on; no patient in two of these.",
        _table("Ensemble", measured.ensemble),
        *(_table(name, figures) for name, figures in measured.members.items()),
        _confusion(measured.confusion),
        f"Share of {MEMBERS[0]} that the calibration fold prefers: {measured.rederived_share:.2f} (shipped: 0.40). "
        f"Calibration: {measured.calibration}.",
        *(f"Rounding, {name}: {dict(cost)}" for name, cost in measured.rounding.items()),
        *(_curve(one) for one in trained),
    ]
    return "\n\n".join(parts) + "\n"


def _trained(one: Trained) -> dict[str, Any]:
    recipe = one.plan.recipe
    return {
        "epochs": round(one.epochs, 2),
        "minutes": round(one.minutes, 1),
        "film size": one.size,
        "stages": [{"until": stage.until, "size": stage.size} for stage in recipe.stages],
        "films a step": recipe.films_a_step,
        "peak rate": recipe.peak_rate,
        "started from": one.plan.start.name if one.plan.start else "chance",
        "teacher": one.plan.teacher,
        "seed": recipe.seed,
    }


def _table(title: str, figures: Figures) -> str:
    head = [f"## {title}", "", "| figure | value | 95 % interval | n |", "|---|---|---|---|"]
    rows = [_row(name, one.value, f"{one.low:.4f} to {one.high:.4f}", one.n) for name, one in figures.items()]
    return "\n".join([*head, *rows])


def _confusion(counts: Mapping[str, Mapping[str, int]]) -> str:
    head = ["## Confusion (rows: truth)", "", _row("", *counts), "|---" * (len(counts) + 1) + "|"]
    return "\n".join([*head, *(_row(name, *answers.values()) for name, answers in counts.items())])


def _curve(one: Trained) -> str:
    title = f"## {one.member}: {one.epochs:.1f} epochs, {one.minutes:.0f} minutes, the watched fold"
    head = [title, "", "| epoch | pixels | log loss | accuracy |", "|---|---|---|---|"]
    looks = [_row(int(look["epoch"]), int(look["size"]), look["loss"], look["accuracy"]) for look in one.history]
    return "\n".join([*head, *looks])


def _row(*cells: str | float) -> str:
    told = (f"{cell:.4f}" if isinstance(cell, float) else str(cell) for cell in cells)
    return "| " + " | ".join(told) + " |"
