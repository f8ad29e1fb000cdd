"""An engine on trial: it answers the share that was agreed to, and one that breaks is sent back by itself."""

from collections.abc import Iterator

import numpy as np

from benchmarks.cord.world import World, add_letters, all_over, ask, is_over, wait_for
from benchmarks.doubt.report import Line
from benchmarks.engines.candidates import WHY, breaks_on_a_word, candidate, in_the_shadow, on_trial, prove
from clinic.actions import engine_moves, rollouts
from clinic.authorization.scope import scope
from clinic.doubt.intervals import clopper_pearson
from clinic.models import Deployment, EngineMove, Result, Run

SET, SURE = 20, 0.999  # a promise that chance breaks once in a thousand rounds
PLANTED_SET = 50
MOST_LETTERS = 400  # after which a bad engine that still answers counts as not found


def share(world: World, count: int) -> Iterator[Line]:
    with scope(site=world.site.pk):
        held = in_the_shadow(world, candidate(world))
        prove(world, held)
        on_trial(world, held, SET)
        asked = [ask(world, upload) for upload in add_letters(world, count, seed=5000)]
        wait_for(all_over(asked), every_s=0.2)
        results = Result.objects.filter(run__in=asked)
        answered = results.count()
        by_it = results.filter(engine_digest=held.engine.digest, receipt__rollout=SET).count()
        engine_moves.retire(by=world.engineer, deployment=held, reason=WHY)
    found = clopper_pearson(by_it, count, SURE)
    shown = f"{found.value:.1%} ({SURE:.1%}: {found.low:.1%} to {found.high:.1%}, n={count:,} letters)"
    yield Line(f"trial: set to {SET} %, it answers", shown, "the interval holds what was set",
               found.low <= SET / 100 <= found.high)  # fmt: skip
    yield Line("trial: letters without an answer", str(count - answered), "none", answered == count)


def abort(world: World, rounds: int) -> Iterator[Line]:
    letters, turns, broken, ended, lost = [], [], [], 0, 0
    with scope(site=world.site.pk):
        held = in_the_shadow(world, candidate(world, breaks_on_a_word))
        prove(world, held)
        for number in range(rounds):
            on_trial(world, held, PLANTED_SET)
            asked = _until_it_ends(world, held, seed=6000 + number)
            broke, tried = rollouts.errors_of(held)
            lost += len(asked) - Result.objects.filter(run__in=asked).count()
            letters.append(len(asked))
            broken.append(broke)
            turns.append(tried)
        ended = EngineMove.objects.filter(deployment=held, cause="aborted_errors").count()
    n = f"n={rounds} trials at {PLANTED_SET} % of an engine that breaks on a word in about one letter of ten"
    yield Line("trial: a bad engine that passed its sealed cases ends by itself", f"{ended} of {rounds} ({n})", "all",
               ended == rounds)  # fmt: skip
    yield Line("trial: until then it was its turn", f"{np.median(turns):.0f} times in the middle, {max(turns)} at most;"
               f" it broke {np.median(broken):.0f} times, {max(broken)} at most;"
               f" {np.median(letters):.0f} letters came in, {max(letters)} at most")  # fmt: skip
    yield Line("trial: letters without an answer meanwhile", str(lost), "none", not lost)


def _until_it_ends(world: World, held: Deployment, *, seed: int) -> list[Run]:
    """One letter after another, as they come in; the live one answers what it breaks on."""
    asked: list[Run] = []
    for upload in add_letters(world, MOST_LETTERS, seed=seed):
        asked.append(ask(world, upload))
        wait_for(lambda: is_over(asked[-1]))
        wait_for(lambda: _is_seen_to(asked[-1], held))
        if not Deployment.objects.filter(pk=held.pk, percent__gt=0).exists():
            break
    return asked


def _is_seen_to(run: Run, held: Deployment) -> bool:
    """Whether the worker, which looks behind its answer, has looked at this one."""
    receipt = Result.objects.get(run=run).receipt
    is_passed = any(each["digest"] == held.engine.digest for each in receipt["also_passed"])
    return not is_passed or not rollouts.why_to_abort(held) or not Deployment.objects.get(pk=held.pk).percent
