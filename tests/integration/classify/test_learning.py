"""People decide, an engineer asks: a new engine stands as a candidate, with every decision it learned from; and the
documents that teach most are sent to people."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from classify import kinds
from classify.actions import learning
from classify.inference import engine
from classify.outcomes import LearnOutcome
from classify.training import relearning, updating
from classify.training.updating import Correction
from clinic.actions import claims, consents, reviews
from clinic.authorization.roles import Role
from clinic.engines import manifests
from clinic.errors import Code, Refusal
from clinic.models import (
    Deployment,
    Engine,
    EngineLesson,
    EngineState,
    Purpose,
    Result,
    ReviewItem,
    Run,
    RunState,
    TrainingItem,
)
from tests import make
from tests.integration.classify.sorting import document, routed, say
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db
WORDS = "Thank you for seeing this child with a glazed heel after camp, asked for the {} time. Please advise."


@pytest.fixture
def engineer(staff_a: Staff) -> Person:
    return staff_a[Role.ENGINEER]


def decided(clinician: Person, reader: Person, number: int, *, agrees: bool = True) -> None:
    """A doubtful answer that a person puts right; her patient agrees to training, or not."""
    case = make.case(clinician)
    with clinician.at_work():
        consents.record(by=clinician.actor, case=case, purpose=Purpose.TRAINING, is_given=agrees)
    text = WORDS.format(number)
    found = routed(clinician, document(clinician, case, text), say(sure=0.6), text=text)
    with reader.at_work():
        item = ReviewItem.objects.get(run=found.route_run_id)
        claims.claim(by=reader.actor, item=item)
        reviews.decide(by=reader.actor, item=item, label="pulmonology", note="A cough is meant.")


def test_engine_made_from_decisions_is_a_candidate_that_names_what_it_learned_from(
    clinician_a, staff_a: Staff, engineer, as_person, own_store, work_lane, settings, tmp_path
):
    page = as_person(engineer)
    for number in range(6):
        decided(clinician_a, staff_a[Role.REVIEWER], number)
    decided(clinician_a, staff_a[Role.REVIEWER], 7, agrees=False)
    with engineer.at_work():
        run, _is_new = learning.learn(by=engineer.actor)
    assert f"/runs/{run.pk}/" in page.get("/documents/learning/").content.decode()

    settings.ENGINES_FOLDER = tmp_path / "engines"
    work_lane(run.lane)

    with engineer.at_work():
        run.refresh_from_db()
        assert run.state == RunState.SUCCEEDED, (run.error, run.detail_code)
        made = Deployment.objects.get(site=engineer.site, capability="classify.document", state=EngineState.CANDIDATE)
        told = Result.objects.get(run=run).facets
        assert EngineLesson.objects.filter(engine=made.engine).count() == 6
    assert told["items"] == 6 and told["after"] > told["before"]
    assert f'href="/engines/{made.pk}/"' in page.get("/documents/learning/").content.decode()
    assert made.engine.card["changed_by_corrections"]["decisions"] == 6


def test_engine_made_after_a_patient_withdrew_is_as_if_she_had_never_been(
    clinician_a, staff_a: Staff, engineer, own_store, work_lane, settings, tmp_path
):
    settings.ENGINES_FOLDER = tmp_path / "engines"
    for number in range(7):
        decided(clinician_a, staff_a[Role.REVIEWER], number)
    with_her = learned(engineer, work_lane)
    with engineer.at_work():
        live = Deployment.objects.filter(site=engineer.site, capability="classify.document", state=EngineState.LIVE)
        live.update(state=EngineState.RETIRED)
        Deployment.objects.filter(engine=with_her).update(state=EngineState.LIVE)
    with clinician_a.at_work():
        hers = TrainingItem.objects.order_by("at")[0]
        consents.record(by=clinician_a.actor, case=hers.case, purpose=Purpose.TRAINING, is_given=False)

    without_her = learned(engineer, work_lane)

    with engineer.at_work():
        assert not EngineLesson.objects.filter(engine=without_her, item=hers).exists()
        known = [Correction(WORDS.format(number), "pulmonology") for number in range(1, 7)]
    assert without_her.digest == written(known, tmp_path / "as_if")
    assert without_her.digest != with_her.digest


def learned(engineer: Person, work_lane: Callable[[str], object]) -> Engine:
    with engineer.at_work():
        run, _is_new = learning.learn(by=engineer.actor)
    work_lane(run.lane)
    with engineer.at_work():
        made = Result.objects.get(run=run).facets["made"]
        return Engine.objects.get(digest__startswith=made)


def written(known: list[Correction], folder: Path) -> str:
    """What the engine that comes with the product becomes by these alone."""
    shipped = settings.BASE_DIR / "classify/weights/specialty-1"
    base = engine.load(shipped, manifests.read(shipped).told)
    return relearning.write(updating.update(base, known), shipped, folder, known)


def test_without_decisions_nothing_is_learned(engineer):
    with engineer.at_work(), pytest.raises(Refusal) as refused:
        learning.learn(by=engineer.actor)

    assert refused.value.code == Code.NOTHING_TO_LEARN


def test_where_no_change_helped_no_engine_is_made(clinician_a, engineer):
    with engineer.at_work():
        before = Deployment.objects.count()
        learning.record(run=Run(site=engineer.site, kind=kinds.LEARN), by=engineer.actor,
                        outcome=LearnOutcome(base="0" * 64, made=""))  # fmt: skip
        assert Deployment.objects.count() == before


def test_documents_that_teach_most_are_asked_for_and_a_tenth_is_drawn_by_chance(clinician_a, engineer, monkeypatch):
    monkeypatch.setattr("clinic.actions.flags.drawn", lambda *_: 1.0)
    case = make.case(clinician_a)
    torn = None
    for number in range(12):
        sure = 0.86 if number == 5 else 0.99
        one = routed(clinician_a, document(clinician_a, case, WORDS.format(number)), say(sure=sure, novelty=0.1))
        torn = one if number == 5 else torn
    with engineer.at_work():
        asked = learning.ask_for_labels(by=engineer.actor, count=4)
        items = list(ReviewItem.objects.filter(capability="classify.document"))

    assert asked == len(items) == 4 and all(item.is_blind for item in items)
    assert torn is not None and torn.route_run_id in {item.run_id for item in items}
    assert sum(item.reasons == ["policy_sample"] and 0 < item.sampling < 1 for item in items) == 1


def test_clinician_may_not_ask_for_labels(clinician_a):
    with clinician_a.at_work(), pytest.raises(Refusal) as refused:
        learning.ask_for_labels(by=clinician_a.actor, count=4)

    assert refused.value.code == Code.NOT_ALLOWED


def test_patient_who_withdraws_consent_to_training_is_let_go_from_what_waits_to_be_learned(
    clinician_a, engineer, monkeypatch
):
    monkeypatch.setattr("clinic.actions.flags.drawn", lambda *_: 1.0)
    case = make.case(clinician_a)
    for number in range(12):
        routed(clinician_a, document(clinician_a, case, WORDS.format(number)), say(sure=0.99, novelty=0.1))
    with engineer.at_work():
        learning.ask_for_labels(by=engineer.actor, count=4)

    with clinician_a.at_work():
        consents.record(by=clinician_a.actor, case=case, purpose=Purpose.TRAINING, is_given=False)
        states = {tuple(item.reasons): item.state for item in ReviewItem.objects.filter(case=case)}
    with engineer.at_work():
        asked = learning.ask_for_labels(by=engineer.actor, count=4)

    assert states[("teaches",)] == "withdrawn" and states[("policy_sample",)] == "waiting" and asked == 0
    assert make.audit_events("consent.withdrawn")[-1]["facts"]["let_go"] == 3
