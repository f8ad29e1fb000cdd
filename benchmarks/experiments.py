"""`make bench-experiments`: how often equal versions get a winner when somebody looks after every document, and how
often a planted effect is found at the number of documents that was printed before. One core, fixed seed, no database.

A document's score is the share of its fields that people took unchanged; fields of one document are alike
(beta-binomial).
"""

import platform
import sys
import time
from collections.abc import Iterator

import numpy as np

from benchmarks.doubt.report import Line, percent, seldom, share
from clinic.doubt.checked import Bools, Floats
from clinic.doubt.trial import Plan, Says, bets, compared, log_wealth, says

SIMULATIONS, SEED, EFFECT = 1000, 611, 0.05
LONGER = 2  # how many times the planned number somebody goes on looking
RATE, FIELDS, ALIKE = 0.85, 12, 12.0  # share taken unchanged; fields of a document; a + b of its beta distribution


def scores(rng: np.random.Generator, rate: Floats) -> Floats:
    own = rng.beta(ALIKE * rate, ALIKE * (1 - rate))
    fields = 1 + rng.poisson(FIELDS - 1, len(rate))
    return np.asarray(rng.binomial(fields, own) / fields)


def stream(rng: np.random.Generator, n: int, effect: float) -> tuple[Bools, Floats]:
    second = rng.random(n) < 0.5
    return second, scores(rng, np.where(second, RATE + effect, RATE))


def plan_from(rng: np.random.Generator) -> Plan:
    """As a page does it: from documents that were decided before."""
    before = scores(rng, np.full(2000, RATE))
    return Plan(EFFECT, expected=float(before.mean()), spread=float(before.std(ddof=1)))


def ever_excludes_nothing(second: Bools, told: Floats, plan: Plan) -> bool:
    """At any of all looks, one after each document."""
    gains, stakes = bets(second, told, plan)
    return bool(log_wealth(gains, stakes, 0.0).max() >= np.log(1 / (1 - plan.level)))


def ordinary_ever_excludes_nothing(second: Bools, told: Floats) -> bool:
    """The usual 95 % interval of a difference of means, looked at as often, from the 30th document of each arm on."""
    n = np.cumsum([~second, second], axis=1)
    sums, squares = (np.cumsum([power * ~second, power * second], axis=1) for power in (told, told**2))
    with np.errstate(divide="ignore", invalid="ignore"):
        means = sums / n
        spread = np.sqrt(((squares / n - means**2) / n).sum(axis=0))
    ready = n.min(axis=0) >= 30
    return bool((np.abs(means[1] - means[0])[ready] > 1.96 * spread[ready]).any())


def lines(simulations: int) -> Iterator[Line]:
    rng = np.random.default_rng(SEED)
    plan = plan_from(rng)
    yield Line(
        "planned: an effect of 5 points",
        f"{plan.needed:,} documents (score {plan.expected:.2f}, spread {plan.spread:.3f})",
    )
    same = [stream(rng, LONGER * plan.needed, 0.0) for _ in range(simulations)]
    yield seldom(f"A/A, looked at after each of {LONGER * plan.needed:,} documents: false wins",
                 [ever_excludes_nothing(*one, plan) for one in same], 0.05, "simulations", "false wins")  # fmt: skip
    yield seldom(
        "  wins that the rule of the page would give out", [_wins(one, plan) for one in same], 0.05, "simulations"
    )
    yield Line("  an ordinary 95 % interval looked at as often, for comparison",
               percent(share([ordinary_ever_excludes_nothing(*one) for one in same]), "simulations"))  # fmt: skip
    found = share([_found_at(stream(rng, plan.needed, EFFECT), plan) for _ in range(simulations)])
    yield Line(f"planted +5 points: found at {plan.needed:,} documents", percent(found, "simulations"), "at least 80 %",
               found.value >= 0.8, f"planted found {found.value:.1%}")  # fmt: skip
    harm = [_stopped_for_harm(stream(rng, plan.needed, -EFFECT), plan) for _ in range(simulations)]
    yield Line("planted -5 points: stopped as harm before the planned number", percent(share(harm), "simulations"))
    truth = [stream(rng, plan.needed, EFFECT) for _ in range(simulations)]
    missed = [_excludes(one, plan, EFFECT) for one in truth]
    yield seldom("planted +5 points: the interval ever leaves out the truth", missed, 0.05, "simulations")


def _excludes(told: tuple[Bools, Floats], plan: Plan, difference: float) -> bool:
    gains, stakes = bets(*told, plan)
    return bool(log_wealth(gains, stakes, difference).max() >= np.log(1 / (1 - plan.level)))


def _wins(told: tuple[Bools, Floats], plan: Plan) -> bool:
    """Looked at by the page's own rule, at every 25th document."""
    second, found = told
    looks = range(50, len(found) + 1, 25)
    winners = (Says.SECOND_WINS, Says.FIRST_WINS, Says.HARM)
    return any(says(compared(second[:n].tolist(), found[:n].tolist(), plan), plan) in winners for n in looks)


def _found_at(told: tuple[Bools, Floats], plan: Plan) -> bool:
    second, found = told
    return says(compared(second.tolist(), found.tolist(), plan), plan) is Says.SECOND_WINS


def _stopped_for_harm(told: tuple[Bools, Floats], plan: Plan) -> bool:
    gains, stakes = bets(*told, plan)
    wealth = log_wealth(gains, stakes, 0.0)[:-1]
    return bool(wealth.max() >= np.log(1 / (1 - plan.level)))


def main() -> int:
    quick = "--quick" in sys.argv[1:]
    began, made = time.monotonic(), []
    print(f"Python {platform.python_version()}, numpy {np.__version__}; seed {SEED}")
    for line in lines(100 if quick else SIMULATIONS):
        print(line, flush=True)
        made.append(line)
    missed = [line for line in made if not line.met]
    told = "; ".join(line.short for line in made if line.short)
    print(f"experiments: {len(missed)} marks missed in {time.monotonic() - began:.0f} s: {told}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
