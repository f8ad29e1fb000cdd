"""A stored answer is computed once more: bit for bit the same, or it is said why not."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from clinic import pipeline
from clinic.actions import engine_moves, replays
from clinic.authorization.roles import Role
from clinic.engines import opening
from clinic.engines.unfit import Fault, Unfit
from clinic.errors import Code, Refusal
from clinic.inference import runtime
from clinic.models import Deployment, Engine, EngineState, Entry, Result, Run, RunError, RunState
from clinic.pipeline import NotHere
from tests import make
from tests.contract.asking import as_program
from tests.integration.engines.conftest import LETTER
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db
TOLD: list[Any] = []
LETTERS = 12  # `make cord` does 200


@pytest.fixture
def replayed(work_lane: Callable[..., int]) -> Callable[[Person, Result], Run]:
    def ask(by: Person, result: Result) -> Run:
        with by.at_work():
            run = replays.replay(by=by.actor, result=result)
        work_lane()
        return make.fresh_run(by, run)

    return ask


@pytest.fixture
def result(ask_about, in_site_a: Person, case_a) -> Result:
    found: Result = ask_about(in_site_a, case_a).result
    return found


def test_record_when_a_letter_was_answered_then_it_says_all_that_a_replay_needs(result: Result):
    (upload,) = [each.upload for each in result.run.inputs.all()]

    assert result.replay["inputs"] == [upload.sha256]
    assert {"seed", "threads", "machine", "processor", "versions", "product", "backend", "precision"} <= set(
        result.replay
    )
    assert (len(result.engine_digest), len(result.output_sha256)) == (64, 64)


def test_letters_when_replayed_on_the_same_build_then_bit_for_bit_the_same(
    ask_about, in_site_a: Person, case_a, replayed
):
    found = []
    for number in range(LETTERS):
        letter = LETTER + f"\nSeen on day {number}, with a temperature of {36 + number / 5:.1f}.\n".encode()
        told = replayed(in_site_a, ask_about(in_site_a, case_a, letter, f"{number}.txt").result).result
        found.append((told.facets["is_identical"], told.facets["largest_gap"], told.facets["same_build"]))

    assert found == [(True, 0.0, True)] * LETTERS


def test_result_when_replayed_then_nothing_of_it_or_its_case_changes_and_the_audit_tells(
    in_site_a: Person, case_a, result: Result, replayed
):
    before = (result.outcome, result.output_sha256, Entry.objects.filter(case=case_a).count())

    run = replayed(in_site_a, result)

    result = Result.objects.get(pk=result.pk)
    assert (result.outcome, result.output_sha256, Entry.objects.filter(case=case_a).count()) == before
    assert (run.case_id, run.follows_id) == (None, result.run_id)
    (event,) = make.audit_events("result.replayed")
    assert (event["target_id"], event["case"]) == (str(result.pk), str(case_a.pk))


def test_replay_when_stored_then_no_word_of_the_letter_is_in_it(in_site_a: Person, result: Result, replayed):
    told = str(replayed(in_site_a, result).result.outcome)

    for span in result.outcome["evidence"]:
        assert span["words"] not in told


def test_answer_when_a_program_has_it_replayed_then_both_stand_side_by_side(
    in_site_a: Person, result: Result, work_lane: Callable[..., int]
):
    api = as_program(in_site_a)

    asked = api.post(f"runs/{result.run_id}/result/replay").json()
    work_lane()
    told = api.get(f"runs/{asked['id']}/comparison").json()

    assert (told["run"], told["is_identical"], told["largest_gap"]) == (str(result.run_id), True, 0.0)
    assert told["label_was"] == told["label_now"] == result.facets["label"]
    assert api.get(f"runs/{result.run_id}/comparison").json()["code"] == "not_found"


def test_engine_when_it_says_otherwise_now_then_both_are_shown(
    in_site_a: Person, result: Result, replayed, monkeypatch, as_person: Any
):
    from clinic.inference.letters.linear import LinearLetters

    real = LinearLetters.scores
    monkeypatch.setattr(LinearLetters, "scores", lambda self, features: real(self, features)[::-1])
    opening.forget()

    run = replayed(in_site_a, result)

    assert not run.result.facets["is_identical"]
    assert run.result.outcome["largest_gap"] > 0.1
    shown = as_person(in_site_a).get(f"/runs/{run.pk}/").content.decode()
    assert "Then and now" in shown and "scores.urgent" in shown


def test_build_when_another_then_said(in_site_a: Person, result: Result, replayed, monkeypatch, as_person: Any):
    monkeypatch.setattr(runtime, "_versions", lambda: result.replay["versions"] | {"numpy": "9.9.9"})
    monkeypatch.setattr(runtime, "_processor", lambda: "Another 1 2")

    run = replayed(in_site_a, result)

    assert (run.result.facets["is_identical"], run.result.facets["same_build"]) == (True, False)
    assert {name for name, _was, _now in run.result.outcome["unlike"]} == {"numpy", "processor"}
    assert "9.9.9 here" in as_person(in_site_a).get(f"/runs/{run.pk}/").content.decode()


# --- refused with a reason, never another engine ----------------------------------------------------------------------


def retire(result: Result) -> None:
    engine_moves._change(make.SYSTEM, Deployment.objects.get(engine__digest=result.engine_digest), EngineState.RETIRED,
                         cause="retired")  # fmt: skip


def test_engine_when_retired_then_refused_and_the_page_says_why(in_site_a: Person, result: Result, as_person: Any):
    retire(result)

    with pytest.raises(Refusal) as refused:
        replays.replay(by=in_site_a.actor, result=result)

    assert refused.value.code == Code.ENGINE_RETIRED
    assert not Run.objects.filter(kind="clinic.replay").exists()
    shown = as_person(in_site_a).get(f"/runs/{result.run_id}/").content.decode()
    assert "retired at this site" in shown and "/result/replay/" not in shown
    answer = as_person(in_site_a).post(f"/runs/{result.run_id}/result/replay/")
    assert answer.status_code == 409


def test_engine_when_retired_while_the_replay_waited_then_it_fails_with_the_reason(
    in_site_a: Person, result: Result, work_lane
):
    run = replays.replay(by=in_site_a.actor, result=result)
    retire(result)
    work_lane()

    run.refresh_from_db()
    assert (run.state, run.error, run.detail_code) == (RunState.FAILED, RunError.ENGINE_MISSING, "engine_retired")


@pytest.mark.parametrize(
    ("fault", "code"), [(Fault.FILE_DIFFERS, "file_differs"), (Fault.DOES_NOT_OPEN, "backend_missing")]
)
def test_engine_when_it_cannot_be_opened_then_it_fails_with_the_reason(
    in_site_a: Person, result: Result, replayed, monkeypatch, fault: Fault, code: str
):
    def refuse(*_: object) -> None:
        raise Unfit(fault)

    monkeypatch.setattr(opening, "open_engine", refuse)

    run = replayed(in_site_a, result)

    assert (run.state, run.error, run.detail_code) == (RunState.FAILED, RunError.ENGINE_MISSING, code)


def test_result_when_no_engine_made_it_or_it_is_gone_then_refused(
    in_site_a: Person, case_a, result: Result, work_lane, monkeypatch
):
    check = make.run(in_site_a, case_a)
    work_lane()
    with pytest.raises(Refusal) as no_engine:
        replays.replay(by=in_site_a.actor, result=Result.objects.get(run=check))
    monkeypatch.setattr(Engine.objects, "filter", lambda **_: Engine.objects.none())
    with pytest.raises(Refusal) as gone:
        replays.replay(by=in_site_a.actor, result=result)

    assert (no_engine.value.code, gone.value.code) == (Code.NOT_REPLAYABLE, Code.ENGINE_GONE)


def test_result_of_another_site_then_not_there(clinician_b: Person, result: Result, as_person: Any):
    assert as_person(clinician_b).post(f"/runs/{result.run_id}/result/replay/").status_code == 404


def test_engineer_when_she_may_not_read_cases_then_no_replay(staff_a: Staff, result: Result, as_person: Any):
    assert as_person(staff_a[Role.ENGINEER]).post(f"/runs/{result.run_id}/result/replay/").status_code == 403


def as_recorded(asked: Any, outcome: Any) -> Any:
    """Stands where a capability says how its engine computed then."""
    TOLD.append(outcome["label"])
    return asked


def not_here(asked: Any, outcome: Any) -> Any:
    raise NotHere("bfloat16")


def test_engine_when_its_answer_records_how_it_computed_then_it_is_asked_in_that_way(
    in_site_a: Person, result: Result, replayed, monkeypatch
):
    kind = replace(pipeline.kind_named(result.kind), as_recorded=f"{__name__}:as_recorded")
    monkeypatch.setitem(pipeline._kinds, result.kind, kind)

    assert replayed(in_site_a, result).result.facets["is_identical"]
    assert [result.facets["label"]] == TOLD


def test_engine_when_this_machine_cannot_compute_in_that_way_then_it_is_said_and_no_other_way_is_taken(
    in_site_a: Person, result: Result, replayed, monkeypatch
):
    kind = replace(pipeline.kind_named(result.kind), as_recorded=f"{__name__}:not_here")
    monkeypatch.setitem(pipeline._kinds, result.kind, kind)

    run = replayed(in_site_a, result)

    assert (run.state, run.error, run.detail_code) == (RunState.FAILED, RunError.ENGINE_MISSING, "backend_missing")
