"""The straight path of training: folds that part no group and no copies, heads for each fold, doubt from what they say
of documents they had not seen; then heads for all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from classify.inference.doubt import Doubt
from classify.inference.linear import Heads
from classify.inference.specialties import LABELS
from classify.training import doubting, folds, foreign, heads, leakage
from classify.training.documents import Document
from classify.training.doubting import UNKNOWN, HeldOut
from classify.training.heads import Recipe
from classify.training.leakage import Copies
from classify.training.urgent import is_urgent

Say = Callable[[str], None]


@dataclass(frozen=True)
class Split:
    documents: tuple[Document, ...]
    groups: tuple[str, ...]  # with copies joined
    fold: folds.Ints
    copies: Copies

    @property
    def truth(self) -> doubting.Ints:
        return np.array([LABELS.index(each.label) if each.label else UNKNOWN for each in self.documents])

    @property
    def urgent(self) -> doubting.Ints:
        answers = [is_urgent(each) for each in self.documents]
        return np.array([UNKNOWN if answer is None else int(answer) for answer in answers])


@dataclass(frozen=True)
class Trained:
    split: Split
    recipe: Recipe
    heads: Heads
    doubt: Doubt
    known: HeldOut  # each document, as the heads of its fold saw it: they had not learned from it
    strange: HeldOut


def split(documents: Sequence[Document], seed: int, say: Say = print) -> Split:
    groups = [each.group for each in documents]
    copies = leakage.copies_among([each.text for each in documents])
    joined = leakage.joined(groups, copies)
    say(f"copies: {len(copies.pairs)} pairs, {copies.across(groups)} of them in two groups; those groups are joined: "
        f"{len(set(groups))} groups become {len(set(joined))}")  # fmt: skip
    fold = folds.fold_of_each([each.label for each in documents], joined, seed)
    return Split(tuple(documents), tuple(joined), fold, copies)


def train(parted: Split, recipe: Recipe, say: Say = print) -> Trained:
    strange_texts = foreign.to_learn_from(recipe.seed)
    parts: list[HeldOut] = []
    order: list[np.ndarray] = []
    strange: list[HeldOut] = []
    for number in sorted(set(parted.fold.tolist())):
        of_fold = _learned_without(parted, number, recipe)
        rows = np.flatnonzero(parted.fold == number)
        texts = [parted.documents[row].text for row in rows]
        parts.append(doubting.held_out(of_fold, texts, parted.truth[rows], parted.urgent[rows]))
        strange.append(_strange(of_fold, strange_texts[number :: folds.FOLDS]))
        order.append(rows)
        say(f"fold {number + 1}: learned, {len(rows)} documents held out")
    known = _in_order(doubting.joined(parts), np.concatenate(order))
    all_strange = doubting.joined(strange)
    of_all = heads.learn(parted.documents, recipe)
    return Trained(parted, recipe, of_all, doubting.fit(known, all_strange), known, all_strange)


def cross_fitted(trained: Trained) -> list[Doubt]:
    """For each fold a doubt that was learned from the others, so that what is measured has taught nothing."""
    numbers = sorted(set(trained.split.fold.tolist()))
    return [doubting.fit(trained.known.of(trained.split.fold != number), trained.strange) for number in numbers]


def _learned_without(parted: Split, number: int, recipe: Recipe) -> Heads:
    return heads.learn([each for each, of in zip(parted.documents, parted.fold, strict=True) if of != number], recipe)


def _strange(of_fold: Heads, texts: Sequence[str]) -> HeldOut:
    nothing = np.full(len(texts), UNKNOWN)
    return doubting.held_out(of_fold, texts, nothing, nothing)


def _in_order(parts: HeldOut, order: np.ndarray) -> HeldOut:
    back = np.argsort(order)
    return HeldOut(*(getattr(parts, name)[back] for name in ("of_five", "urgent_scores", "seen", "truth", "urgent")))
