"""Engines in the shadow see the same letters; one on trial answers its share, until it breaks."""

from uuid import uuid4

import pytest
from django.utils import timezone

from clinic.actions import engine_moves, engine_proposals, proposals, rollouts
from clinic.authorization.roles import Role
from clinic.engines import opening
from clinic.engines.ladder import is_drawn
from clinic.engines.unfit import Fault, Fell, Spent
from clinic.errors import Code, Refusal
from clinic.models import Deployment, EngineMove, EngineState, Result, Run, ShadowAnswer, Site
from tests import make
from tests.integration.engines.challengers import WHY, prove, shadow
from tests.integration.engines.conftest import LETTER
from tests.integration.engines.test_answers import _Broken
from tests.make import Staff

pytestmark = pytest.mark.django_db


def letters(ask_about, by, case, count: int) -> list[Run]:
    return [ask_about(by, case, LETTER + str(number).encode()) for number in range(count)]


def breaks(monkeypatch, deployment: Deployment, why: Exception = ZeroDivisionError()) -> None:  # noqa: B008
    real = opening._loaded

    def loaded(engine, folder, manifest):
        return _Broken(why) if engine.pk == deployment.engine_id else real(engine, folder, manifest)

    monkeypatch.setattr(opening, "_loaded", loaded)


def trial(staff: Staff, deployment: Deployment, percent: int = 100) -> Deployment:
    asks, agrees = staff[Role.ENGINEER], staff[Role.LEAD]
    with asks.at_work():
        proposal = engine_proposals.ask_for_rollout(by=asks.actor, deployment=deployment, percent=percent, reason=WHY)
    with agrees.at_work():
        proposals.agree(by=agrees.actor, proposal=proposal, confirmed_at=timezone.now())
        return Deployment.objects.select_related("engine").get(pk=deployment.pk)


# --- shadow -----------------------------------------------------------------------------------------------------------


def test_shadow_when_letters_were_answered_then_it_has_answered_all_of_them_in_one_batch(
    ask_about, work_lane, staff_a, in_site_a, case_a, tmp_path
):
    held = shadow(staff_a, tmp_path, of="letter-rules-1")
    asked = letters(ask_about, in_site_a, case_a, 5)
    assert Run.objects.filter(kind="clinic.shadow").count() == 1

    work_lane("cpu_batch")

    answers = ShadowAnswer.objects.filter(engine=held.engine)
    assert {each.result_id for each in answers} == {run.result.pk for run in asked}
    assert all(each.facets["label"] and each.milliseconds > 0 and not each.error for each in answers)
    assert {run.result.engine for run in asked} == {"Letters linear 1.0.0"}


def test_shadow_when_it_breaks_then_written_down_and_nobody_notices(
    ask_about, work_lane, staff_a, in_site_a, case_a, tmp_path, monkeypatch
):
    held = shadow(staff_a, tmp_path)
    breaks(monkeypatch, held)
    run = ask_about(in_site_a, case_a)

    work_lane("cpu_batch")

    assert ShadowAnswer.objects.get(engine=held.engine).error == "broke"
    assert make.fresh_run(in_site_a, run).result.engine == "Letters linear 1.0.0"


def test_shadow_when_a_model_gives_no_answer_then_what_it_took_is_written_down(
    ask_about, work_lane, staff_a, in_site_a, case_a, tmp_path, monkeypatch
):
    held = shadow(staff_a, tmp_path)
    breaks(monkeypatch, held, Fell(Fault.TOO_SLOW, Spent(2, 800, 0.01, 800)))
    ask_about(in_site_a, case_a)

    work_lane("cpu_batch")

    told = ShadowAnswer.objects.get(engine=held.engine)
    assert (told.error, told.facets) == (
        "broke", {"calls": 2, "tokens": 800, "cost": 0.01, "estimated_tokens": 800})  # fmt: skip


def test_shadow_when_more_came_while_it_worked_then_the_next_batch_follows_by_itself(
    ask_about, work_lane, staff_a, in_site_a, case_a, tmp_path, monkeypatch
):
    monkeypatch.setattr("clinic.shadow_worker.BATCH", 2)
    shadow(staff_a, tmp_path)
    letters(ask_about, in_site_a, case_a, 5)

    work_lane("cpu_batch")

    assert ShadowAnswer.objects.count() == 5
    assert Run.objects.filter(kind="clinic.shadow", state="succeeded").count() == 3


def test_shadow_when_moved_away_or_of_another_site_then_it_answers_nothing(
    ask_about, work_lane, staff_a, staff_b, in_site_a, case_a, tmp_path
):
    held = shadow(staff_a, tmp_path)
    ask_about(in_site_a, case_a)
    with staff_a[Role.ENGINEER].at_work():
        engine_moves.retire(by=staff_a[Role.ENGINEER].actor, deployment=held, reason=WHY)

    work_lane("cpu_batch")

    assert not ShadowAnswer.objects.exists()


# --- data that may not leave ------------------------------------------------------------------------------------------


def remote(staff: Staff, folder) -> Deployment:
    held = shadow(staff, folder, is_remote=True)
    with staff[Role.ENGINEER].at_work():
        engine_moves.promote(by=staff[Role.ENGINEER].actor, deployment=held, reason=WHY,
                             asked_by=staff.ids[Role.LEAD], gate={})  # fmt: skip
    return held


def test_remote_engine_when_every_local_one_fails_then_a_patients_letter_still_never_reaches_it(
    ask_about, staff_a, in_site_a, case_a, tmp_path, monkeypatch
):
    held = remote(staff_a, tmp_path)
    asked: list[object] = []

    def loaded(engine, _folder, _manifest):
        asked.append(engine.pk)
        return _Broken(OSError())

    monkeypatch.setattr(opening, "_loaded", loaded)

    runs = letters(ask_about, in_site_a, case_a, 20)

    assert {run.error for run in runs} == {"nobody_may_answer"}
    assert held.engine_id not in asked


def test_remote_engine_when_two_let_data_leave_then_it_answers_and_the_receipt_says_what_left(
    ask_about, staff_a, in_site_a, case_a, tmp_path
):
    held = remote(staff_a, tmp_path)
    before = ask_about(in_site_a, case_a)
    asks, agrees = staff_a[Role.ENGINEER], staff_a[Role.LEAD]
    with asks.at_work():
        proposal = engine_proposals.ask_to_let_data_leave(by=asks.actor, site=asks.site, may_leave=True, reason=WHY)
        assert not Site.objects.get(pk=asks.site.pk).lets_patient_data_leave
    with agrees.at_work():
        proposals.agree(by=agrees.actor, proposal=proposal, confirmed_at=timezone.now())
    after = ask_about(in_site_a, case_a, LETTER + b"1")

    assert before.result.receipt["why_not_better"][0]["why"] == "remote_not_allowed"
    assert (after.result.engine_digest, after.result.receipt["left"]) == (held.engine.digest, ["input"])


# --- on trial ---------------------------------------------------------------------------------------------------------


def test_share_when_runs_are_many_then_drawn_about_so_often_and_the_same_each_time():
    ids = [uuid4() for _ in range(4000)]
    drawn = [is_drawn(each, 10) for each in ids]

    assert drawn == [is_drawn(each, 10) for each in ids]
    assert 0.07 < sum(drawn) / len(ids) < 0.13
    assert all(is_drawn(each, 100) for each in ids)
    assert not any(is_drawn(each, 0) for each in ids)
    assert all(is_drawn(each, 50) for each, was in zip(ids, drawn, strict=True) if was), (
        "a larger share keeps the smaller"
    )


@pytest.mark.parametrize("percent", [0, 101, -1, True, "10", None])
def test_trial_when_the_share_is_none_then_refused(staff_a, tmp_path, percent):
    held, by = shadow(staff_a, tmp_path), staff_a[Role.ENGINEER]
    prove(held)

    with by.at_work(), pytest.raises(Refusal, match=Code.INVALID.value):
        engine_proposals.ask_for_rollout(by=by.actor, deployment=held, percent=percent, reason=WHY)


def test_trial_when_the_sealed_cases_were_not_passed_then_refused(staff_a, tmp_path):
    held, by = shadow(staff_a, tmp_path), staff_a[Role.ENGINEER]

    with by.at_work(), pytest.raises(Refusal, match=Code.GATE_CLOSED.value):
        engine_proposals.ask_for_rollout(by=by.actor, deployment=held, percent=10, reason=WHY)


def test_trial_when_agreed_then_it_answers_for_real_and_the_receipt_says_so(
    ask_about, staff_a, in_site_a, case_a, tmp_path
):
    held = shadow(staff_a, tmp_path)
    prove(held)
    trial(staff_a, held)

    run = ask_about(in_site_a, case_a)

    assert (run.result.engine_digest, run.result.receipt["rollout"]) == (held.engine.digest, 100)


def test_trial_when_it_breaks_then_the_live_one_answers_and_the_trial_ends_by_itself(
    ask_about, staff_a, in_site_a, case_a, tmp_path, monkeypatch
):
    held = shadow(staff_a, tmp_path)
    prove(held)
    trial(staff_a, held)
    breaks(monkeypatch, held)

    runs = letters(ask_about, in_site_a, case_a, 2)

    held.refresh_from_db()
    assert (held.percent, held.state) == (0, EngineState.SHADOW)
    assert [run.result.engine for run in runs] == ["Letters linear 1.0.0"] * 2
    assert runs[0].result.receipt["also_passed"][0]["why"] == "broke"
    assert runs[0].result.receipt["why_not_better"] == runs[1].result.receipt["also_passed"] == []
    assert EngineMove.objects.filter(deployment=held, cause="aborted_errors").count() == 1


def test_trial_when_it_breaks_once_in_many_then_it_goes_on(staff_a, case_a, tmp_path, monkeypatch):
    held = shadow(staff_a, tmp_path)
    prove(held)
    held = trial(staff_a, held)
    with staff_a[Role.ENGINEER].at_work():
        monkeypatch.setattr(rollouts, "errors_of", lambda _deployment: (1, 60))
        assert rollouts.why_to_abort(held) == ""
        monkeypatch.setattr(rollouts, "errors_of", lambda _deployment: (6, 60))
        assert rollouts.why_to_abort(held) == "aborted_errors"


def test_trial_when_its_sealed_cases_fail_then_it_ends(staff_a, tmp_path):
    held = shadow(staff_a, tmp_path)
    prove(held)
    held = trial(staff_a, held)
    prove(held, is_ok=False)

    with staff_a[Role.ENGINEER].at_work():
        rollouts.look_after(by=make.SYSTEM, site_id=staff_a.site_id, capability="clinic.letters")
        held.refresh_from_db()

    assert held.percent == 0
    assert Result.objects.count() == 0
