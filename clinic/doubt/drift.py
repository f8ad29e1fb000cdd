"""Has what comes in, or how it is answered, changed since the engine was judged? Alarms with a stated budget.

    watch = DriftWatch.new(classes=("cardiology", "dermatology", "other"))
    for alarm in watch.observe(Seen(id, predicted=0, confidence=0.93, length=212, terms=words)):  # nearly always none
        ...
    watch.decided(right=True, flagged=False)     # whenever a person decides
    row.state = watch.as_json()

The first documents are the reference, learned and then frozen: it never follows a slow drift. One budget (1 %) is
shared evenly by the monitors: with nothing changed, the chance that any of them ever raises an alarm is at most 1 %,
however often one looks. The promise is for documents that come independently of each other: take a reference long
enough for weekdays and shifts.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Self

import numpy as np

from clinic.doubt import checked, vocabulary
from clinic.doubt.checked import Bools, Json, Unfit
from clinic.doubt.monitor import Monitor, Moved
from clinic.doubt.scale import CONFIDENCES, LENGTHS, QUANTILES, Scale
from clinic.doubt.vocabulary import TermMoved, Vocabulary, digest

BUDGET = 0.01
LEARN, BASELINE, DECISIONS = 1000, 1000, 500
RECENT = 250  # documents from which samples are picked
SAMPLES, TYPICAL = 25, 15


class What(StrEnum):
    MIX = "mix"
    VOCABULARY = "vocabulary"
    LENGTH = "length"
    CONFIDENCE = "confidence"
    ERRORS = "errors"  # of cases picked by policy
    ERRORS_FLAGGED = "errors_flagged"  # of cases picked because the engine doubted: other cases, another rate


@dataclass(frozen=True)
class Seen:
    """What is watched of one document; None where a capability has no such thing (a film has no words)."""

    id: str
    predicted: int
    confidence: float | None = None
    length: int | None = None
    terms: Collection[str] | None = None

    def __post_init__(self) -> None:
        if self.confidence is not None and not 0 <= self.confidence <= 1:
            raise Unfit(f"drift: a confidence of {self.confidence}")
        if self.length is not None and self.length < 0:
            raise Unfit(f"drift: a length of {self.length}")


@dataclass(frozen=True)
class Alarm:
    what: What
    document: int  # how many documents had been seen
    moved: tuple[Moved, ...]
    terms: tuple[TermMoved, ...]  # up to 20, where words are watched
    samples: tuple[str, ...]  # ids of up to 25 documents to label: 15 that speak most for the change, 10 at random

    def as_json(self) -> Json:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Json) -> Self:
        return cls(
            What(stored["what"]),
            int(stored["document"]),
            tuple(Moved(**moved) for moved in stored["moved"]),
            tuple(TermMoved(**term) for term in stored["terms"]),
            tuple(stored["samples"]),
        )


@dataclass
class DriftWatch:
    """One for a live engine at a site; `observe` and `decided` in the order of events, all state in one row."""

    monitors: dict[What, Monitor]
    learn: int
    length: Scale = field(default_factory=lambda: Scale(LENGTHS))
    confidence: Scale = field(default_factory=lambda: Scale(CONFIDENCES))
    words: Vocabulary = field(default_factory=Vocabulary)
    documents: int = 0
    recent: list[tuple[str, dict[str, float]]] = field(default_factory=list)  # id, how much it spoke for which change

    @classmethod
    def new(
        cls,
        classes: Collection[str],
        budget: float = BUDGET,
        learn: int = LEARN,
        baseline: int = BASELINE,
        decisions: int = DECISIONS,
    ) -> Self:
        if len(classes) < 2:
            raise Unfit("drift: at least two classes needed")
        if min(learn, baseline, decisions) < 100:
            raise Unfit("drift: fewer than 100 documents are no reference")
        risk = checked.share(budget, "budget") / len(What)

        def evenly(names: Iterable[str], needs: int) -> Monitor:
            features = tuple(names)
            return Monitor(features, (1 / len(features),) * len(features), needs, risk)

        monitors = {
            What.MIX: evenly(classes, learn + baseline),
            What.VOCABULARY: Monitor(vocabulary.FEATURES, vocabulary.WEIGHTS, baseline, risk),
            What.LENGTH: evenly((f"longer than {share:.0%} of the reference" for share in QUANTILES), baseline),
            What.CONFIDENCE: evenly((f"surer than {share:.0%} of the reference" for share in QUANTILES), baseline),
            What.ERRORS: evenly(("wrong",), decisions),
            What.ERRORS_FLAGGED: evenly(("wrong",), decisions),
        }
        return cls(monitors, learn)

    @property
    def learning(self) -> bool:
        """The reference of documents is not complete; that of decisions is counted by its own monitors."""
        return self.monitors[What.MIX].learning

    @property
    def raised(self) -> tuple[What, ...]:
        return tuple(what for what, monitor in self.monitors.items() if monitor.raised_at is not None)

    def observe(self, seen: Seen) -> tuple[Alarm, ...]:
        """Takes in one document; the alarms that it raises."""
        gains: dict[What, float] = {}
        self.documents += 1
        self._watch(What.MIX, self._one_hot(seen.predicted), gains)
        if self.documents <= self.learn:
            self._learn(seen)
        else:
            self._measure(seen, gains)
        spoke = {what.value: round(gain, 3) for what, gain in gains.items() if gain > 1.001}
        self.recent = [*self.recent[1 - RECENT :], (seen.id, spoke)]
        return self._alarms_among(gains)

    def decided(self, *, right: bool, flagged: bool) -> tuple[Alarm, ...]:
        """Takes in what a person decided; `flagged`: read because the engine doubted, not by policy."""
        gains: dict[What, float] = {}
        self._watch(What.ERRORS_FLAGGED if flagged else What.ERRORS, np.array([not right]), gains)
        return self._alarms_among(gains)

    def explain(self, what: What) -> Alarm:
        """What moved, as far as the last 200 to 400 documents show; clearer some time after an alarm than with it."""
        return Alarm(what, self.documents, self.monitors[what].moved(), self.words.moved(), self._samples(what))

    def restart(self, what: What) -> None:
        """A person has looked: watch on against the same reference, with this monitor's share of the budget anew."""
        self.monitors[what].restart()

    def as_json(self) -> Json:
        return {
            "monitors": {what.value: monitor.as_json() for what, monitor in self.monitors.items()},
            "learn": self.learn,
            "length": self.length.as_json(),
            "confidence": self.confidence.as_json(),
            "words": self.words.as_json(),
            "documents": self.documents,
            "recent": self.recent,
        }

    @classmethod
    def from_json(cls, stored: Json) -> Self:
        return cls(
            monitors={What(what): Monitor.from_json(monitor) for what, monitor in stored["monitors"].items()},
            learn=stored["learn"],
            length=Scale.from_json(LENGTHS, stored["length"]),
            confidence=Scale.from_json(CONFIDENCES, stored["confidence"]),
            words=Vocabulary.from_json(stored["words"]),
            documents=stored["documents"],
            recent=[(name, dict(spoke)) for name, spoke in stored["recent"]],
        )

    def _learn(self, seen: Seen) -> None:
        if seen.length is not None:
            self.length.learn(seen.length)
        if seen.confidence is not None:
            self.confidence.learn(seen.confidence)
        if seen.terms is not None:
            self.words.learn(seen.terms)
        if self.documents == self.learn:
            for scale in (self.length, self.confidence):
                scale.freeze()
            self.words.freeze()

    def _measure(self, seen: Seen, gains: dict[What, float]) -> None:
        if seen.terms is not None and self.words.known.documents:
            self._watch(What.VOCABULARY, self.words.observe(seen.terms), gains)
        if seen.length is not None and self.length.cuts:
            self._watch(What.LENGTH, self.length.above(seen.length), gains)
        if seen.confidence is not None and self.confidence.cuts:
            self._watch(What.CONFIDENCE, self.confidence.above(seen.confidence), gains)

    def _watch(self, what: What, features: Bools, gains: dict[What, float]) -> None:
        known = self.monitors[what].raised_at is not None
        gain = self.monitors[what].observe(features)
        if not known:
            gains[what] = gain

    def _one_hot(self, predicted: int) -> Bools:
        classes = len(self.monitors[What.MIX].features)
        if not 0 <= predicted < classes:
            raise Unfit(f"drift: class {predicted} is outside 0 to {classes - 1}")
        return np.asarray(np.arange(classes) == predicted)

    def _alarms_among(self, just_fed: Iterable[What]) -> tuple[Alarm, ...]:
        return tuple(self.explain(what) for what in just_fed if self.monitors[what].raised_at is not None)

    def _samples(self, what: What) -> tuple[str, ...]:
        """Those that spoke most for the change show what it is; some by lot show what it does to errors."""
        spoke = {name: gains.get(what.value, 1.0) for name, gains in self.recent}
        typical = sorted((name for name in spoke if spoke[name] > 1), key=lambda name: -spoke[name])[:TYPICAL]
        return tuple(typical + _by_lot(spoke, typical)[: SAMPLES - len(typical)])


def _by_lot(names: Iterable[str], taken: Sequence[str]) -> list[str]:
    """In an order that says nothing about the documents but is the same when the run is replayed."""
    return sorted(set(names) - set(taken), key=digest)
