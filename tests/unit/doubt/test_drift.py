import json
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.doubt import monitor, vocabulary
from clinic.doubt.checked import Unfit
from clinic.doubt.drift import SAMPLES, Alarm, DriftWatch, Seen, What
from clinic.doubt.monitor import Monitor

CLASSES = ("cardiology", "dermatology", "other")
USUAL = (0.25, 0.35, 0.4)
WORDS = [f"word{number}" for number in range(300)]
SHARES = 1 / (np.arange(300) + 5.0)
SHARES = SHARES / SHARES.sum()


class Place:
    """A clinic that sends documents."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.sent = 0

    def document(self, mix: tuple[float, ...] = USUAL, new: float = 0, longer: float = 1, less_sure: float = 0) -> Seen:
        self.sent += 1
        words = [WORDS[number] for number in self.rng.choice(300, 40, p=SHARES)]
        return Seen(
            id=f"document-{self.sent}",
            predicted=int(self.rng.choice(3, p=mix)),
            confidence=float(np.clip(self.rng.beta(8, 2) - less_sure, 0, 1)),
            length=int(self.rng.lognormal(5, 0.5) * longer),
            terms=[f"new{self.rng.integers(40)}" if self.rng.random() < new else word for word in words],
        )


@pytest.fixture(scope="module")
def learned() -> str:
    watch, place = DriftWatch.new(CLASSES, learn=300, baseline=700, decisions=300), Place(0)
    for _ in range(1000):
        at_first = watch.learning
        assert at_first and watch.observe(place.document()) == ()
    assert not watch.learning
    return json.dumps(watch.as_json())


def again(learned: str) -> DriftWatch:
    return DriftWatch.from_json(json.loads(learned))


def until_alarm(watch: DriftWatch, document: Callable[[], Seen], most: int = 500) -> tuple[int, tuple[Alarm, ...]]:
    for number in range(1, most + 1):
        if alarms := watch.observe(document()):
            return number, alarms
    raise AssertionError(f"nothing found in {most} documents")


def test_nothing_changed_nothing_said(learned: str) -> None:
    watch, place = again(learned), Place(1)
    assert [alarm for _ in range(1000) for alarm in watch.observe(place.document())] == []
    assert watch.raised == ()


@pytest.mark.parametrize(
    ("what", "change"),
    [
        (What.MIX, {"mix": (0.6, 0.2, 0.2)}),
        (What.VOCABULARY, {"new": 0.2}),
        (What.LENGTH, {"longer": 2}),
        (What.CONFIDENCE, {"less_sure": 0.25}),
    ],
)
def test_each_change_is_found_by_its_monitor(learned: str, what: What, change: dict) -> None:
    watch, place = again(learned), Place(2)
    _, alarms = until_alarm(watch, lambda: place.document(**change))
    assert [alarm.what for alarm in alarms] == [what] and watch.raised == (what,)
    assert 20 <= len(alarms[0].samples) == len(set(alarms[0].samples)) <= SAMPLES
    assert Alarm.from_json(json.loads(json.dumps(alarms[0].as_json()))) == alarms[0]


def test_it_says_what_moved(learned: str) -> None:
    watch, place = again(learned), Place(3)
    until_alarm(watch, lambda: place.document(mix=(0.6, 0.2, 0.2)))
    for _ in range(400):
        watch.observe(place.document(mix=(0.6, 0.2, 0.2)))
    told = {moved.feature: moved for moved in watch.explain(What.MIX).moved}
    assert told["cardiology"].before == pytest.approx(0.25, abs=0.05)
    assert told["cardiology"].now == pytest.approx(0.6, abs=0.08)


def test_it_lists_the_words_and_their_direction(learned: str) -> None:
    watch, place = again(learned), Place(4)
    for _ in range(400):
        watch.observe(place.document(new=0.2))
    terms = watch.explain(What.VOCABULARY).terms
    assert len(terms) == 20
    assert all(term.term.startswith("new") and term.score > 3 and term.now > term.before for term in terms)


def test_a_word_that_stays_away_is_told(learned: str) -> None:
    watch, place = again(learned), Place(5)
    for _ in range(400):
        seen = place.document()
        watch.observe(Seen(seen.id, 0, terms=[term for term in seen.terms or () if term != "word0"]))
    told = watch.explain(What.VOCABULARY).terms
    assert told[0].term == "word0" and told[0].score < -10 and told[0].now == 0


def test_errors_of_flagged_and_of_other_cases_are_watched_apart() -> None:
    watch, rng = DriftWatch.new(CLASSES), np.random.default_rng(6)
    for _ in range(700):
        assert watch.decided(right=rng.random() > 0.05, flagged=False) == ()
        assert watch.decided(right=rng.random() > 0.3, flagged=True) == ()
    alarms = [alarm for _ in range(600) for alarm in watch.decided(right=rng.random() > 0.25, flagged=False)]
    assert [alarm.what for alarm in alarms] == [What.ERRORS]


def test_a_watch_goes_on_from_storage_bit_for_bit(learned: str) -> None:
    straight, place = again(learned), Place(7)
    stored = again(learned)
    for _ in range(250):
        seen = place.document(new=0.05)
        assert straight.observe(seen) == stored.observe(seen)
        stored = again(json.dumps(stored.as_json()))
    assert json.dumps(straight.as_json()) == json.dumps(stored.as_json())


def test_state_stays_small(learned: str) -> None:
    assert len(learned) < 100_000


def test_an_alarm_is_raised_once_until_somebody_restarts(learned: str) -> None:
    watch, place = again(learned), Place(8)
    until_alarm(watch, lambda: place.document(less_sure=0.3))
    assert [alarm for _ in range(100) for alarm in watch.observe(place.document(less_sure=0.3))] == []
    watch.restart(What.CONFIDENCE)
    assert watch.raised == ()
    _, alarms = until_alarm(watch, lambda: place.document(less_sure=0.3))
    assert alarms[0].what is What.CONFIDENCE


def test_what_a_capability_does_not_have_is_not_watched() -> None:
    watch, rng = DriftWatch.new(CLASSES, learn=100, baseline=100), np.random.default_rng(9)
    for number in range(400):
        watch.observe(Seen(str(number), int(rng.integers(3))))
    assert watch.raised == () and not watch.learning
    assert watch.monitors[What.LENGTH].n == watch.monitors[What.VOCABULARY].n == 0


def test_rare_words_are_kept_as_digests_only() -> None:
    watch = DriftWatch.new(CLASSES, learn=100, baseline=100)
    for number in range(60):
        terms = ["common", f"rare{number}", "Kowalski"] if number < 4 else ["common", f"rare{number}"]
        watch.observe(Seen(str(number), 0, terms=terms))
    stored = json.dumps(watch.as_json())
    assert "common" in stored and "Kowalski" not in stored and "rare" not in stored
    assert vocabulary.digest("Kowalski") in stored


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(1e-6, 0.1))
def test_every_bet_is_fair_at_the_edge_and_loses_inside(counted: tuple[int, int], risk: float) -> None:
    """This, with Ville's inequality, is the whole proof of the false-alarm budget."""
    hits, n = counted
    low, high = monitor.bounds(np.array([hits]), n, risk)
    assert low[0] <= hits / n <= high[0]
    absent, present = monitor.payoffs(low, high)
    for share in np.linspace(low[0], high[0], 7):
        mean = share * present + (1 - share) * absent
        assert (mean <= 1 + 1e-6).all()


def test_all_of_the_stake_is_there_from_the_start() -> None:
    """Bets that pay nothing and cost nothing leave the bettors with the 1 they had."""
    stakes, weights = np.zeros((4, 2, 3)), np.full(4, 0.25)
    for document in range(1, 500):
        stakes = monitor.bet(stakes, np.zeros(4, dtype=bool), np.ones((4, 2, 3)), np.ones((4, 2, 3)), document)
        assert monitor.wealth(stakes, weights, document) == pytest.approx(1)


def test_what_cannot_be_watched_is_refused() -> None:
    for confidence in (1.2, -0.1, float("nan")):
        with pytest.raises(Unfit, match="confidence"):
            Seen("a", 0, confidence=confidence)
    with pytest.raises(Unfit, match="length"):
        Seen("a", 0, length=-1)
    with pytest.raises(Unfit, match="class 3"):
        DriftWatch.new(CLASSES).observe(Seen("a", 3))
    with pytest.raises(Unfit, match="two classes"):
        DriftWatch.new(("one",))
    with pytest.raises(Unfit, match="100"):
        DriftWatch.new(CLASSES, learn=10)
    with pytest.raises(Unfit, match="budget"):
        DriftWatch.new(CLASSES, budget=0)
    with pytest.raises(Unfit, match="weight"):
        Monitor(("a", "b"), (1.0,), 100, 0.01)
