"""How an engine does on what is unlike all it learned from: a source it never saw, or documents of a later time."""

from collections.abc import Mapping, Sequence

import numpy as np

from classify.inference.specialties import SPECIALTIES
from classify.inference.terms import Worded
from classify.training import heads, impact
from classify.training.documents import Document
from classify.training.heads import Recipe
from clinic.doubt.intervals import Figure, bootstrap

FEWEST = 30
LATEST = 0.2  # of the documents with a date


def by_source(documents: Sequence[Document], groups: Sequence[str], recipe: Recipe, draws: int) -> dict[str, Figure]:
    """Each source by heads that learned from the others only; no group of it is among them."""
    five = [row for row, each in enumerate(documents) if each.label in SPECIALTIES]
    sources = sorted({documents[row].source for row in five})
    return {
        source: _figure(documents, groups, [row for row in five if documents[row].source == source], recipe, draws)
        for source in (sources if len(sources) > 1 else ())
    }


def by_time(documents: Sequence[Document], groups: Sequence[str], recipe: Recipe, draws: int) -> Mapping[str, Figure]:
    """The latest fifth by heads that learned from earlier ones; nothing where too few have a date."""
    dated = sorted(
        (row for row, each in enumerate(documents) if each.label in SPECIALTIES and each.date),
        key=lambda row: (documents[row].date, row),
    )
    if len(dated) < FEWEST:
        return {}
    held = dated[-max(int(len(dated) * LATEST), 1) :]
    return {f"from {documents[held[0]].date} on": _figure(documents, groups, held, recipe, draws)}


def _figure(
    documents: Sequence[Document], groups: Sequence[str], held: Sequence[int], recipe: Recipe, draws: int
) -> Figure:
    """Macro-F1 over the classes that occur there."""
    apart = {groups[row] for row in held}
    known = [each for each, group in zip(documents, groups, strict=True) if group not in apart and each.label]
    learned = heads.learn(known, recipe)
    scores = learned.scores([Worded.of(documents[row].text) for row in held])[:, learned.five]
    truth = np.array([SPECIALTIES.index(documents[row].label) for row in held])
    return bootstrap(
        impact.f1_of_occurring, truth, scores.argmax(axis=1), groups=[groups[row] for row in held],
        draws=draws,
    )  # fmt: skip
