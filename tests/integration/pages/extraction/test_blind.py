"""Two prompts side by side: whoever judges learns whose answer it was only when nothing is left to judge."""

import re

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from clinic.actions import consents
from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.models import Purpose, Result
from extraction import blind
from extraction.actions import checking, comparing
from extraction.models import BlindComparison, BlindJudgement, BlindPair
from tests import make
from tests.integration.extraction import finding
from tests.integration.extraction.prompted import branch, language_engine, pairs_of, shipped, work_off
from tests.make import Person, Staff
from tests.telling import told_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def engineer(staff_a: Staff) -> Person:
    return staff_a[Role.ENGINEER]


def url(made: BlindComparison, place: str = "") -> str:
    return f"/extraction/prompts/blind/{made.pk}/{place}"


def pair_on(page: str) -> str:
    found = re.search(r'name="pair" value="([0-9a-f-]+)"', page)
    assert found is not None
    return found[1]


def test_side_by_side_when_asked_for_then_both_answers_to_the_same_documents_stand_sealed(
    engineer, as_person, clinician_a
):
    sheet = finding.found(clinician_a, make.case(clinician_a))
    with clinician_a.at_work():
        consents.record(by=clinician_a.actor, case=sheet.case, purpose=Purpose.QUALITY, is_given=True)
        for key in finding.keys(clinician_a, sheet):
            checking.accept(by=clinician_a.actor, sheet=sheet, key=key)
        checking.finish(by=clinician_a.actor, sheet=sheet)
    first, second = shipped(engineer), branch(engineer, added="NO MEDICINES")
    with language_engine():
        ask = f"/extraction/prompts/{second.pk}/blind/{first.pk}/"
        browser = as_person(engineer)
        assert told_by(lambda: browser.post(ask)) == ["run.requested"]
        work_off(engineer, "extraction.prompt_comparison")

    with clinician_a.at_work():
        made = BlindComparison.objects.get()
        pairs = list(made.pairs.order_by("number"))
        kept = Result.objects.get(run=made.run).outcome
    assert (made.first_id, made.second_id, len(pairs)) == (first.pk, second.pk, 5)
    assert pairs[0].upload_id == sheet.upload_id and pairs[0].subject_id == sheet.case.patient_id
    with clinician_a.at_work():
        assert pairs[0].answers[0]["medications"] and not pairs[0].answers[1]["medications"]
    assert "pairs" not in kept and kept["documents"] == 5


def test_judge_when_all_is_judged_then_the_share_with_its_interval_and_never_a_name_before(
    as_person, engineer, clinician_a
):
    version = branch(engineer, name="terse-branch")
    made = pairs_of(engineer, version)
    browser = as_person(clinician_a)
    assert told_by(lambda: browser.get(url(made))) == ["prompt.pair_read"]

    for _ in range(4):
        page = browser.get(url(made)).content.decode()
        assert "terse-branch" not in page and 'data-key="1"' in page
        told = {"pair": pair_on(page), "preferred": "left" if "No answer that fits" in page else "alike"}
        assert browser.post(url(made, "judge/"), told).status_code == 302

    assert len(make.audit_events("prompt.judged")) == 4
    page = browser.get(url(made)).content.decode()
    assert "terse-branch better, of those where one was" in page and "n 4" in page


def test_tally_when_sides_were_swapped_then_votes_go_to_the_version_that_stood_there(engineer, clinician_a):
    made = pairs_of(engineer, branch(engineer))
    with clinician_a.at_work():
        pairs = list(made.pairs.order_by("number"))
        for pair in pairs[:3]:
            comparing.judge(by=clinician_a.actor, pair=pair, preferred="right" if pair.is_swapped else "left")
        comparing.judge(by=clinician_a.actor, pair=pairs[3], preferred="alike")
        found = blind.tally(made)

    assert (found.first, found.second, found.alike) == (3, 0, 1)
    assert found.second_share is not None and found.second_share.n == 3


def test_judgement_when_said_twice_or_changed_then_refused(engineer, clinician_a):
    made = pairs_of(engineer, branch(engineer))
    with clinician_a.at_work():
        pair = made.pairs.order_by("number")[0]
        comparing.judge(by=clinician_a.actor, pair=pair, preferred="left")
        with pytest.raises(Refusal) as refused:
            comparing.judge(by=clinician_a.actor, pair=pair, preferred="right")
        with pytest.raises(ProgrammingError), transaction.atomic():
            BlindJudgement.objects.update(preferred="right")
        with pytest.raises(IntegrityError), transaction.atomic():
            BlindJudgement.objects.create(site=made.site, pair=pair, preferred="right", by=clinician_a.user)

    assert refused.value.code == Code.ALREADY_DECIDED


def test_engineer_when_looking_then_sees_figures_and_no_document(as_person, engineer):
    made = pairs_of(engineer, branch(engineer))

    page = as_person(engineer).get(url(made)).content.decode()

    assert "What people preferred" in page and "none yet" in page and "Amoxicillin" not in page
    with engineer.at_work():
        assert not BlindPair.objects.visible_to(engineer.actor).exists()
    assert as_person(engineer).post(url(made, "judge/"), {"preferred": "left"}).status_code == 403


def test_pair_when_of_another_comparison_or_unknown_then_it_does_not_exist(
    as_person, engineer, clinician_a, clinician_b
):
    made = pairs_of(engineer, branch(engineer))

    assert as_person(clinician_a).post(url(made, "judge/"), {"pair": "x", "preferred": "left"}).status_code == 404
    assert as_person(clinician_b).get(url(made)).status_code == 404
