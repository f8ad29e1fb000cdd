"""Drift: false alarms over many streams in which nothing changes, delay when something does.

Streams run side by side: documents are drawn as what the monitors see of them (class, length, confidence, how many
words are new, how many fall into each part), the bets are the product's. A second experiment sends real words through
the whole `DriftWatch`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.doubt.report import Line, percent, share
from clinic.doubt import monitor, vocabulary
from clinic.doubt.checked import Bools, Floats
from clinic.doubt.drift import BASELINE, BUDGET, DECISIONS, LEARN, DriftWatch, Seen, What
from clinic.doubt.scale import QUANTILES

WITHIN = 500


@dataclass(frozen=True)
class Habit:
    """How documents of a place are."""

    mix: tuple[float, ...] = (0.25, 0.25, 0.2, 0.15, 0.1, 0.05)
    new: float = 0.06  # of a document's words
    longer: float = 1.0
    sure: tuple[float, float] = (8.0, 2.0)
    wrong: float = 0.06
    wrong_flagged: float = 0.3


USUAL = Habit()
SHIFTS = {
    "mix 25 % to 45 %": (What.MIX, replace(USUAL, mix=(0.45, *(share * 0.55 / 0.75 for share in USUAL.mix[1:])))),
    "20 % of the words new": (What.VOCABULARY, replace(USUAL, new=0.06 + 0.94 * 0.2)),
    "texts half as long again": (What.LENGTH, replace(USUAL, longer=1.5)),
    "mean confidence 80 % to 70 %": (What.CONFIDENCE, replace(USUAL, sure=(7.0, 3.0))),
    "errors 6 % to 20 % (decisions)": (What.ERRORS, replace(USUAL, wrong=0.2)),
}
PROMISED = ("mix 25 % to 45 %", "20 % of the words new")
PARTS = np.array([1 + 0.5 * np.sin(number) for number in range(vocabulary.PARTS)]) / vocabulary.PARTS


@dataclass(frozen=True)
class Documents:
    """Arrays of documents by streams."""

    predicted: np.ndarray
    length: Floats
    confidence: Floats
    new: Floats
    parts: Floats
    wrong: Bools
    wrong_flagged: Bools


def documents(rng: np.random.Generator, shape: tuple[int, int], habit: Habit) -> Documents:
    words = 5 + rng.poisson(40, shape)
    own_new = rng.beta(30 * habit.new, 30 * (1 - habit.new), shape)  # some documents are odder than others
    return Documents(
        predicted=np.searchsorted(np.cumsum(habit.mix)[:-1], rng.random(shape)),
        length=rng.lognormal(5, 0.6, shape) * habit.longer,
        confidence=rng.beta(*habit.sure, shape),
        new=rng.binomial(words, own_new) / words,
        parts=rng.multinomial(words, PARTS / PARTS.sum()) / words[..., None],
        wrong=rng.random(shape) < habit.wrong,
        wrong_flagged=rng.random(shape) < habit.wrong_flagged,
    )


@dataclass(frozen=True)
class Learned:
    """What each stream learned before it froze: where quantiles and usual parts lie."""

    length: Floats
    confidence: Floats
    parts: Floats

    @classmethod
    def of(cls, seen: Documents) -> "Learned":
        quantiles = [np.quantile(numbers, QUANTILES, axis=0).T for numbers in (seen.length, seen.confidence)]
        return cls(quantiles[0], quantiles[1], seen.parts.mean(axis=0))


def features(seen: Documents, learned: Learned) -> dict[What, Bools]:
    """Documents by streams by features, for each monitor."""
    return {
        What.MIX: seen.predicted[..., None] == np.arange(len(USUAL.mix)),
        What.VOCABULARY: vocabulary.features(seen.new, seen.parts, learned.parts),
        What.LENGTH: seen.length[..., None] > learned.length,
        What.CONFIDENCE: seen.confidence[..., None] > learned.confidence,
        What.ERRORS: seen.wrong[..., None],
        What.ERRORS_FLAGGED: seen.wrong_flagged[..., None],
    }


class Streams:
    """All monitors of many streams at once; `raised` holds the document of the first alarm, 0 for none."""

    def __init__(self, rng: np.random.Generator, count: int) -> None:
        self.rng, self.count, self.seen = rng, count, 0
        learning = documents(rng, (LEARN, count), USUAL)
        self.learned = Learned.of(learning)
        baseline = features(documents(rng, (BASELINE, count), USUAL), self.learned)
        hits = {what: found.sum(axis=0) for what, found in baseline.items()}
        hits[What.MIX] = hits[What.MIX] + (learning.predicted[..., None] == np.arange(len(USUAL.mix))).sum(axis=0)
        sizes = dict.fromkeys(What, BASELINE) | {What.MIX: LEARN + BASELINE}
        for what in (What.ERRORS, What.ERRORS_FLAGGED):
            hits[what], sizes[what] = baseline[what][:DECISIONS].sum(axis=0), DECISIONS
        self.risk = BUDGET / len(What)
        self.odds = {what: monitor.payoffs(*monitor.bounds(hits[what], sizes[what], self.risk / 2)) for what in What}
        self.stakes = {what: np.zeros(self.odds[what][0].shape) for what in What}
        self.raised = {what: np.zeros(count, dtype=int) for what in What}

    def run(self, number: int, habit: Habit, watched: tuple[What, ...] = tuple(What)) -> None:
        for start in range(0, number, 100):
            block = features(documents(self.rng, (min(100, number - start), self.count), habit), self.learned)
            for row in range(min(100, number - start)):
                self.seen += 1
                for what in watched:
                    self._bet(what, block[what][row])

    def _bet(self, what: What, found: Bools) -> None:
        self.stakes[what] = monitor.bet(self.stakes[what], found, *self.odds[what], self.seen)
        weights = (
            np.array(vocabulary.WEIGHTS) if what is What.VOCABULARY else np.full(found.shape[-1], 1 / found.shape[-1])
        )
        rich = monitor.wealth(self.stakes[what], weights, self.seen) >= 2 / self.risk
        self.raised[what] = np.where(rich & (self.raised[what] == 0), self.seen, self.raised[what])


def drift(streams: int, length: int, shifted: int, late: int, real: int) -> Iterator[Line]:
    still = Streams(np.random.default_rng(80), streams)
    still.run(length, USUAL)
    alarmed = np.any([raised > 0 for raised in still.raised.values()], axis=0)
    yield Line(
        f"nothing changes, {length:,} documents, looked at after each: false alarms",
        percent(share(alarmed), "streams"),
        "at most 1 %",
        float(alarmed.mean()) <= 0.01,
        f"false alarms {alarmed.mean():.1%}",
    )
    for after in (0, late):
        for name, (what, habit) in SHIFTS.items():
            if after == 0 or name in PROMISED:
                yield _found(name, what, habit, shifted, after)
    for name, told in (("mix", "mix 25 % to 45 %"), ("new", "20 % of the words new")):
        yield _found_in_words(name, told, real)


def _found(name: str, what: What, habit: Habit, count: int, after: int) -> Line:
    streams = Streams(np.random.default_rng([81, after, *name.encode()]), count)
    streams.run(after, USUAL, (what,))
    streams.run(WITHIN, habit, (what,))
    when = streams.raised[what] - after
    found = share((when > 0) & (when <= WITHIN))
    later = np.where(when > 0, when, np.inf)
    middle, slow = np.quantile(later, [0.5, 0.9], method="inverted_cdf")
    promised = name in PROMISED
    return Line(
        f"{name}, after {after:,} documents: found within {WITHIN}",
        f"{percent(found, 'streams', 1)}, delay median {middle:.0f}, 90 % {slow:.0f}",
        "90 %" if promised else "",
        found.value >= 0.9 or not promised,
        f"{'mix' if what is What.MIX else 'new words'} found {found.value:.0%} (median {middle:.0f})"
        if promised and not after
        else "",
    )


def _found_in_words(kind: str, told: str, runs: int) -> Line:
    """Real words through the whole watch: ten shifts from each learned reference."""
    delays = []
    for reference in range(0, runs, 10):
        place = Place(np.random.default_rng([82, reference]))
        watch = DriftWatch.new([str(number) for number in range(len(USUAL.mix))])
        for _ in range(LEARN + BASELINE):
            watch.observe(place.document(USUAL.mix))
        stored = watch.as_json()
        delays += [_delay(DriftWatch.from_json(stored), place, kind) for _ in range(min(10, runs - reference))]
    found = share([delay is not None for delay in delays])
    middle = float(np.median([WITHIN if delay is None else delay for delay in delays]))
    shown = f"{percent(found, 'runs', 1)}, delay median {middle:.0f}"
    return Line(f"  the whole watch on words, {told}: found within {WITHIN}", shown, "90 %", found.value >= 0.9)


def _delay(watch: DriftWatch, place: "Place", kind: str) -> int | None:
    what, habit = SHIFTS["mix 25 % to 45 %" if kind == "mix" else "20 % of the words new"]
    for number in range(1, WITHIN + 1):
        alarms = watch.observe(place.document(habit.mix, new=0.2 if kind == "new" else 0))
        if any(alarm.what is what for alarm in alarms):
            return number
    return None


class Place:
    """A clinic whose texts have a long-tailed vocabulary that differs between classes."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng, self.sent = rng, 0
        usual = 1 / (np.arange(8000) + 10.0)
        topics = usual * rng.lognormal(0, 1, (len(USUAL.mix), len(usual)))
        self.topics = np.cumsum(topics / topics.sum(axis=1, keepdims=True), axis=1)

    def document(self, mix: tuple[float, ...], new: float = 0.0) -> Seen:
        self.sent += 1
        predicted = int(self.rng.choice(len(mix), p=mix))
        length = 10 + int(self.rng.lognormal(4, 0.5))
        numbers = np.searchsorted(self.topics[predicted], self.rng.random(length))
        fresh = self.rng.random(length) < new
        words = [f"{'new' if odd else 'word'}{number}" for number, odd in zip(numbers.tolist(), fresh, strict=True)]
        return Seen(str(self.sent), predicted, float(self.rng.beta(8, 2)), length, words)
