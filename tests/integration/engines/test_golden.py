"""An engine answers its sealed cases as it did when it was made, or it does not answer at all."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.cord.sabotage import WAYS, folders
from clinic import health
from clinic.actions import engine_proposals, engines
from clinic.actions import golden as acts
from clinic.authorization.roles import Role
from clinic.authorization.scope import scope
from clinic.engines import golden, golden_worker, opening
from clinic.errors import Code, Refusal
from clinic.golden import engines_are_proven, standing
from clinic.models import (
    Deployment,
    Engine,
    GoldenRun,
    Incident,
    IncidentCause,
    IncidentState,
    NoticeKind,
    Notification,
    Run,
    RunState,
    Site,
)
from tests import make
from tests.integration.engines import challengers
from tests.make import Person, Staff
from tests.unit.engines.folders import SHIPPED

pytestmark = pytest.mark.django_db
SABOTAGES = 10  # `make cord` does 100


@pytest.fixture
def linear(db: None) -> Engine:
    return Engine.objects.get(name="Letters linear")


@pytest.fixture
def lies_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """The files of the shipped linear engine lie there: what somebody does who may write into the folder."""
    real = opening.folder_of

    def move(folder: Path) -> None:
        monkeypatch.setattr(
            opening, "folder_of", lambda engine: folder if engine.name == "Letters linear" else real(engine)
        )

    return move


@pytest.mark.parametrize("name", ["Letters linear", "Letter rules"])
def test_shipped_engine_when_asked_its_cases_then_all_come_out_as_they_must(db: None, name: str):
    asked = golden.ask(Engine.objects.get(name=name))

    assert (asked.cases, asked.failed, asked.is_ok) == (40, (), True)


def test_weights_when_swapped_in_its_folder_then_caught_whichever_way(linear: Engine, lies_in, tmp_path: Path):
    caught = []
    for folder in folders(tmp_path, len(WAYS), signed_anew=False):
        lies_in(folder)
        caught.append([each["fault"] for each in golden.ask(linear).failed])

    assert caught == [["file_differs"]] * len(WAYS)


def test_weights_when_swapped_and_signed_anew_then_only_the_cases_catch_it_and_they_do(staff_a: Staff, tmp_path: Path):
    engineer = staff_a[Role.ENGINEER]
    missed = []
    for folder in folders(tmp_path, SABOTAGES, signed_anew=True):
        with engineer.at_work():
            held = engines.install(by=engineer.actor, site=engineer.site, folder=folder)
        opening.open_engine(held.engine)  # every hash and the signature are right
        if golden.ask(held.engine).is_ok:
            missed.append(folder.name)

    assert missed == []


def test_cases_when_swapped_for_easier_ones_then_not_asked(linear: Engine, lies_in, tmp_path: Path):
    folder = tmp_path / "letters-1"
    shutil.copytree(SHIPPED / "letters-1", folder)
    (folder / "golden.json").write_text('{"cases": []}')
    lies_in(folder)

    assert [each["fault"] for each in golden.ask(linear).failed] == ["file_differs"]


def spoil(linear: Engine, lies_in: Any, tmp_path: Path) -> None:
    lies_in(next(folders(tmp_path, 1, signed_anew=False)))


def work_golden(by: Person, engine: Engine, work_lane: Callable[..., int]) -> Run:
    with by.at_work():
        run = acts.ask(by=by.actor, engine=engine)
    work_lane("cpu_batch")
    return make.fresh_run(by, run)


def test_engine_when_it_fails_its_cases_then_out_of_service_everywhere_with_an_incident_and_people_told(
    staff_a: Staff, staff_b: Staff, linear: Engine, lies_in, tmp_path: Path, work_lane
):
    spoil(linear, lies_in, tmp_path)

    run = work_golden(staff_a[Role.ENGINEER], linear, work_lane)

    with staff_a[Role.ENGINEER].at_work():
        assert (run.state, run.result.facets["is_ok"]) == (RunState.SUCCEEDED, False)
    for staff in (staff_a, staff_b):
        with staff[Role.ENGINEER].at_work():
            assert Deployment.objects.get(engine=linear).out_reason == acts.FAILED
            incident = Incident.objects.get()
            assert (incident.cause, incident.engine, incident.state) == ("golden", linear, IncidentState.OPEN)
            assert {staff.ids[Role.ENGINEER], staff.ids[Role.LEAD]} == set(
                Notification.objects.filter(kind=NoticeKind.ENGINE_OUT).values_list("person_id", flat=True)
            )
    assert len(make.audit_events("engine.taken_out")) == 2


def test_engine_when_out_of_service_then_the_next_of_the_ladder_answers_and_says_why(
    ask_about, staff_a: Staff, clinician_a: Person, case_a, linear: Engine, lies_in, tmp_path: Path, work_lane
):
    spoil(linear, lies_in, tmp_path)
    work_golden(staff_a[Role.ENGINEER], linear, work_lane)

    with clinician_a.at_work():
        result = ask_about(clinician_a, case_a).result
        why = result.receipt["why_not_better"]

    assert result.engine.startswith("Letter rules")
    assert [(each["why"], each["detail"]) for each in why] == [("out_of_service", acts.FAILED)]


def test_engine_when_it_fails_again_then_one_incident(staff_a: Staff, linear: Engine, lies_in, tmp_path, work_lane):
    spoil(linear, lies_in, tmp_path)
    for _ in range(2):
        work_golden(staff_a[Role.ENGINEER], linear, work_lane)

    with staff_a[Role.ENGINEER].at_work():
        assert (Incident.objects.count(), GoldenRun.objects.filter(is_ok=False).count()) == (1, 2)


def test_engine_when_mended_then_back_only_after_its_cases_and_by_a_person(
    staff_a: Staff, linear: Engine, lies_in, tmp_path: Path, work_lane
):
    engineer = staff_a[Role.ENGINEER]
    spoil(linear, lies_in, tmp_path)
    work_golden(engineer, linear, work_lane)
    with engineer.at_work():
        out = Deployment.objects.get(engine=linear)
        with pytest.raises(Refusal) as unproven:
            acts.bring_back(by=engineer.actor, deployment=out)
    lies_in(SHIPPED / "letters-1")
    golden_worker.at_start()  # one case is not all of them
    with engineer.at_work(), pytest.raises(Refusal) as hardly_proven:
        acts.bring_back(by=engineer.actor, deployment=out)
    work_golden(engineer, linear, work_lane)
    with staff_a[Role.CLINICIAN].at_work(), pytest.raises(Refusal) as not_hers:
        acts.bring_back(by=staff_a[Role.CLINICIAN].actor, deployment=out)

    with engineer.at_work():
        back = acts.bring_back(by=engineer.actor, deployment=out)
        assert (back.out_since, Incident.objects.get().state) == (None, IncidentState.RESOLVED)
    codes = [refused.value.code for refused in (unproven, hardly_proven, not_hers)]
    assert codes == [Code.NOT_PROVEN, Code.NOT_PROVEN, Code.NOT_ALLOWED]


def test_return_when_asked_for_then_only_of_one_that_is_out_and_proven_and_once(staff_a: Staff):
    engineer, out = staff_a[Role.ENGINEER], challengers.live(staff_a)
    codes = []

    def ask() -> None:
        try:
            engine_proposals.ask_for_return(by=engineer.actor, deployment=out, reason=challengers.WHY)
        except Refusal as refusal:
            codes.append(refusal.code)

    with engineer.at_work():
        ask()
        acts.take_out(by=engineer.actor, deployment=out, why="asked", words="Odd.", cause=IncidentCause.GOLDEN)
        ask()
        challengers.prove(out)
        ask()
        ask()

    assert codes == [Code.ALREADY_DECIDED, Code.NOT_PROVEN, Code.ALREADY_EXISTS]


def test_engine_when_it_breaks_on_a_case_then_it_failed_it(linear: Engine, monkeypatch):
    monkeypatch.setattr("clinic.inference.letters.golden.differs", lambda _asked, _case: 1 / 0)

    asked = golden.ask(linear)

    assert (asked.is_ok, len(asked.failed), asked.failed[0]["fault"]) == (False, 40, "ZeroDivisionError")


# --- when -------------------------------------------------------------------------------------------------------------


def test_worker_when_it_starts_then_one_case_of_each_and_not_ready_before(db: None):
    assert not engines_are_proven()

    golden_worker.at_start()

    assert set(GoldenRun.objects.values_list("cause", "cases", "is_ok")) == {("start", 1, True)}
    assert GoldenRun.objects.count() == 6
    assert engines_are_proven()
    assert "engines" in health.parts()


@pytest.mark.parametrize("lanes, asked", [
    (("vision",), {"radiology.chest"}),
    (("vision_batch", "io"), {"radiology.chest"}),
    (("cpu", "io"), {"classify.document", "clinic.letters", "consult.answer", "extraction.document"}),
    (("speech",), set()),
])  # fmt: skip
def test_worker_when_it_starts_then_it_opens_no_engine_that_its_lanes_never_ask(db: None, lanes, asked):
    golden_worker.at_start(lanes)

    assert set(GoldenRun.objects.values_list("engine__capability", flat=True)) == asked


def test_readiness_when_an_engine_failed_then_ready_again_once_it_is_out(linear: Engine, lies_in, tmp_path: Path):
    spoil(linear, lies_in, tmp_path)

    golden_worker.at_start()

    assert engines_are_proven()
    for site in Site.objects.all():
        with scope(site=site.pk):
            assert Deployment.objects.get(engine=linear).out_since


def test_night_when_it_comes_then_each_engine_is_asked_once_for_all_sites(site_a: Site, site_b: Site, work_lane):
    assert (acts.ask_nightly(), work_lane("cpu_batch"), acts.ask_nightly()) == (6, 6, 0)

    told = set(GoldenRun.objects.values_list("cause", "cases", "is_ok"))
    assert told == {("nightly", 40, True), ("nightly", 10, True), ("nightly", 25, True), ("nightly", 4, True)}


def test_standing_when_asked_for_a_promotion_then_all_cases_lately(linear: Engine, staff_a: Staff, work_lane):
    assert not standing(linear).passes
    golden_worker.at_start()
    assert not standing(linear).passes

    work_golden(staff_a[Role.ENGINEER], linear, work_lane)

    assert standing(linear).passes
