"""One member learns. It can be killed at any moment: the next start goes on from the last checkpoint."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional

from radiology.inference.films import normalised, stretched
from radiology.inference.scoring import Probabilities, probabilities
from radiology.training import checkpoints, objective, precision
from radiology.training.augmentation import augmented
from radiology.training.averaging import Averaged
from radiology.training.checkpoints import contiguous
from radiology.training.films import Films
from radiology.training.schedule import Budget, Stage, film_size, learning_rate

_LONGEST_GRADIENT = 1.0
_HEAD = "classifier"
_MINUTES_BETWEEN_CHECKPOINTS = 5.0


@dataclass(frozen=True)
class Recipe:
    budget: Budget
    stages: tuple[Stage, ...]
    films_a_step: int = 32
    peak_rate: float = 1e-3
    weight_decay: float = 0.05
    label_smoothing: float = 0.05
    teacher_share: float = 0.5
    watch_every: int = 3
    patience: int | None = None
    head_first_until: float = 0.0
    seed: int = 1


class Training:
    def __init__(
        self,
        net: nn.Module,
        films: Films,
        watched: Films,
        recipe: Recipe,
        folder: Path,
        *,
        teacher: Probabilities | None = None,
        memory_format: Any = torch.contiguous_format,
        device: str = "cpu",
        say: Callable[[str], None] = print,
    ) -> None:
        self.net = net.to(device=device, memory_format=memory_format)
        self.films, self.watched, self.recipe, self.folder, self.say = films, watched, recipe, folder, say
        self.memory_format, self.device = memory_format, device
        self.precision = precision.fastest(self.net, memory_format)
        self.averaged = Averaged(self.net)
        groups = objective.decaying_apart(self.net, recipe.weight_decay)
        self.optimiser = torch.optim.AdamW(groups, lr=recipe.peak_rate, fused=True)
        self.targets = objective.targets(
            films.labels, smoothing=recipe.label_smoothing, teacher=teacher, teacher_share=recipe.teacher_share
        ).to(device)
        self.emphasis = objective.emphasis(films.labels).to(device)
        self.squares = stretched(films.frames).to(device) if device == "cuda" else None
        self.films_a_step = min(recipe.films_a_step, len(films))
        self.steps_an_epoch = len(films) // self.films_a_step
        self.standing = checkpoints.Standing()

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint.safetensors"

    @property
    def best(self) -> Path:
        return self.folder / "best.safetensors"

    @property
    def epochs_done(self) -> float:
        return self.standing.steps_done / self.steps_an_epoch

    @property
    def progress(self) -> float:
        return self.recipe.budget.progress(self.epochs_done, self.standing.minutes_spent)

    @property
    def size(self) -> int:
        return film_size(self.recipe.stages, self.progress)

    def run(self) -> nn.Module:
        """Goes on to the end of the budget, or until the watched fold gains no more, and gives the averaged net."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.checkpoint.exists():
            self.standing = checkpoints.restore(self.checkpoint, self.net, self.averaged.net, self.optimiser)
            self.say(f"goes on after {self.epochs_done:.1f} epochs, {self.standing.minutes_spent:.1f} min spent")
        self.precision = self.standing.precision = self.standing.precision or self.precision
        self.say(f"computes with {self.precision} on {self.device}")
        while self.progress < 1.0 and not self._is_tired:
            self._epoch()
            self._watch()
            self._save()
        if self._is_tired:
            self.averaged.net.load_state_dict(load_file(self.best))
        return self.averaged.net

    @property
    def _is_tired(self) -> bool:
        patience = self.recipe.patience
        return patience is not None and self.standing.watches_without_gain >= patience

    def _epoch(self) -> None:
        """What is left of the epoch in which the training stands."""
        losses: list[float] = []
        saved_at = self.standing.minutes_spent
        for chosen in self._rest_of_order():
            losses.append(self._step(chosen))
            if self.progress >= 1.0:
                break
            if self.standing.minutes_spent - saved_at > _MINUTES_BETWEEN_CHECKPOINTS:
                self._save()
                self._tell(losses)
                saved_at = self.standing.minutes_spent
        self._tell(losses)

    def _tell(self, losses: list[float]) -> None:
        self.say(
            f"epoch {self.epochs_done:.2f}  {self.progress:4.0%}  {self.size} px  "
            f"loss {np.mean(losses[-self.steps_an_epoch :]):.4f}  {self.standing.minutes_spent:.1f} min"
        )

    def _save(self) -> None:
        checkpoints.save(self.checkpoint, self.standing, self.net, self.averaged.net, self.optimiser)

    def _rest_of_order(self) -> Iterator[NDArray[np.int64]]:
        """Films in an order that only the seed and the epoch decide, so that a resumed training meets the same ones."""
        epoch, position = divmod(self.standing.steps_done, self.steps_an_epoch)
        order = np.random.default_rng((self.recipe.seed, epoch)).permutation(len(self.films))
        for step in range(position, self.steps_an_epoch):
            yield order[step * self.films_a_step : (step + 1) * self.films_a_step]

    def _step(self, chosen: NDArray[np.int64]) -> float:
        started = time.monotonic()
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(self.recipe.peak_rate, self.progress)
        loss = self._loss(chosen)
        self.optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), _LONGEST_GRADIENT)
        self.optimiser.step()
        self.standing.steps_done += 1
        self.averaged.follow(self.net, self.standing.steps_done)
        self.standing.minutes_spent += (time.monotonic() - started) / 60
        return float(loss.detach())

    def _loss(self, chosen: NDArray[np.int64]) -> Any:
        seed = self.recipe.seed * 1_000_003 + self.standing.steps_done
        self._open_up()
        torch.manual_seed(seed)  # dropout and stochastic depth ask the global generator
        chance = torch.Generator().manual_seed(seed)
        batch = normalised(augmented(self._squares(chosen), self.size, chance))
        self.net.train()
        with precision.computing(self.precision, self.device):
            scores = self.net(batch.contiguous(memory_format=self.memory_format)).float()
        wanted = self.targets[chosen]
        losses = functional.cross_entropy(scores, wanted, reduction="none")
        emphasis = self.emphasis[chosen]
        return (losses * emphasis).sum() / emphasis.sum()

    def _squares(self, chosen: NDArray[np.int64]) -> Any:
        """On a graphics processor all films lie ready; elsewhere a few are made ready for each step."""
        return stretched(self.films.frames[chosen]) if self.squares is None else self.squares[chosen]

    def _open_up(self) -> None:
        """A net that starts from learned weights moves its head alone at first: a head of chance would undo them."""
        is_open = self.progress >= self.recipe.head_first_until
        for name, parameter in self.net.named_parameters():
            parameter.requires_grad_(is_open or name.startswith(_HEAD))

    def _watch(self) -> None:
        epoch = round(self.epochs_done)
        if epoch % self.recipe.watch_every and self.progress < 1.0:
            return
        told = probabilities(self.averaged.net, self.watched.frames, self.size, self.memory_format)
        loss, accuracy = objective.log_loss(told, self.watched.labels), objective.accuracy(told, self.watched.labels)
        watched = {"epoch": epoch, "size": self.size, "loss": loss, "accuracy": accuracy}
        self.standing.history.append(watched)
        self.say(f"    watched fold (n={len(told)}): log loss {loss:.4f}, accuracy of three {accuracy:.4f}")
        self._compare(loss)

    def _compare(self, loss: float) -> None:
        if self.standing.best_loss is not None and loss >= self.standing.best_loss:
            self.standing.watches_without_gain += 1
            return
        self.standing.best_loss, self.standing.watches_without_gain = loss, 0
        save_file(contiguous(self.averaged.net.state_dict()), self.best)
