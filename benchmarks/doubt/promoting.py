"""The promotion gate: how often does it let a worse challenger pass, how often an equal one?"""

from collections.abc import Iterator

import numpy as np

from benchmarks.doubt.report import Line, percent, seldom, share
from clinic.doubt.promotion import LOOKS, Reason, Verdict, judge

CLASSES = 3
OF_LOOK = {Reason.TOO_FEW_READ, Reason.MARGIN_NOT_EXCLUDED, Reason.LOOKS_USED_UP}
Cases = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray | None]


def promotion(draws: int) -> Iterator[Line]:
    for discordance in (0.04, 0.08, 0.15):
        worse = _looks(60, draws, discordance, -0.03)
        told = "false promotion" if discordance == 0.08 else ""
        yield seldom(
            f"challenger 3 points worse, {discordance:.0%} differ: passes the test at any look",
            worse.any(axis=1), 0.05, "draws", told,
        )  # fmt: skip
    read_by_policy = _looks(61, draws, 0.08, -0.03, by_policy=True)
    yield seldom("  cases read by policy, weighted", read_by_policy.any(axis=1), 0.05, "draws")
    for discordance in (0.04, 0.08, 0.15):
        equal = np.maximum.accumulate(_looks(62, draws, discordance, 0.0), axis=1)
        shown = ", ".join(f"{cases}: {share(equal[:, look]).value:.0%}" for look, (cases, _) in enumerate(LOOKS))
        yield Line(f"equal challenger, {discordance:.0%} differ: has passed the test by", f"{shown} (n={draws} draws)")
    whole = [_passed(63, seed, 2000) for seed in range(draws)]
    seen = share(whole)
    yield Line(
        "equal challenger, 8 % differ, 3 classes: the whole gate opens at 2,000",
        percent(seen, "draws"),
        "80 %",
        seen.value >= 0.8,
        f"power {seen.value:.0%}",
    )


def _looks(stream: int, draws: int, discordance: float, difference: float, by_policy: bool = False) -> np.ndarray:
    """Draws by looks: did the test of non-inferiority pass there?"""
    passed = np.zeros((draws, len(LOOKS)), dtype=bool)
    for seed in range(draws):
        rng = np.random.default_rng([stream, round(1000 * discordance), seed])
        cases = _cases(rng, _enough(by_policy), discordance, difference, by_policy)
        for look in range(len(LOOKS)):
            passed[seed, look] = not OF_LOOK & set(_judged_at(cases, look).reasons)
    return passed


def _enough(by_policy: bool) -> int:
    return 12_000 if by_policy else LOOKS[-1][0]


def _judged_at(cases: Cases, look: int) -> Verdict:
    """The verdict when this look has just come."""
    present, challenger, truth, chances = cases
    weights = np.ones(len(truth)) if chances is None else chances.min() / chances
    effective = np.cumsum(weights) ** 2 / np.cumsum(weights**2)
    n = int(np.argmax(effective >= LOOKS[look][0] - 1e-6)) + 1
    return judge(present[:n], challenger[:n], truth[:n], CLASSES, None if chances is None else chances[:n])


def _cases(rng: np.random.Generator, n: int, discordance: float, difference: float, by_policy: bool) -> Cases:
    """Where half the reads are of flagged cases, the engines differ three times as often there."""
    truth = rng.integers(0, CLASSES, n)
    if not by_policy:
        won = rng.choice([-1, 1, 0], n, p=_differ(discordance, difference))
        return *_right(rng, won), truth, None
    flagged = rng.random(n) < 0.5
    chances = np.where(flagged, 1.0, 0.2)
    share_flagged = 0.2 / 1.2  # of the traffic, when half the reads are flagged and those are read five times as often
    rare = discordance / (1 + 2 * share_flagged)
    often = rng.choice([-1, 1, 0], n, p=_differ(3 * rare, difference))
    seldom_differ = rng.choice([-1, 1, 0], n, p=_differ(rare, difference))
    return *_right(rng, np.where(flagged, often, seldom_differ)), truth, chances


def _differ(discordance: float, difference: float) -> list[float]:
    return [(discordance - difference) / 2, (discordance + difference) / 2, 1 - discordance]


def _right(rng: np.random.Generator, won: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    both = rng.random(len(won)) < 0.9
    return np.where(won == 0, both, won == -1), np.where(won == 0, both, won == 1)


def _passed(stream: int, seed: int, n: int) -> bool:
    present, challenger, truth, _ = _cases(np.random.default_rng([stream, seed]), n, 0.08, 0.0, by_policy=False)
    return judge(present, challenger, truth, CLASSES).passed
