"""From the command's choices to trained members: which films teach, which are watched, who teaches whom."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import nn

from radiology.inference import nets
from radiology.inference.scoring import Probabilities, probabilities
from radiology.training.films import Films, refuse_shared_patients
from radiology.training.loop import Recipe, Training
from radiology.training.schedule import Budget, parse_stages
from radiology.training.transfer import start_from


@dataclass(frozen=True)
class Split:
    """By patient. The calibration fold is also the one that is watched; the measuring fold is looked at once, last."""

    learned: Films
    calibrated: Films
    measured: Films

    @classmethod
    def of(cls, films: Films, calibration_fold: int, measuring_fold: int) -> "Split":
        held = (calibration_fold, measuring_fold)
        split = cls(films.without_folds(held), films.of_folds(held[:1]), films.of_folds(held[1:]))
        refuse_shared_patients(split.learned, split.calibrated, split.measured)
        return split


@dataclass(frozen=True)
class Plan:
    """How one member is trained."""

    member: str
    recipe: Recipe
    start: Path | None = None
    teacher: str | None = None


# ConvNeXt sees little of a small film in its first layers and learns with smaller steps.
_RECIPES = {
    nets.EFFICIENTNET_V2_S: Recipe(Budget(40), parse_stages("64:0.35,96:0.7,128:1"), peak_rate=1e-3),
    nets.CONVNEXT_TINY: Recipe(Budget(60), parse_stages("64:0.45,96:0.75,128:1"), peak_rate=8e-4),
}


def usual_recipe(member: str) -> Recipe:
    return _RECIPES[member]


@dataclass(frozen=True)
class Trained:
    member: str
    net: nn.Module
    size: int
    epochs: float
    minutes: float
    history: list[dict[str, float]]
    plan: Plan


def train(
    plan: Plan,
    split: Split,
    runs: Path,
    *,
    teacher: Trained | None = None,
    device: str = "cpu",
    say: Callable[[str], None] = print,
) -> Trained:
    torch.manual_seed(plan.recipe.seed)
    net = nets.build(plan.member)
    if plan.start is not None:
        say(f"{plan.member}: {start_from(plan.start, net)} tensors taken from {plan.start}")
    training = Training(
        net,
        split.learned,
        split.calibrated,
        plan.recipe,
        runs / plan.member,
        teacher=_taught_by(teacher, split.learned) if teacher else None,
        memory_format=torch.channels_last if device == "cuda" else nets.memory_format(plan.member),
        device=device,
        say=lambda line: say(f"{plan.member}: {line}"),
    )
    averaged = training.run()
    standing = training.standing
    return Trained(
        plan.member, averaged, training.size, training.epochs_done, standing.minutes_spent, standing.history, plan
    )


def shortened(recipe: Recipe, *, epochs: float | None, minutes: float | None) -> Recipe:
    return replace(recipe, budget=Budget(epochs or recipe.budget.epochs, minutes))


def _taught_by(teacher: Trained, films: Films) -> Probabilities:
    return probabilities(teacher.net, films.frames, teacher.size, nets.memory_format(teacher.member))
