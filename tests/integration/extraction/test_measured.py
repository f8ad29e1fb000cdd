"""Figures come from what happened, all of it: failed runs too, and nothing of another site."""

import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from clinic.actions import work
from clinic.authorization.roles import Role
from clinic.engines.receipts import Passed, Receipt
from clinic.engines.unfit import Spent
from clinic.models import Engine, RunError, ShadowAnswer
from extraction import kinds, measured
from extraction.actions import checking, sheets
from tests import make
from tests.contract.asking import as_program
from tests.integration.extraction import finding
from tests.integration.extraction.comparing import checked_documents
from tests.long import MANY
from tests.make import Person, Staff
from tests.statistics import look_at_the_tables
from tests.telling import told_by

pytestmark = pytest.mark.django_db
PAGE = "/extraction/metrics/"


def measure(by: Person) -> measured.Measured:
    with by.at_work():
        return measured.measured(by.site.pk)


def check(by: Person, *, rejected: int = 0, asked: str = "") -> UUID:
    used: dict[str, Any] = {"prompt": asked, "calls": 2, "tokens": 100, "cost": 0.25}
    sheet = finding.found(by, make.case(by), answer=finding.say(**used) if asked else None)
    with by.at_work():
        for number, key in enumerate(finding.keys(by, sheet)):
            act = checking.reject if number < rejected else checking.accept
            act(by=by.actor, sheet=sheet, key=key)
        checking.finish(by=by.actor, sheet=sheet)
    return UUID(str(sheet.pk))


def test_figures_when_documents_were_checked_then_by_kind_what_was_not_right(clinician_a):
    check(clinician_a, rejected=1)
    check(clinician_a)

    found = measure(clinician_a)

    assert (found.runs, found.documents, len(found.versions)) == (2, 2, 1)
    one = found.versions[0]
    assert one.success is not None and one.success.value == 1 and one.median_s is not None
    facts = sum(each.facts for each in one.fields)
    assert facts > 5 and sum(each.changed for each in one.fields) == 1
    assert all(each.correction is None or each.correction.too_few for each in one.fields)


def test_figures_when_prompts_differ_then_each_stands_alone_with_what_it_cost(clinician_a):
    for prompt in ("a" * 64, "b" * 64, "b" * 64):
        check(clinician_a, asked=prompt)

    found = {one.prompt[0]: (one.documents, one.tokens, one.dollars) for one in measure(clinician_a).versions}

    assert found == {"a": (1, 100, 0.25), "b": (2, 200, 0.5)}


def test_figures_when_a_run_failed_then_it_is_counted_with_its_time(clinician_a):
    made = finding.sheet(clinician_a, make.case(clinician_a))
    finding.read(clinician_a)
    with clinician_a.at_work():
        held = work.claim(lane="cpu", worker="tests")
        assert held is not None
        work.fail(held, error=RunError.INPUT_REFUSED)

    one = measure(clinician_a).versions[0]

    assert (one.engine, one.runs, one.failed, one.succeeded) == ("", 1, 1, 0) and one.worked_s > 0
    assert made.run_id is None and one.success is not None and one.success.value == 0


def test_figures_when_a_model_gave_no_answer_then_what_it_took_is_counted_though_the_rules_answered(
    as_person, clinician_a, staff_a: Staff
):
    spent = Passed("Facts by ollama/slow", "e" * 64, 0, "broke", "too_slow", Spent(4, 1_200, 0.03, 300))
    silent = Passed("Facts by ollama/down", "f" * 64, 0, "out_of_service")
    receipt = Receipt("Field rules", "1.0", "d" * 64, 1, is_remote=False, passed=(spent, silent))
    finding.found(clinician_a, make.case(clinician_a), digest="d" * 64, receipt=receipt)

    found = measure(clinician_a)

    assert [vars(one) for one in found.in_vain] == [
        {"engine": "Facts by ollama/slow", "runs": 1, "calls": 4, "tokens": 1_200, "dollars": 0.03,
         "estimated_tokens": 300}
    ]  # fmt: skip
    assert (found.tokens, found.dollars, found.versions[0].tokens) == (1_200, 0.03, 0)

    page = as_person(staff_a[Role.ENGINEER]).get(PAGE).content.decode()
    assert "Facts by ollama/slow" in page and "300 tokens are estimated" in page


def test_figures_when_a_model_was_asked_in_the_shadow_then_what_that_took_is_in_the_sums(clinician_a):
    made = finding.found(clinician_a, make.case(clinician_a))
    with clinician_a.at_work():
        engine = Engine.objects.get(capability=kinds.EXTRACT)
        ShadowAnswer.objects.create(site=clinician_a.site, engine=engine, result=made.run.result, case=made.case,
                                    facets={"tokens": 900, "cost": 0.02, "estimated_tokens": 400},
                                    milliseconds=1_500.0)  # fmt: skip

    found = measure(clinician_a)

    assert (found.shadow_tokens, found.shadow_dollars, found.shadow_s) == (900, 0.02, 1.5)
    assert (found.tokens, found.dollars, found.estimated_tokens, found.versions[0].tokens) == (900, 0.02, 400, 0)


def test_figures_when_asked_again_then_the_newer_facts_count_once_they_are_checked(clinician_a):
    sheet = finding.found(clinician_a, make.case(clinician_a))
    with clinician_a.at_work():
        sheets.ask_again(by=clinician_a.actor, sheet=sheet)
    finding.finish(clinician_a, kinds.EXTRACT, finding.say())

    found = measure(clinician_a)

    assert (found.runs, found.documents) == (2, 0)


def test_figures_when_of_another_site_or_long_ago_then_not_counted(clinician_a, clinician_b, monkeypatch):
    check(clinician_b)
    assert measure(clinician_a).runs == 0
    now = timezone.now()

    monkeypatch.setattr("extraction.measured.timezone.now", lambda: now + timedelta(days=91))

    assert measure(clinician_b).runs == 0


def test_page_when_looked_at_then_it_shows_figures_and_no_patient(as_person, clinician_a, staff_a: Staff):
    check(clinician_a, rejected=1)
    browser = as_person(staff_a[Role.ENGINEER])

    page = browser.get(PAGE).content.decode()

    assert told_by(lambda: browser.get(PAGE)) == []
    assert "Not right as it was" in page and "too few" in page and "1 document checked" in page


def test_page_when_nothing_was_asked_then_it_says_so(as_person, staff_a: Staff):
    assert "Nothing was asked yet" in as_person(staff_a[Role.ENGINEER]).get(PAGE).content.decode()


def test_api_when_asked_then_the_same_figures_with_intervals(clinician_a):
    check(clinician_a, rejected=1)

    told = as_program(clinician_a).get("extractions/metrics?days=30").json()

    assert (told["runs"], told["documents"], told["days"]) == (1, 1, 30)
    version = told["versions"][0]
    assert version["succeeded"]["n"] == 1 and {"value", "low", "high", "n"} == set(version["by_kind"][0]["corrected"])


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_figures_when_many_documents_then_within_a_second(clinician_a, capsys):
    checked_documents(clinician_a, None, MANY, lambda _second, n: 8 + n % 2)
    look_at_the_tables()
    measure(clinician_a)

    began = time.perf_counter()
    found = measure(clinician_a)
    took_s = time.perf_counter() - began

    with capsys.disabled():
        print(f"\n90 days, {found.documents:,} documents, {10 * MANY:,} decisions: {took_s * 1000:.0f} ms")
    assert found.documents == found.runs == MANY
