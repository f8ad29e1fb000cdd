"""Every act on engines, once: the test of the audit asks whether each is told."""

from typing import Any

from clinic.actions import engines, golden, monitors, replays, runs, work
from clinic.answers import Answer
from clinic.authorization.roles import Role
from clinic.engines.ladder import Ladder
from clinic.engines.unfit import Fault
from clinic.models import Case, Deployment, DriftAlarm, Engine, Result
from clinic.pipeline import kind_named
from tests import make
from tests.integration.engines.stream import say, soon_learned, watched
from tests.make import Person, Staff


def look_after_engines(staff: Staff, person: Person) -> None:
    by, engine = person.actor, Engine.objects.get(name="Letters linear")
    with person.at_work():
        engines.report_fault(by=by, engine=engine, fault=Fault.FILE_DIFFERS, about="weights.safetensors")
        engines.clear_fault(by=by, engine=engine)
    prove(staff[Role.ENGINEER], engine)


def prove(engineer: Person, engine: Engine) -> None:
    """It fails its cases, is out of service, passes them and comes back."""
    with engineer.at_work():
        for failed in ([{"id": "1"}], []):
            golden.record(by=engineer.actor, engine=engine, is_ok=not failed, cases=40, failed=failed, seconds=0.1,
                          cause="asked")  # fmt: skip
        golden.bring_back(by=engineer.actor, deployment=Deployment.objects.get(engine=engine))


def replay_an_answer(by: Person, case: Case) -> None:
    letter = make.upload(by, case, b"Dear team, this boy has had fever for four days and breathes fast.")
    with by.at_work():
        run, _is_new = runs.request(by=by.actor, kind="clinic.letters", case=case, uploads=[letter])
        answer = Answer(label="urgent", scores={"urgent": 1.0})
        chosen = Ladder.for_run(run, "clinic.letters").choose()
    while held := work.claim(lane="cpu", worker="replays"):
        if held.run_id == run.pk:
            break
    assert held
    with by.at_work():
        work.succeed(held, sort=kind_named("clinic.letters"), outcome=answer, replay={}, chosen=chosen)
        replays.replay(by=by.actor, result=Result.objects.get(run=run))


def watch_an_engine(by: Person, engineer: Person, case: Case, monkeypatch: Any) -> None:
    """Its input moves, somebody looks."""
    monkeypatch.setattr(monitors, "fresh", soon_learned)
    engine = Engine.objects.get(name="Letter rules")
    with by.at_work():
        watched(by, case, [say("routine") for _ in range(205)], engine)
        watched(by, case, [say("emergency") for _ in range(60)], engine)
        monitors.watch_on(by=engineer.actor, alarm=DriftAlarm.objects.get(monitor="mix"))
