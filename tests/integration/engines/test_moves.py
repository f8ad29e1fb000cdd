"""From candidate to live and back: never by one person alone, never without figures, never two or none live."""

import base64
import json
import time

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.utils import timezone

from clinic import signing
from clinic.actions import engine_moves, engine_proposals, engines, proposals
from clinic.authorization.actor import Actor
from clinic.authorization.roles import Role
from clinic.authorization.scope import scope
from clinic.engines import gate, opening, trust
from clinic.engines.ladder import rungs
from clinic.engines.unfit import Fault, Unfit
from clinic.errors import Code, Refusal
from clinic.models import Deployment, EngineFault, EngineMove, Incident, Proposal, ReviewItem
from clinic.signing import Seal
from tests import make
from tests.integration.engines.challengers import WHY, candidate, decided, live, promoted, prove, shadow
from tests.make import Staff
from tests.threads import at_once
from tests.unit.engines.folders import copied, resealed

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(staff_a: Staff, case_a, tmp_path) -> Deployment:
    """In the shadow, its sealed cases passed, 600 live cases decided, no worse than the live one."""
    held = shadow(staff_a, tmp_path)
    with staff_a[Role.CLINICIAN].at_work():
        prove(held)
        decided(staff_a[Role.CLINICIAN], case_a, held, cases=600, live_wrong=60, shadow_wrong=30)
    return held


def ask(staff: Staff, deployment: Deployment, reason: str = WHY) -> Proposal:
    by = staff[Role.ENGINEER]
    with by.at_work():
        return engine_proposals.ask_to_promote(by=by.actor, deployment=deployment, reason=reason)


def refused(code: Code):
    return pytest.raises(Refusal, match=code.value)


# --- the gate ---------------------------------------------------------------------------------------------------------


def test_promotion_when_no_case_was_decided_then_refused_and_says_how_many_are_needed(staff_a, tmp_path):
    held = shadow(staff_a, tmp_path)
    prove(held)

    with refused(Code.GATE_CLOSED) as why:
        ask(staff_a, held)

    assert why.value.facts["reasons"] == ["too_few_read", "class_too_few"]
    assert (why.value.facts["n"], why.value.facts["still_needed"]) == (0, 500)


def test_promotion_when_the_sealed_cases_were_not_asked_or_failed_then_refused(staff_a, ready):
    prove(ready, is_ok=False)

    with refused(Code.GATE_CLOSED) as why:
        ask(staff_a, ready)

    assert why.value.facts["reasons"] == ["golden_cases"]


def test_promotion_when_the_challenger_does_worse_then_refused(staff_a, case_a, tmp_path):
    held = shadow(staff_a, tmp_path)
    with staff_a[Role.CLINICIAN].at_work():
        prove(held)
        decided(staff_a[Role.CLINICIAN], case_a, held, cases=600, live_wrong=10, shadow_wrong=80)

        found = gate.of(held)

    assert not found.passed
    assert "margin_not_excluded" in found.reasons


def test_gate_when_cases_were_picked_by_hand_or_answered_by_another_then_they_do_not_count(staff_a, ready):
    with staff_a[Role.CLINICIAN].at_work():
        ReviewItem.objects.update(sampling=0.0)

        assert gate.of(ready).verdict.n == 0


# --- two persons ------------------------------------------------------------------------------------------------------


def test_promotion_when_two_agree_then_live_and_the_one_before_is_retired_signed_and_told(staff_a, ready):
    before = live(staff_a)

    after = promoted(staff_a, ready)

    with staff_a[Role.ENGINEER].at_work():
        before.refresh_from_db()
        move = EngineMove.objects.get(deployment=after, cause="promoted")
    assert (after.state, after.follows_id, before.state) == ("live", before.pk, "retired")
    assert (move.by_id, move.approved_by_id) == (staff_a.ids[Role.ENGINEER], staff_a.ids[Role.LEAD])
    assert (move.gate["passed"], move.gate["n"], move.gate["golden"]["cases"]) == (True, 600, 40)
    raw = (opening.folder_of(after.engine) / "manifest.json").read_bytes()
    assert signing.verifies(trust.PROMOTED, raw, Seal(move.seal["key"], base64.b64decode(move.seal["signature"])))
    assert [event["facts"]["engine"] for event in make.audit_events("engine.promoted")] == [after.engine.digest]


def test_promotion_when_the_same_person_agrees_then_refused_and_nothing_moves(staff_a, ready):
    proposal, by = ask(staff_a, ready), staff_a[Role.ENGINEER]

    with by.at_work(), refused(Code.SECOND_PERSON_NEEDED):
        proposals.agree(by=by.actor, proposal=proposal)

    with by.at_work():
        ready.refresh_from_db()
    assert ready.state == "shadow"


def test_promotion_when_no_reason_is_given_or_the_person_may_not_then_refused(staff_a, ready):
    with refused(Code.INVALID):
        ask(staff_a, ready, reason="better")
    with staff_a[Role.CLINICIAN].at_work(), refused(Code.NOT_ALLOWED):
        engine_proposals.ask_to_promote(by=staff_a[Role.CLINICIAN].actor, deployment=ready, reason=WHY)


def test_promotion_when_the_figures_turned_meanwhile_then_the_second_person_is_refused_too(staff_a, ready):
    proposal = ask(staff_a, ready)
    prove(ready, is_ok=False)

    with staff_a[Role.LEAD].at_work(), refused(Code.GATE_CLOSED):
        proposals.agree(by=staff_a[Role.LEAD].actor, proposal=proposal)


def test_promotion_when_it_is_of_another_site_then_it_does_not_exist(staff_a, staff_b, ready):
    with staff_b[Role.ENGINEER].at_work(), refused(Code.NOT_FOUND):
        engine_proposals.ask_to_promote(by=staff_b[Role.ENGINEER].actor, deployment=ready, reason=WHY)


def test_engine_when_made_live_by_writing_into_the_database_then_it_does_not_answer(staff_a, tmp_path):
    held = candidate(staff_a, tmp_path)
    with staff_a[Role.ENGINEER].at_work():
        Deployment.objects.filter(rung=0, state="live").update(state="retired")
        Deployment.objects.filter(pk=held.pk).update(state="live")
        held.refresh_from_db()

        with pytest.raises(Unfit) as unfit:
            opening.demand_promoted(held)

    assert unfit.value.fault == Fault.NOT_PROMOTED


def test_promoted_engine_when_the_next_letter_comes_then_it_answers_without_a_restart(
    staff_a, ready, ask_about, in_site_a, case_a
):
    before = ask_about(in_site_a, case_a)
    promoted(staff_a, ready)
    after = ask_about(in_site_a, case_a, b"Another letter about fever for two days, breathing fast, no stridor today.")
    with staff_a[Role.ENGINEER].at_work():
        engine_moves.roll_back(by=staff_a[Role.ENGINEER].actor, deployment=live(staff_a), reason=WHY)
    again = ask_about(in_site_a, case_a, b"A third letter about fever for two days, breathing fast, no stridor today.")

    assert before.result.engine_digest == again.result.engine_digest != after.result.engine_digest
    assert after.result.engine_digest == ready.engine.digest


# --- back -------------------------------------------------------------------------------------------------------------


def test_rollback_when_asked_then_the_one_before_is_live_at_once_and_a_second_click_does_nothing(staff_a, ready):
    before, by = live(staff_a), staff_a[Role.ENGINEER]
    after = promoted(staff_a, ready)

    with by.at_work():
        began = time.monotonic()
        back = engine_moves.roll_back(by=by.actor, deployment=after, reason=WHY)
        took_s = time.monotonic() - began
        with refused(Code.ENGINE_STATE):
            engine_moves.roll_back(by=by.actor, deployment=after, reason=WHY)

    assert (back.pk, live(staff_a).pk) == (before.pk, before.pk)
    assert took_s < 10


def test_rollback_when_nothing_was_live_before_then_refused_and_it_stays(staff_a):
    held, by = live(staff_a), staff_a[Role.ENGINEER]

    with by.at_work(), refused(Code.NO_EARLIER_ENGINE):
        engine_moves.roll_back(by=by.actor, deployment=held, reason=WHY)

    assert live(staff_a).pk == held.pk


def demoted(staff: Staff, deployment: Deployment) -> Deployment | None:
    by = Actor.system("monitors", site_id=staff.site_id)
    with scope(site=staff.site_id):
        return engine_moves.demote(by=by, deployment=deployment, cause="alarm", words="It errs more than it did.")


def test_demotion_when_there_is_one_before_then_it_takes_over_and_else_the_work_goes_to_people(staff_a, ready):
    before = live(staff_a)
    after = promoted(staff_a, ready)

    assert demoted(staff_a, after) == before
    assert demoted(staff_a, live(staff_a)) is None

    with scope(site=staff_a.site_id):
        before.refresh_from_db()
        incidents = list(Incident.objects.order_by("number").values_list("engine", "cause"))
    assert (before.state, before.out_reason) == ("live", "alarm")
    assert incidents == [(after.engine_id, "drift"), (before.engine_id, "drift")]
    assert [len(make.audit_events(name)) for name in ("engine.demoted", "engine.taken_out")] == [1, 1]


def _does_not_open(before: Deployment) -> None:
    EngineFault.objects.create(engine=before.engine, host="here", fault="file_differs")


def _failed_its_cases(before: Deployment) -> None:
    prove(before, is_ok=False)


def _is_out_of_service(before: Deployment) -> None:
    Deployment.objects.filter(pk=before.pk).update(out_since=timezone.now(), out_reason="alarm")


@pytest.mark.parametrize("unfit", [_does_not_open, _failed_its_cases, _is_out_of_service])
def test_demotion_when_the_one_before_is_not_fit_then_the_work_goes_to_people(staff_a, ready, unfit):
    before = live(staff_a)
    after = promoted(staff_a, ready)
    with scope(site=staff_a.site_id):
        unfit(before)

    assert demoted(staff_a, after) is None

    with scope(site=staff_a.site_id):
        after.refresh_from_db()
    assert (after.state, after.out_reason) == ("live", "alarm")
    assert not make.audit_events("engine.demoted")


def test_retired_engine_when_promoted_or_a_live_one_shadowed_then_refused(staff_a, ready):
    held, by = live(staff_a), staff_a[Role.ENGINEER]
    with by.at_work():
        with refused(Code.ENGINE_STATE):
            engine_moves.start_shadow(by=by.actor, deployment=held, reason=WHY)
        with refused(Code.ENGINE_STATE):
            engine_moves.retire(by=by.actor, deployment=held, reason=WHY)
        engine_moves.retire(by=by.actor, deployment=ready, reason=WHY)
        with refused(Code.ENGINE_STATE):
            engine_proposals.ask_to_promote(by=by.actor, deployment=ready, reason=WHY)


def test_database_when_a_second_is_made_live_on_a_rung_then_it_refuses(staff_a, tmp_path):
    held = candidate(staff_a, tmp_path)

    with staff_a[Role.ENGINEER].at_work(), pytest.raises(IntegrityError), transaction.atomic():
        Deployment.objects.filter(pk=held.pk).update(state="live")


# --- what others made -------------------------------------------------------------------------------------------------


def test_install_when_repeated_then_one_engine_and_when_its_version_is_taken_then_refused(staff_a, tmp_path):
    by, held = staff_a[Role.ENGINEER], candidate(staff_a, tmp_path)
    source = next((tmp_path / "source").iterdir())
    with by.at_work():
        assert engines.install(by=by.actor, site=by.site, folder=source) == held
        card = json.loads((source / "card.json").read_text()) | {"purpose": "Another."}
        (source / "card.json").write_text(json.dumps(card))
        with refused(Code.ENGINE_CONFLICT), transaction.atomic():
            engines.install(by=by.actor, site=by.site, folder=resealed(source))


def test_install_when_one_byte_of_a_signed_folder_was_changed_then_refused_and_nothing_is_kept(staff_a, tmp_path):
    source, by = copied(tmp_path / "source", version="7.7.7"), staff_a[Role.ENGINEER]
    weights = bytearray((source / "weights.safetensors").read_bytes())
    weights[500] ^= 4
    (source / "weights.safetensors").write_bytes(weights)

    with by.at_work(), refused(Code.ENGINE_UNFIT) as why:
        engines.install(by=by.actor, site=by.site, folder=source)

    assert why.value.facts == {"fault": "file_differs", "about": "weights.safetensors"}
    assert not (tmp_path / "engines").exists()


# --- many at once -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_moves_when_engines_change_under_load_then_every_reader_sees_exactly_one_live(staff_a, case_a, tmp_path):
    by = staff_a[Role.ENGINEER]
    held = shadow(staff_a, tmp_path)
    with by.at_work(), transaction.atomic():
        engine_moves.promote(by=by.actor, deployment=held, reason=WHY, asked_by=by.user.pk, gate={})
    ends = time.monotonic() + 4
    seen: list[int] = []

    def read_or_move(number: int) -> int:
        count = 0
        with by.at_work():
            while time.monotonic() < ends:
                if number == 0:
                    there_and_back(by, held)
                else:
                    ladder = rungs(staff_a.site_id, "clinic.letters", case_a.pk)
                    seen.append(sum(each.rung == 0 for each in ladder))
                count += 1
            connection.close()
        return count

    counts = at_once(5, read_or_move)

    assert counts[0] >= 3
    assert len(seen) > 50
    assert set(seen) == {1}


def there_and_back(by, held: Deployment) -> None:
    engine_moves.roll_back(by=by.actor, deployment=held, reason=WHY)
    engine_moves.start_shadow(by=by.actor, deployment=held, reason=WHY)
    engine_moves.promote(by=by.actor, deployment=held, reason=WHY, asked_by=by.user.pk, gate={})


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_rollback_when_clicked_by_four_at_once_then_one_goes_back_one_step(staff_a, tmp_path):
    by, before = staff_a[Role.ENGINEER], live(staff_a)
    held = shadow(staff_a, tmp_path)
    with by.at_work(), transaction.atomic():
        engine_moves.promote(by=by.actor, deployment=held, reason=WHY, asked_by=by.user.pk, gate={})

    def click(_number: int) -> str:
        with by.at_work():
            try:
                engine_moves.roll_back(by=by.actor, deployment=held, reason=WHY)
            except Refusal as why:
                return why.code.value
        return "done"

    assert sorted(at_once(4, click)) == ["done"] + [Code.ENGINE_STATE.value] * 3
    assert live(staff_a).pk == before.pk
