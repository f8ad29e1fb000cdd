"""Asking an engine from the case page."""

import pytest
from django.conf import settings

from clinic.actions import cases
from clinic.models import CaseState, Run
from tests import make
from tests.integration.pages.cases.helpers import text_of


@pytest.fixture
def client(as_person, clinician_a):
    return as_person(clinician_a)


@pytest.fixture
def ask(case_a):
    return f"/cases/{case_a.pk}/runs/"


@pytest.fixture
def upload(clinician_a, case_a):
    return make.upload(clinician_a, case_a, name="Letter.txt")


def form(*uploads, **changes):
    return {"kind": "clinic.check", "uploads": [str(u.pk) for u in uploads], "seconds": "0", "mode": "pass"} | changes


def asked(person) -> list[Run]:
    with person.at_work():
        return list(Run.objects.prefetch_related("inputs").order_by("requested_at"))


def test_form_when_shown_then_offers_the_files_of_the_case_chosen(client, ask, upload, clinician_a):
    make.upload(clinician_a, make.case(clinician_a), name="Another case.txt")

    page = client.get(ask)

    assert "Letter.txt" in text_of(page)
    assert "Another case.txt" not in text_of(page)
    (box,) = [tag for tag in page.content.decode().split("<input") if str(upload.pk) in tag]
    assert "checked" in box


def test_run_when_asked_for_then_waits_and_the_case_tells(client, ask, upload, clinician_a, case_a):
    answer = client.post(ask, form(upload, seconds="1.5"), follow=True)

    (run,) = asked(clinician_a)
    assert answer.redirect_chain == [(f"/cases/{case_a.pk}/", 302)]
    assert (run.params["seconds"], run.params["mode"]) == (1.5, "pass")
    assert [each.upload_id for each in run.inputs.all()] == [upload.pk]
    assert "Asked: Integrity check" in text_of(answer)


def test_run_when_asked_for_twice_then_is_one(client, ask, upload, clinician_a):
    client.post(ask, form(upload))
    answer = client.post(ask, form(upload), follow=True)

    assert len(asked(clinician_a)) == 1
    assert "under way already" in text_of(answer)


@pytest.mark.parametrize("changes", [{"seconds": "-1"}, {"seconds": "x"}, {"mode": "explode"}, {"uploads": ["x"]}])
def test_form_when_wrong_then_comes_back_with_why(client, ask, clinician_a, changes):
    answer = client.post(ask, form(**changes))

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == set(changes)
    assert "invalid-feedback" in answer.content.decode()
    assert not asked(clinician_a)


def test_run_when_a_file_is_of_another_case_then_refused(client, ask, clinician_a):
    stranger = make.upload(clinician_a, make.case(clinician_a))

    assert client.post(ask, form(stranger)).status_code == 422
    assert not asked(clinician_a)


@pytest.mark.parametrize("kind", ["nope", "clinic.check "])
def test_kind_when_unknown_then_refused_by_its_code(client, ask, kind):
    answer = client.post(ask, form(kind=kind))

    assert answer.status_code == 400
    assert "unknown_run_kind" in answer.content.decode()


def test_form_when_in_production_then_does_not_offer_to_go_wrong(client, ask, upload, clinician_a, monkeypatch):
    monkeypatch.setattr(settings, "IS_PRODUCTION", True)

    assert "It takes its worker down" not in text_of(client.get(ask))
    client.post(ask, form(upload, mode="die"))
    assert asked(clinician_a)[0].params["mode"] == "pass"


def test_run_when_the_case_is_closed_then_refused_in_words(client, ask, upload, clinician_a, case_a):
    with clinician_a.at_work():
        cases.move(by=clinician_a.actor, case=case_a, to=CaseState.CLOSED)

    answer = client.post(ask, form(upload))

    assert answer.status_code == 409
    assert not asked(clinician_a)
