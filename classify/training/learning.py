"""The straight path of training: folds that part no group and no copies, heads for each fold, doubt from what they say
of documents they had not seen; then heads for all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from classify.inference.doubt import Doubt
from classify.inference.linear import Heads
from classify.inference.specialties import LABELS, SPECIALTIES
from classify.inference.terms import Worded
from classify.training import cleaning, doubting, folds, foreign, heads, leakage, search
from classify.training.documents import Document
from classify.training.doubting import UNKNOWN, HeldOut
from classify.training.heads import Recipe
from classify.training.leakage import Copies
from classify.training.urgent import is_urgent
from clinic.doubt import calibration

Say = Callable[[str], None]
SHARPNESS = 3.0  # from margins to chances, where only their order and rough size count


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
class Plan:
    """`search`: how many costs may be tried; `clean`: leave out of learning what is doubted there."""

    recipe: Recipe = field(default_factory=Recipe)
    search: int = 0
    clean: bool = False


@dataclass(frozen=True)
class Trained:
    split: Split
    recipe: Recipe
    heads: Heads
    doubt: Doubt
    known: HeldOut  # each document, as the heads of its fold saw it: they had not learned from it
    strange: HeldOut


class TooFew(Exception):
    """Nothing can be learned from these documents; the sentence says why."""


def demand_enough(documents: Sequence[Document]) -> None:
    """A specialty that is in fewer groups than there are folds would be missing where it is measured."""
    groups = {name: len({each.group for each in documents if each.label == name}) for name in SPECIALTIES}
    known = {name: count for name, count in groups.items() if count}
    if len(known) < 2 or min(known.values()) < folds.FOLDS:
        told = ", ".join(f"{name} {count}" for name, count in groups.items())
        raise TooFew(f"At least two specialties with {folds.FOLDS} groups of documents each are needed. Found: {told}.")


def split(documents: Sequence[Document], seed: int, say: Say = print) -> Split:
    groups = [each.group for each in documents]
    copies = leakage.copies_among([each.text for each in documents])
    joined = leakage.joined(groups, copies)
    say(f"copies: {len(copies.pairs)} pairs, {copies.across(groups)} of them in two groups; those groups are joined: "
        f"{len(set(groups))} groups become {len(set(joined))}")  # fmt: skip
    fold = folds.fold_of_each([each.label for each in documents], joined, seed)
    return Split(tuple(documents), tuple(joined), fold, copies)


def train(parted: Split, plan: Plan, say: Say = print) -> Trained:
    strange_texts = foreign.to_learn_from(plan.recipe.seed)
    parts: list[HeldOut] = []
    strange: list[HeldOut] = []
    order: list[np.ndarray] = []
    for number in sorted(set(parted.fold.tolist())):
        rows = np.flatnonzero(parted.fold == number)
        of_fold, _ = _learned(parted, parted.fold != number, plan, say)
        texts = [parted.documents[row].text for row in rows]
        parts.append(doubting.held_out(of_fold, texts, parted.truth[rows], parted.urgent[rows]))
        strange.append(_strange(of_fold, strange_texts[number :: folds.FOLDS]))
        order.append(rows)
        say(f"fold {number + 1}: learned, {len(rows)} documents held out")
    known, all_strange = _in_order(doubting.joined(parts), np.concatenate(order)), doubting.joined(strange)
    of_all, recipe = _learned(parted, np.ones(len(parted.fold), dtype=bool), plan, say)
    return Trained(parted, recipe, of_all, doubting.fit(known, all_strange), known, all_strange)


def cross_fitted(trained: Trained) -> list[Doubt]:
    """For each fold a doubt that was learned from the others, so that what is measured has taught nothing."""
    numbers = sorted(set(trained.split.fold.tolist()))
    return [doubting.fit(trained.known.of(trained.split.fold != number), trained.strange) for number in numbers]


def _learned(parted: Split, chosen: np.ndarray, plan: Plan, say: Say) -> tuple[Heads, Recipe]:
    """From the chosen documents only: the search and the cleaning see no others."""
    rows = np.flatnonzero(chosen).tolist()
    recipe = search.best(
        [parted.documents[row] for row in rows], [parted.groups[row] for row in rows], plan.recipe, plan.search
    )
    if plan.clean:
        left_out = _doubted_rows(parted, rows, recipe)
        rows = [row for row in rows if row not in left_out]
        say(f"{len(left_out)} doubted documents are left out of learning")
    return heads.learn([parted.documents[row] for row in rows], recipe), recipe


def _doubted_rows(parted: Split, rows: Sequence[int], recipe: Recipe) -> set[int]:
    """By heads that learned from the other folds among these rows."""
    five = [row for row in rows if parted.documents[row].label in SPECIALTIES]
    chances = np.zeros((len(five), len(SPECIALTIES)))
    for number in sorted({int(parted.fold[row]) for row in five}):
        inner = [place for place, row in enumerate(five) if parted.fold[row] == number]
        learned = heads.learn([parted.documents[row] for row in five if parted.fold[row] != number], recipe)
        scores = learned.scores([Worded.of(parted.documents[five[place]].text) for place in inner])
        chances[inner] = calibration.softmax(scores[:, learned.five] * SHARPNESS)
    truth = parted.truth[five]
    return {five[place] for place in np.flatnonzero(cleaning.rather_of(chances, truth) != truth).tolist()}


def _strange(of_fold: Heads, texts: Sequence[str]) -> HeldOut:
    nothing = np.full(len(texts), UNKNOWN)
    return doubting.held_out(of_fold, texts, nothing, nothing)


def _in_order(parts: HeldOut, order: np.ndarray) -> HeldOut:
    back = np.argsort(order)
    return HeldOut(*(getattr(parts, name)[back] for name in ("of_five", "urgent_scores", "seen", "truth", "urgent")))
