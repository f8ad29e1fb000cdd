"""From a letter to an answer with its receipt: who answered, why not a better one, and what people are shown."""

import pytest

from clinic.actions import engine_moves, sites
from clinic.authorization.roles import Role
from clinic.authorization.scope import scope
from clinic.engines import opening, receipts
from clinic.engines.unfit import Fault, Fell, Spent, Unfit
from clinic.errors import Code, Refusal
from clinic.models import Deployment, Engine, EngineFault, EngineMove, ReviewItem, RunError, RunState, Stop
from clinic.views.presenters.ai_cards import card_of
from tests import make
from tests.integration.engines.conftest import LETTER
from tests.make import Person

pytestmark = pytest.mark.django_db


def break_shipped(monkeypatch, name: str, error: Exception | None = None) -> None:
    """The engine of that name cannot be opened, or breaks when it is asked."""
    real = opening._loaded

    def loaded(engine, folder, manifest):
        if engine.name != name:
            return real(engine, folder, manifest)
        return _Broken(error) if error else _raise()

    monkeypatch.setattr(opening, "_loaded", loaded)


class _Broken:
    def __init__(self, error: Exception) -> None:
        self.error = error

    def read(self, text: str):
        raise self.error


def _raise():
    raise Unfit(Fault.DOES_NOT_OPEN)


def test_letter_when_read_then_class_probability_set_evidence_and_who_answered(ask_about, in_site_a: Person, case_a):
    run = ask_about(in_site_a, case_a)

    assert run.state == RunState.SUCCEEDED
    result, engine = run.result, Engine.objects.get(name="Letters linear")
    assert (result.facets["label"], result.engine, result.engine_digest) == ("urgent", str(engine), engine.digest)
    assert result.facets["is_calibrated"]
    assert "urgent" in result.facets["set"]
    assert sum(result.outcome["probabilities"].values()) == pytest.approx(1)
    for span in result.outcome["evidence"]:
        assert LETTER.decode()[span["start"] : span["end"]] == span["words"]
    assert result.receipt["answered"] == {"name": engine.name, "version": "1.0.0", "digest": engine.digest, "rung": 0,
                                          "is_remote": False}  # fmt: skip
    assert (result.receipt["why_not_better"], result.receipt["left"]) == ([], [])


def test_letter_when_the_better_engine_does_not_open_then_the_simpler_answers_and_says_why(
    ask_about, in_site_a: Person, case_a, monkeypatch
):
    break_shipped(monkeypatch, "Letters linear")

    run = ask_about(in_site_a, case_a)

    assert run.result.engine == "Letter rules 1.0.0"
    assert [each["why"] for each in run.result.receipt["why_not_better"]] == ["unfit"]
    assert EngineFault.objects.get(cleared_at=None).fault == "does_not_open"
    assert "simpler_engine" in ReviewItem.objects.get(run=run).reasons


def test_letter_when_the_better_engine_breaks_in_the_middle_then_the_simpler_answers(
    ask_about, in_site_a: Person, case_a, monkeypatch, caplog
):
    break_shipped(monkeypatch, "Letters linear", ZeroDivisionError("Ana Alder"))

    run = ask_about(in_site_a, case_a)

    assert run.result.engine == "Letter rules 1.0.0"
    assert [each["why"] for each in run.result.receipt["why_not_better"]] == ["broke"]
    assert "Alder" not in caplog.text


def test_letter_when_the_better_engine_knows_why_it_falls_then_the_receipt_says_why_and_what_it_took(
    ask_about, in_site_a: Person, case_a, monkeypatch
):
    break_shipped(monkeypatch, "Letters linear", Fell(Fault.TOO_SLOW, Spent(calls=3, tokens=900, dollars=0.01)))

    receipt = ask_about(in_site_a, case_a).result.receipt

    (passed,) = receipt["why_not_better"]
    assert (passed["why"], passed["detail"]) == ("broke", "too_slow")
    assert passed["spent"] == {"calls": 3, "tokens": 900, "dollars": 0.01, "estimated_tokens": 0}
    assert "It did not answer in time" in receipts.sentences(receipt)[0]


def test_letter_when_no_engine_opens_then_no_answer_and_a_person_reads_it(
    ask_about, in_site_a: Person, case_a, monkeypatch
):
    monkeypatch.setattr(opening, "_loaded", lambda *_: _raise())

    run = ask_about(in_site_a, case_a)

    assert (run.state, run.error, run.detail_code) == (RunState.FAILED, RunError.NOBODY_MAY_ANSWER, "nobody_may_answer")
    assert ReviewItem.objects.get(run=run).reasons == ["failure"]


def test_letter_when_the_capability_is_stopped_then_nobody_answers_and_a_person_reads_it(
    ask_about, in_site_a: Person, case_a
):
    Stop.objects.create(site=in_site_a.site, capability="clinic.letters", note="Odd answers", pulled_by=in_site_a.user)

    run = ask_about(in_site_a, case_a)

    assert (run.error, run.detail_code) == (RunError.NOBODY_MAY_ANSWER, "stopped")
    assert ReviewItem.objects.get(run=run).reasons == ["stopped"]


def test_fault_when_the_engine_opens_again_then_cleared_and_both_are_told_once(
    ask_about, in_site_a: Person, case_a, monkeypatch
):
    with monkeypatch.context() as patch:
        break_shipped(patch, "Letters linear")
        ask_about(in_site_a, case_a)
        ask_about(in_site_a, case_a, LETTER + b"1")
    assert len(make.audit_events("engine.refused")) == 1

    ask_about(in_site_a, case_a, LETTER + b"2")

    assert not EngineFault.objects.filter(cleared_at=None).exists()
    assert len(make.audit_events("engine.opened_again")) == 1


def test_file_when_it_is_no_plain_text_then_refused_and_no_other_engine_is_tried(ask_about, in_site_a: Person, case_a):
    pdf = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"

    run = ask_about(in_site_a, case_a, pdf, "letter.pdf")

    assert (run.error, run.detail_code) == (RunError.INPUT_REFUSED, "not_plain_text")


def test_card_when_calibrated_then_numbers_and_when_not_then_none(ask_about, in_site_a: Person, case_a, monkeypatch):
    sure = card_of(ask_about(in_site_a, case_a).result, in_site_a.actor)
    break_shipped(monkeypatch, "Letters linear")
    opening.forget()
    bare = card_of(ask_about(in_site_a, case_a, LETTER + b"1").result, in_site_a.actor)

    assert sure and bare and sure.sure
    assert (sure.says, sure.sure["is_calibrated"], sure.sure["n"]) == ("Urgent", True, 2000)
    assert (bare.sure, bool(bare.engine.why_not_better)) == ({"is_calibrated": False}, True)
    assert "Nothing left this site" in sure.engine.left


def test_pages_when_an_engine_answered_then_the_case_and_the_run_show_the_card(
    ask_about, as_person, in_site_a: Person, case_a
):
    run = ask_about(in_site_a, case_a)
    browser = as_person(in_site_a)

    for page in (browser.get(f"/cases/{case_a.pk}/"), browser.get(f"/runs/{run.pk}/")):
        said = page.content.decode()
        assert all(words in said for words in ("engine suggests", "Letters linear", "Local", "Not decided", "Urgent"))
        assert "Calibrated on" in said


# --- what comes with the product --------------------------------------------------------------------------------------


def test_site_when_made_then_the_shipped_engines_are_live_there_and_the_audit_says_who_put_them(staff_a):
    with scope(site=staff_a.site_id):
        held = Deployment.objects.filter(site=staff_a.site_id).select_related("engine")
        assert {(str(each.engine), each.rung, each.state) for each in held} == {
            ("Letters linear 1.0.0", 0, "live"), ("Letter rules 1.0.0", 1, "live"), ("Consult rules 1.0.0", 1, "live"),
            ("Chest film pair 1.0.0", 0, "live"), ("Specialty of documents, linear 1.0.0", 0, "live"),
            ("Field rules 1.0.0", 1, "live"),
        }  # fmt: skip
        assert EngineMove.objects.filter(cause="installed", new="live").count() == 6
    assert {event["actor"] for event in make.audit_events("engine.entered")} == {"system:engines"}


def test_install_when_repeated_then_nothing_changes(in_site_a: Person):
    from clinic.actions import engines

    before = len(make.audit_events())

    engines.install_shipped(by=make.SYSTEM, site=in_site_a.site)

    assert len(make.audit_events()) == before


def newer_product() -> Engine:
    engine = Engine.objects.get(name="Letters linear")
    newer = Engine(capability=engine.capability, name=engine.name, version="9.0.0", digest="9" * 64, manifest={},
                   card={}, signer="pinned", folder="clinic/weights/letters-9")  # fmt: skip
    newer.save(force_insert=True)
    return newer


@pytest.mark.parametrize(("still_ships_the_old", "states"), [
    (True, {"1.0.0": "live", "9.0.0": "candidate"}), (False, {"1.0.0": "retired", "9.0.0": "live"}),
])  # fmt: skip
def test_product_when_it_ships_another_engine_then_it_replaces_only_one_that_is_shipped_no_more(
    in_site_a: Person, monkeypatch, still_ships_the_old, states
):
    newer = newer_product()
    monkeypatch.setattr("clinic.engines.trust.is_pinned", lambda digest: still_ships_the_old or digest == newer.digest)

    engine_moves.enter(by=make.SYSTEM, site=in_site_a.site, engine=newer, rung=0, comes_with_product=True)

    assert (
        dict(Deployment.objects.filter(rung=0, capability="clinic.letters").values_list("engine__version", "state"))
        == states
    )


def test_site_when_made_by_an_admin_then_the_engines_need_no_right_of_hers(admin_a: Person):
    with admin_a.at_work():
        made = sites.create(by=admin_a.actor, name="Eastbrook")

    with scope(site=made.pk):
        assert Deployment.objects.filter(site=made, state="live").count() == 6


def test_install_when_the_person_may_not_then_refused(staff_a, tmp_path):
    from clinic.actions import engines

    with staff_a[Role.CLINICIAN].at_work(), pytest.raises(Refusal) as refused:
        engines.install(by=staff_a[Role.CLINICIAN].actor, site=staff_a.site, folder=tmp_path)

    assert refused.value.code == Code.NOT_ALLOWED
