"""What reading with an engine does to readers, and how right the engine is, from readings that were sealed before it
was shown. Each figure with its n and 95 % interval.

What somebody else sealed without the engine is the yardstick for a change of mind: the second, blind reader's reading.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from uuid import UUID

import numpy as np

from clinic import colleagues
from clinic.authorization.actor import Actor
from clinic.doubt.intervals import Figure, bootstrap, wilson
from clinic.models.cases import SIGNED_STATES
from radiology import chest
from radiology.findings import LABEL_OF
from radiology.models import FilmVerdict, Impression, Stance

MOST = 20_000  # readings looked at: the latest


@dataclass(frozen=True)
class Concluded:
    """One reading brought to its end."""

    film: UUID
    reader: UUID
    position: int
    first: str
    final: str
    stance: str
    engine_label: str
    was_blind: bool
    seconds: float
    is_signed: bool
    is_marked: bool  # the gatekeeper was overruled, or the film is generated: it counts for no engine


@dataclass(frozen=True)
class Ledger:
    """One reader with the engine before her, after her own reading was sealed."""

    name: str
    count: int
    agreed: Figure | None
    changed: Figure | None
    harmed: Figure | None  # right before, wrong after
    helped: Figure | None  # wrong before, right after
    harmed_films: tuple[UUID, ...]
    median_seconds: float | None


@dataclass(frozen=True)
class OfClass:
    """How the engine does on one answer, asked of readings that were sealed before it was shown and signed after."""

    words: object
    sensitivity: Figure | None
    specificity: Figure | None
    f1: Figure | None


def concluded(by: Actor, reader: UUID | None = None) -> list[Concluded]:
    rows = FilmVerdict.objects.filter(site=by.here)
    if reader is not None:
        rows = rows.filter(read__reader=reader)
    columns = ("read__film", "read__reader", "read__position", "read__impression", "impression", "stance",
               "engine_label", "read__was_blind", "read__seconds", "read__film__case__state",
               "read__film__overridden_by", "read__film__is_generated")  # fmt: skip
    return [
        Concluded(film, who, position, first, final, stance, label, blind, seconds, state in SIGNED_STATES,
                  overridden is not None or generated)
        for film, who, position, first, final, stance, label, blind, seconds, state, overridden, generated
        in rows.order_by("-at").values_list(*columns)[:MOST]
    ]  # fmt: skip


def ledgers(found: Sequence[Concluded], everybody: Sequence[Concluded]) -> list[Ledger]:
    """`everybody`: where the yardstick is looked for, whoever is shown."""
    sealed_by_second = {one.film: one.first for one in everybody if one.position == 2 and one.was_blind}
    of_reader: defaultdict[UUID, list[Concluded]] = defaultdict(list)
    for one in found:
        if one.was_blind and one.engine_label:
            of_reader[one.reader].append(one)
    names = colleagues.names(of_reader)
    made = [_ledger(names.get(who, ""), reads, sealed_by_second) for who, reads in of_reader.items()]
    return sorted(made, key=lambda ledger: ledger.name)


def _ledger(name: str, reads: Sequence[Concluded], yardstick: dict[UUID, str]) -> Ledger:
    measured = [one for one in reads if one.position == 1 and one.film in yardstick]
    harmed = [one for one in measured if one.first == yardstick[one.film] != one.final]
    helped = [one for one in measured if one.final == yardstick[one.film] != one.first]
    return Ledger(
        name=name, count=len(reads), agreed=_share(sum(one.stance == Stance.AGREES for one in reads), len(reads)),
        changed=_share(sum(one.stance == Stance.CHANGES for one in reads), len(reads)),
        harmed=_share(len(harmed), len(measured)), helped=_share(len(helped), len(measured)),
        harmed_films=tuple(one.film for one in harmed),
        median_seconds=median(one.seconds for one in reads) if reads else None,
    )  # fmt: skip


def _share(hits: int, n: int) -> Figure | None:
    return wilson(hits, n) if n else None


def of_engine(found: Iterable[Concluded]) -> tuple[int, list[OfClass]]:
    """How many readings it rests on, and the figures of each class."""
    told = [one for one in found if one.is_signed and one.was_blind and one.engine_label and not one.is_marked]
    pairs = [(LABEL_OF[Impression(one.final)], one.engine_label) for one in told if Impression(one.final) in LABEL_OF]
    truth, answer = (np.array([pair[at] for pair in pairs]) for at in (0, 1))
    return len(pairs), [_of_class(name, card.words, truth, answer) for name, card in chest.CHEST.classes.items()]


def _of_class(name: str, words: object, truth: np.ndarray, answer: np.ndarray) -> OfClass:
    is_it, says_it = truth == name, answer == name
    return OfClass(
        words=words,
        sensitivity=_share(int((is_it & says_it).sum()), int(is_it.sum())),
        specificity=_share(int((~is_it & ~says_it).sum()), int((~is_it).sum())),
        f1=bootstrap(_f1, np.stack([is_it, says_it], axis=1)) if is_it.any() and len(is_it) > 1 else None,
    )


def _f1(pairs: np.ndarray) -> float:
    hits = float((pairs[:, 0] & pairs[:, 1]).sum())
    named = float(pairs.sum())
    return 2 * hits / named if named else 0.0
