"""Each promise as figures."""

import shutil
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from django.db import transaction
from django.utils import timezone

from benchmarks.cord.sabotage import folders
from benchmarks.cord.world import KIND, World, add_letters, all_over, ask, is_over, wait_for
from benchmarks.doubt.report import Line
from clinic.actions import engines, golden, monitors, proposals, replays, stops
from clinic.answers import Answer
from clinic.authorization.scope import scope
from clinic.engines import golden as asking
from clinic.engines import opening
from clinic.models import (
    Case,
    Deployment,
    Engine,
    IncidentPack,
    Result,
    ReviewItem,
    Run,
    RunState,
    Stop,
    StopMark,
)

QUEUED_AT_ONCE = 40  # letters that wait or are read when the cord is pulled
CLASSES = ("routine", "urgent", "emergency")


def _shipped(name: str) -> Engine:
    return Engine.objects.get(name=name, version="1.0.0")


# --- the stop cord ----------------------------------------------------------------------------------------------------


def stop(world: World, rounds: int) -> Iterator[Line]:
    """Pulled while letters are read and others wait."""
    late, first, last, marked = [], [], [], 0
    with scope(site=world.site.pk):
        for number in range(rounds):
            held = add_letters(world, QUEUED_AT_ONCE + 1, seed=number)
            asked = [ask(world, upload) for upload in held[:-1]]
            wait_for(_some_answered(asked))
            began = timezone.now()
            pulled, _is_new = stops.pull(by=world.clinician, capability=KIND, note="Measured")
            asked.append(ask(world, held[-1]))
            wait_for(all_over(asked), every_s=0.1)
            items = ReviewItem.objects.filter(run__in=asked, reasons=["stopped"]).order_by("created_at")
            with_people = [(at - began).total_seconds() for at in items.values_list("created_at", flat=True)]
            first.append(with_people[0])
            last.append(with_people[-1])
            marks = set(StopMark.objects.filter(stop=pulled).values_list("result_id", flat=True))
            stray = Result.objects.filter(run__in=asked, at__gt=pulled.pulled_at).exclude(pk__in=marks)
            late += [(at - began).total_seconds() for at in stray.values_list("at", flat=True)]
            marked += len(marks)
            _release(world, pulled)
    n = f"n={rounds} stops, {QUEUED_AT_ONCE} letters in flight at each"
    yield Line("stop: answers written after it that stand unmarked", f"{len(late)} ({marked} marked; {n})", "none",
               not late)  # fmt: skip
    yield Line("stop: the first letter is with people after", f"{max(first):.2f} s at most, {np.median(first):.2f} s"
               f" in the middle ({n})", "within 5 s", max(first) <= 5)  # fmt: skip
    yield Line("stop: the whole queue is with people after", f"{max(last):.2f} s at most ({n})")


def _some_answered(runs: list[Run]) -> Callable[[], bool]:
    return lambda: Result.objects.filter(run__in=runs).count() >= 3


def _release(world: World, stop: Stop) -> None:
    asked = stops.ask_for_release(by=world.clinician, stop=stop, reason="The measurement is over")
    proposals.agree(by=world.lead, proposal=asked)


# --- sealed cases -----------------------------------------------------------------------------------------------------


def golden_cases(world: World, count: int) -> Iterator[Line]:
    with scope(site=world.site.pk):
        linear = _shipped("Letters linear")
        caught = sum(not _asked_in(folder, linear).is_ok for folder in folders(world.home / "bent", count))
        yield Line("golden cases: weight file swapped, caught", f"{caught} of {count}", "all", caught == count)
        found, seconds = 0, []
        for folder in folders(world.home / "signed", count, signed_anew=True):
            held = engines.install(by=world.engineer, site=world.site, folder=folder)
            asked = asking.ask(held.engine)
            found += not asked.is_ok
            seconds.append(asked.seconds)
        yield Line("golden cases: swapped and signed anew, caught by the cases alone", f"{found} of {count}", "all",
                   found == count)  # fmt: skip
        yield Line("golden cases: 40 cases of one engine take", f"{np.median(seconds):.2f} s (n={count})")
        took = _out_of_service(world, held)
        yield Line("golden cases: failing engine out of service after", f"{took:.2f} s", "within 60 s", took <= 60)
    for name in ("bent", "signed"):
        shutil.rmtree(world.home / name)


def _asked_in(folder: Path, engine: Engine) -> asking.Asked:
    """As if its files lay there."""
    with mock.patch.object(opening, "folder_of", lambda _engine: folder):
        return asking.ask(engine)


def _out_of_service(world: World, held: Deployment) -> float:
    """By a real worker, from the moment it is asked."""
    golden.ask(by=world.engineer, engine=held.engine)
    return wait_for(lambda: Deployment.objects.filter(pk=held.pk).exclude(out_since=None).exists())


# --- replay -----------------------------------------------------------------------------------------------------------


def replay(world: World, count: int) -> Iterator[Line]:
    with scope(site=world.site.pk):
        asked = [ask(world, upload) for upload in add_letters(world, count, seed=1000)]
        wait_for(all_over(asked), every_s=0.2)
        results = Result.objects.filter(run__in=asked)
        again = [replays.replay(by=world.clinician, result=result) for result in results]
        wait_for(all_over(again), every_s=0.2)
        told = Result.objects.filter(run__in=again).values_list("facets", flat=True)
        same = sum(facets["is_identical"] for facets in told)
    yield Line("replay: stored answers bit for bit the same", f"{same} of {count}", "all", same == count)


# --- the pack ---------------------------------------------------------------------------------------------------------


def pack(world: World, count: int) -> Iterator[Line]:
    with scope(site=world.site.pk):
        with transaction.atomic():
            _answered_cases(world, count)
        pulled, _is_new = stops.pull(by=world.clinician, capability=KIND, note="Measured")
        seconds = wait_for(lambda: IncidentPack.objects.filter(incident=pulled.incident).count() == 2)
        written = IncidentPack.objects.get(incident=pulled.incident, form="pdf")
        _release(world, pulled)
    told = f"{seconds:.1f} s from the pull ({written.cases:,} cases, PDF {written.size / 1e6:.1f} MB)"
    yield Line("incident pack: written after", told, "within 60 s", seconds <= 60 and written.cases >= count)


def _answered_cases(world: World, count: int) -> None:
    """Rows as runs leave them, spread over the thirty days."""
    engine, now = _shipped("Letters linear"), timezone.now()
    cases = [Case(site=world.site, patient=world.case.patient, number=100_000 + n, question="How urgent?",
                  due_at=now, opened_at=now - timedelta(days=29)) for n in range(count)]  # fmt: skip
    Case.objects.bulk_create(cases, batch_size=1000)
    runs = [Run(site=world.site, case=case, kind=KIND, fingerprint=f"pack-{n}", lane="cpu", attempts=1, percent=100,
                state=RunState.SUCCEEDED, finished_at=now) for n, case in enumerate(cases)]  # fmt: skip
    Run.objects.bulk_create(runs, batch_size=1000)
    answers = (_result(run, engine, n, now - timedelta(minutes=4 * n % 40_000)) for n, run in enumerate(runs))
    Result.objects.bulk_create(answers, batch_size=1000)


def _result(run: Run, engine: Engine, number: int, at: datetime) -> Result:
    return Result(site=run.site, run=run, case=run.case, kind=KIND, outcome={}, facets=_say(number).facets(), at=at,
                  engine=str(engine), engine_digest=engine.digest, output_sha256="0" * 64)  # fmt: skip


def _say(number: int) -> Answer:
    label = CLASSES[number % 3]
    chances = {name: 0.9 if name == label else 0.05 for name in CLASSES}
    words = frozenset(f"word{(number * 7 + place) % 400}" for place in range(80))
    return Answer(label=label, scores=chances, probabilities=chances, prediction_set=(label,), calibrated_on=500,
                  terms=words, features={"words": 80 + number % 40})  # fmt: skip


# --- monitors ---------------------------------------------------------------------------------------------------------


def watching(world: World, count: int) -> Iterator[Line]:
    with scope(site=world.site.pk):
        engine = _shipped("Letter rules")
        run = ask(world, add_letters(world, 1, seed=2000)[0])
        wait_for(lambda: is_over(run))
        held = Run.objects.create(site=world.site, case=world.case, kind=KIND, fingerprint="watched", lane="cpu",
                                  attempts=1, percent=100, state=RunState.SUCCEEDED,
                                  finished_at=timezone.now())  # fmt: skip
        result = _result(held, engine, 0, timezone.now())
        result.save(force_insert=True)
        took = [_watched(result.run, _say(number)) for number in range(count)]
    milliseconds = 1000 * np.array(took)
    yield Line("monitors: behind one answer", f"{np.median(milliseconds):.1f} ms in the middle,"
               f" {np.percentile(milliseconds, 95):.1f} ms for 95 of 100 (n={count:,})")  # fmt: skip


def _watched(run: Run, answer: Answer) -> float:
    began = time.perf_counter()
    monitors.take_in_answer(run=run, outcome=answer)
    return time.perf_counter() - began


PARTS: dict[str, Callable[[World, int], Iterator[Any]]] = {
    "stop": stop, "golden": golden_cases, "replay": replay, "pack": pack, "monitors": watching,
}  # fmt: skip
