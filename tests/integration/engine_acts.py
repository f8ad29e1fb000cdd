"""Every act on engines, once: the test of the audit asks whether each is told."""

from pathlib import Path
from typing import Any

from django.utils import timezone

from clinic.actions import (
    engine_moves,
    engine_proposals,
    engines,
    golden,
    monitors,
    proposals,
    replays,
    runs,
    shadows,
    stops,
    work,
)
from clinic.answers import Answer
from clinic.authorization.roles import Role
from clinic.engines.ladder import Ladder
from clinic.engines.unfit import Fault
from clinic.models import Case, Deployment, DriftAlarm, Engine, Result, Run, Stop
from clinic.pipeline import kind_named
from clinic.shadow_kind import ShadowOutcome, ShadowReading
from tests import make
from tests.integration.engines.challengers import WHY, candidate, shadow
from tests.integration.engines.challengers import prove as proven
from tests.integration.engines.stream import say, soon_learned, watched
from tests.make import Person, Staff


def look_after_engines(staff: Staff, case: Case, folder: Path) -> None:
    engineer = staff[Role.ENGINEER]
    by, engine = engineer.actor, Engine.objects.get(name="Letters linear", version="1.0.0")
    challenger, other = shadow(staff, folder), candidate(staff, folder)
    with engineer.at_work():
        engines.report_fault(by=by, engine=engine, fault=Fault.FILE_DIFFERS, about="weights.safetensors")
        engines.clear_fault(by=by, engine=engine)
    fail_and_come_back(engineer, engine)
    with engineer.at_work():
        engine_moves.retire(by=by, deployment=other, reason=WHY)
        proven(challenger)
        told = ShadowReading(Result.objects.filter(case=case)[0].pk, case.pk, {"label": "urgent"}, 1.0)
        batch = Run(site=engineer.site, kind="clinic.shadow", params={"engine": challenger.engine.digest})
        shadows.record(run=batch, outcome=ShadowOutcome((told,)), by=by)
        trial = engine_proposals.ask_for_rollout(by=by, deployment=challenger, percent=5, reason=WHY)
        leaving = engine_proposals.ask_to_let_data_leave(by=by, site=engineer.site, may_leave=False, reason=WHY)
    with staff[Role.LEAD].at_work():
        for proposal in (trial, leaving):
            proposals.agree(by=staff[Role.LEAD].actor, proposal=proposal, confirmed_at=timezone.now())
    with engineer.at_work():
        engine_moves.promote(by=by, deployment=challenger, reason=WHY, asked_by=engineer.user.pk, gate={})
        engine_moves.roll_back(by=by, deployment=challenger, reason=WHY)
        engine_moves.start_shadow(by=by, deployment=challenger, reason=WHY)
        engine_moves.promote(by=by, deployment=challenger, reason=WHY, asked_by=engineer.user.pk, gate={})
        engine_moves.demote(by=by, deployment=challenger, cause="alarm", words=WHY)


def fail_and_come_back(engineer: Person, engine: Engine) -> None:
    """It fails its cases, is out of service, passes them and comes back."""
    with engineer.at_work():
        for failed in ([{"id": "1"}], []):
            golden.record(by=engineer.actor, engine=engine, is_ok=not failed, cases=40, failed=failed, seconds=0.1,
                          cause="asked")  # fmt: skip
        golden.bring_back(by=engineer.actor, deployment=Deployment.objects.get(engine=engine))


def replay_an_answer(by: Person, case: Case) -> Run:
    answer = letter_answered(by, case)
    with by.at_work():
        return replays.replay(by=by.actor, result=answer)


def letter_answered(by: Person, case: Case) -> Result:
    """By the engine that is live, as far as the record goes."""
    letter = make.upload(by, case, b"Dear team, this boy has had fever for four days and breathes fast.")
    with by.at_work():
        run, _is_new = runs.request(by=by.actor, kind="clinic.letters", case=case, uploads=[letter])
        chosen = Ladder.for_run(run, "clinic.letters").choose()
        work.succeed(claimed(run), sort=kind_named("clinic.letters"), replay={}, chosen=chosen,
                     outcome=Answer(label="urgent", scores={"urgent": 1.0}))  # fmt: skip
        return Result.objects.get(run=run)


def stopped(by: Person, capability: str, class_name: str = "") -> Stop:
    with by.at_work():
        stop, _is_new = stops.pull(by=by.actor, capability=capability, class_name=class_name, note="Answers are wrong.")
    return stop


def claimed(run: Run) -> work.Claim:
    while held := work.claim(lane="cpu", worker="replays"):
        if held.run_id == run.pk:
            return held
    raise AssertionError("the run did not wait")


def watch_an_engine(by: Person, engineer: Person, case: Case, monkeypatch: Any) -> None:
    """Its input moves, somebody looks."""
    monkeypatch.setattr(monitors, "fresh", soon_learned)
    engine = Engine.objects.get(name="Letter rules")
    with by.at_work():
        watched(by, case, [say("routine") for _ in range(205)], engine)
        watched(by, case, [say("emergency") for _ in range(60)], engine)
        monitors.watch_on(by=engineer.actor, alarm=DriftAlarm.objects.get(monitor="mix"))
