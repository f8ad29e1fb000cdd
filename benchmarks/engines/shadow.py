"""What an engine in the shadow costs whoever waits for the live one: with and without, in turns."""

import itertools
import time
from collections.abc import Iterator

import numpy as np

from benchmarks.cord.world import World, add_letters, ask, is_over, wait_for
from benchmarks.doubt.report import Line
from benchmarks.engines.candidates import WHY, candidate, in_the_shadow
from clinic.actions import engine_moves, shadows
from clinic.authorization.scope import scope
from clinic.doubt.intervals import bootstrap
from clinic.models import Deployment, ShadowAnswer, Upload

IN_A_TURN = 10
CATCHES_UP_S = 10.0
MOST = 1.05  # of the time without one, for 95 of 100 answers


def shadow(world: World, count: int) -> Iterator[Line]:
    without: list[float] = []
    beside: list[float] = []
    with scope(site=world.site.pk):
        held = candidate(world)
        letters = iter(add_letters(world, 2 * (count + IN_A_TURN), seed=4000))
        for turn in range(-1, count // IN_A_TURN):  # the first warms both up
            alone = _answered(world, itertools.islice(letters, IN_A_TURN))
            shadowed = _with_a_shadow(world, held, itertools.islice(letters, IN_A_TURN))
            if turn >= 0:
                without += alone
                beside += shadowed
        said = ShadowAnswer.objects.filter(engine=held.engine, error="").count()
    n = f"n={len(beside)} answers each, {IN_A_TURN} in turns"
    shown, _low = _ratio(beside, without, 50)
    yield Line("shadow: a live answer takes, in the middle", f"{shown} ({n})")
    shown, low = _ratio(beside, without, 95)
    yield Line("shadow: a live answer takes, for 95 of 100", f"{shown} ({n})", f"not above {MOST} times", low <= MOST)
    yield Line("shadow: answers it gave meanwhile, behind the live ones", f"{said} of {count + IN_A_TURN}", "all",
               said == count + IN_A_TURN)  # fmt: skip


def _ratio(beside: list[float], without: list[float], points: int) -> tuple[str, float]:
    """With its interval, and the low end of that: a mark is missed when more was seen than chance allows."""
    found = bootstrap(lambda one, two: float(np.percentile(one, points) / np.percentile(two, points)), beside, without)
    took = f"{1000 * np.percentile(beside, points):.0f} ms with, {1000 * np.percentile(without, points):.0f} ms without"
    return f"{found.value:.3f} times (95 %: {found.low:.3f} to {found.high:.3f}): {took}", found.low


def _with_a_shadow(world: World, held: Deployment, letters: Iterator[Upload]) -> list[float]:
    in_the_shadow(world, held)
    took = _answered(world, letters)
    until = time.monotonic() + CATCHES_UP_S
    wait_for(lambda: not shadows.waiting(held).exists() or time.monotonic() > until, every_s=0.05)
    engine_moves.retire(by=world.engineer, deployment=held, reason=WHY)
    return took


def _answered(world: World, letters: Iterator[Upload]) -> list[float]:
    return [_answer_time(world, upload) for upload in letters]


def _answer_time(world: World, upload: Upload) -> float:
    """From asking to the moment at which the answer is there."""
    run = ask(world, upload)
    wait_for(lambda: is_over(run), every_s=0.005)
    run.refresh_from_db()
    assert run.finished_at is not None
    return (run.finished_at - run.requested_at).total_seconds()
