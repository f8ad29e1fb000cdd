"""An experiment keeps its plan, draws each document once for all, and gives no verdict before its rule does."""

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from clinic.authorization.roles import Role
from clinic.doubt.trial import Says
from clinic.errors import Code, Refusal
from extraction import assigning, decided, experiment_figures
from extraction.actions import checking
from extraction.actions import experiments as acts
from extraction.models import Experiment, ExperimentMove
from extraction.models.experiments import Verdict
from tests import make
from tests.integration.extraction import comparing, finding
from tests.integration.extraction.comparing import WHY, checked_documents, drafted, running
from tests.integration.extraction.prompted import branch, language_engine, shipped, tried
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def engineer(staff_a: Staff) -> Person:
    return staff_a[Role.ENGINEER]


def test_draft_when_few_documents_were_checked_then_the_plan_says_that_it_assumes(engineer):
    made = drafted(engineer)

    assert made.learned_from == 0 and made.plan.needed > 1000


def test_draft_when_documents_were_checked_before_then_the_plan_learns_from_them(engineer, clinician_a):
    checked_documents(clinician_a, None, 40, lambda _second, n: 9 if n % 2 else 8)

    made = drafted(engineer)

    assert (made.learned_from, made.expected) == (40, 0.85) and made.plan.needed < 300


def test_document_when_asked_about_again_then_it_is_drawn_for_the_same_arm_and_arms_are_even(engineer):
    made, other = drafted(engineer), drafted(engineer, name="Another")
    documents = [f"{n:064x}" for n in range(1000)]

    drawn = [assigning.is_second(made, one) for one in documents]

    assert drawn == [assigning.is_second(made, one) for one in documents]
    assert 420 < sum(drawn) < 580
    assert drawn != [assigning.is_second(other, one) for one in documents]


def test_prompt_when_an_experiment_runs_then_each_document_is_asked_with_the_version_of_its_arm(engineer):
    version = branch(engineer)
    with language_engine():
        tried(engineer, version)
    made = running(engineer, version)

    with engineer.at_work():
        for document in (f"{n:064x}" for n in range(20)):
            found = assigning.prompt_for(engineer.site.pk, document)
            assert found == (version if assigning.is_second(made, document) else shipped(engineer))
        acts.give_up(by=engineer.actor, experiment=made, reason="The engine is gone")
        assert assigning.prompt_for(engineer.site.pk, "0" * 64) == shipped(engineer)


def test_start_when_a_version_has_passed_no_trial_then_it_is_refused(engineer):
    made = drafted(engineer, branch(engineer))

    with engineer.at_work(), pytest.raises(Refusal) as refused:
        acts.start(by=engineer.actor, experiment=made)

    assert refused.value.code == Code.PROMPT_NOT_PROVEN


def test_start_when_another_runs_or_it_was_started_then_it_is_refused(engineer):
    made, other = running(engineer), drafted(engineer, name="Another")

    codes = []
    for one in (other, made):
        with engineer.at_work(), pytest.raises(Refusal) as refused:
            acts.start(by=engineer.actor, experiment=one)
        codes.append(refused.value.code)

    assert codes == [Code.EXPERIMENT_RUNS, Code.EXPERIMENT_STATE]


def test_verdict_when_the_rule_gives_none_then_only_an_end_without_a_result(engineer, clinician_a):
    made = running(engineer)
    checked_documents(clinician_a, made, 60, lambda _second, n: 8 + n % 2)

    with engineer.at_work():
        with pytest.raises(Refusal) as refused:
            acts.conclude(by=engineer.actor, experiment=made, reason="It looks better already")
        assert acts.give_up(by=engineer.actor, experiment=made, reason="No time for it").verdict == Verdict.STOPPED

    assert refused.value.code == Code.NO_VERDICT_YET


def test_verdict_when_the_second_is_better_and_enough_came_then_it_wins_with_its_figures(engineer, clinician_a):
    checked_documents(clinician_a, None, 40, lambda _second, n: 8 + n % 2)
    made = running(engineer)
    checked_documents(clinician_a, made, made.plan.needed + 10, lambda second, n: 9 + n % 2 if second else 8 + n % 2)

    with engineer.at_work():
        seen = experiment_figures.shown(made)
        move = acts.conclude(by=engineer.actor, experiment=made, reason="As it was planned")
        later = experiment_figures.shown(made)

    assert seen.whole is not None and seen.says is Says.SECOND_WINS and seen.whole.n == made.plan.needed + 10
    assert [part.name for part in seen.by_kind] == ["problems"] and seen.otherwise == seen.whole.n
    assert move.verdict == Verdict.SECOND_WINS and move.figures and move.figures["difference"]["low"] > 0
    assert later.whole == seen.whole


def test_harm_when_the_second_is_far_worse_then_it_may_be_stopped_early(engineer, clinician_a):
    made = running(engineer)
    checked_documents(clinician_a, made, 200, lambda second, _n: 3 if second else 8)

    with engineer.at_work():
        assert made.plan.needed > 200
        assert acts.conclude(by=engineer.actor, experiment=made, reason="It does harm").verdict == Verdict.HARM


def test_experiment_when_its_row_or_its_moves_change_then_the_database_refuses(engineer):
    made = running(engineer)

    with engineer.at_work():
        for rows, change in ((Experiment.objects.filter(pk=made.pk), {"effect": 0.2}),
                             (ExperimentMove.objects.all(), {"phase": "ended"})):  # fmt: skip
            with pytest.raises(ProgrammingError), transaction.atomic():
                rows.update(**change)


def test_decisions_when_some_were_taken_back_then_only_those_in_force_are_counted(clinician_a):
    began = timezone.now()
    sheet = finding.found(clinician_a, make.case(clinician_a))
    keys = finding.keys(clinician_a, sheet)
    with clinician_a.at_work():
        checking.accept(by=clinician_a.actor, sheet=sheet, key=keys[0])
        checking.reject(by=clinician_a.actor, sheet=sheet, key=keys[0])
        checking.undo(by=clinician_a.actor, sheet=sheet)  # accepted again
        checking.reject(by=clinician_a.actor, sheet=sheet, key=keys[1])
        checking.undo(by=clinician_a.actor, sheet=sheet)
        for key in keys[1:]:
            checking.accept(by=clinician_a.actor, sheet=sheet, key=key)
        checking.add(by=clinician_a.actor, sheet=sheet, kind="problems", told={"name": "eczema"})
        checking.finish(by=clinician_a.actor, sheet=sheet)
        found = list(decided.counted(clinician_a.site.pk, began, timezone.now()))

    assert sum(one.accepted for one in found) == len(keys) and sum(one.rejected for one in found) == 0
    assert [(one.kind, one.added) for one in found if one.added] == [("problems", 1)]
    assert experiment_figures.score(found) == len(keys) / (len(keys) + 1)


def test_hypothesis_when_drafted_then_it_is_kept_as_it_was_said(engineer):
    made = drafted(engineer)

    with engineer.at_work():
        assert Experiment.objects.get(pk=made.pk).hypothesis == WHY == comparing.WHY
