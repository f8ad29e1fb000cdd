"""Reports as programs write, read and check them. What only a person may do, no key does."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from clinic.actions import cases
from clinic.models import Case, CaseState, Report, Upload
from tests import make
from tests.contract.asking import Api
from tests.integration import breaking
from tests.integration.second_opinion import LETTER, answered, second_opinions, span
from tests.make import Person
from tests.signing import prove, sign


@pytest.fixture(autouse=True)
def _engine() -> Iterator[None]:
    with second_opinions():
        yield


@pytest.fixture
def waiting(clinician_a: Person, case_a: Case) -> Case:
    with clinician_a.at_work():
        return cases.move(by=clinician_a.actor, case=case_a, to=CaseState.AWAITING_HUMAN)


@pytest.fixture
def letter(own_store: Any, clinician_a: Person, waiting: Case) -> Upload:
    return make.upload(clinician_a, waiting, LETTER.encode(), "letter.txt")


@pytest.fixture
def at_a_browser(as_person: Any, clinician_a: Person) -> Client:
    browser: Client = as_person(clinician_a)
    return browser


def write(api: Api, case: Case, **more: Any) -> Any:
    told = {"section": "findings", "text": "She has fever.", **more}
    return api.post(f"cases/{case.pk}/report/sentences", told)


def test_key_when_it_would_sign_or_vouch_then_refused(api_a: Api, waiting: Case) -> None:
    assert write(api_a, waiting, is_mine=True).json()["code"] == "person_needed"
    write(api_a, waiting)

    assert api_a.post(f"cases/{waiting.pk}/report/sign", {"seen": 1}).json()["code"] == "person_needed"


def test_person_when_she_has_not_just_proved_who_she_is_then_does_not_sign(at_a_browser: Client, waiting: Case) -> None:
    api = Api(browser=at_a_browser)
    write(api, waiting, is_mine=True)

    refused = api.post(f"cases/{waiting.pk}/report/sign", {"seen": 1})
    prove(at_a_browser)
    signed = api.post(f"cases/{waiting.pk}/report/sign", {"seen": 1})

    assert (refused.status_code, refused.json()["code"]) == (403, "step_up_needed")
    assert (signed.status_code, signed.json()["status"], signed.json()["version"]) == (201, "final", 1)


def test_case_when_moved_to_signed_by_a_program_then_refused(api_a: Api, waiting: Case) -> None:
    assert "signed" not in api_a.get(f"cases/{waiting.pk}").json()["moves"]
    assert api_a.post(f"cases/{waiting.pk}/move", {"to": "signed"}).json()["code"] == "signed_by_report"


def test_sentence_when_changed_in_many_ways_then_as_told(api_a: Api, waiting: Case, letter: Upload) -> None:
    first, second = (write(api_a, waiting, text=text).json() for text in ("One.", "Two."))
    sentences = f"cases/{waiting.pk}/report/sentences"

    moved = api_a.patch(sentences, {"sentence": second["id"], "seen": 2, "text": "Fever.", "move": "up"}).json()
    stale = api_a.patch(sentences, {"sentence": second["id"], "seen": 2, "text": "Else."})
    wish = {"sentence": second["id"], "seen": moved["revision"], "upload": str(letter.pk)}
    wrong = api_a.post(f"{sentences}/sources", {**wish, "words": "no such words"})
    rests = api_a.post(f"{sentences}/sources", {**wish, "words": "fever for four days"}).json()
    draft = api_a.post(f"{sentences}/removed", {"sentence": first["id"], "seen": 9}).json()

    assert (stale.json()["code"], wrong.json()["code"]) == ("draft_changed", "words_not_there")
    assert [(one["state"], one["words"]) for one in rests["evidence"]] == [("fits", "fever for four days")]
    assert [one["text"] for one in draft["sentences"]] == ["Fever."]
    assert {check["code"]: check["is_done"] for check in draft["checks"]}["grounded"]


def test_answer_of_an_engine_when_nobody_signed_it_then_preliminary_in_every_answer_of_the_api(
    api_a: Api, clinician_a: Person, waiting: Case, letter: Upload
) -> None:
    result = answered(clinician_a, waiting, [letter], [span(letter, "short of breath")])
    run = f"runs/{result.run_id}"

    assert api_a.get(f"{run}/result").json()["standing"] == "preliminary"
    assert api_a.get(f"{run}/evidence").json()["standing"] == "preliminary"
    [suggested] = api_a.get(f"cases/{waiting.pk}/report").json()["suggestions"]
    assert suggested["standing"] == "preliminary"
    taken = api_a.post(f"cases/{waiting.pk}/report/sentences/taken", {"key": suggested["key"]}).json()
    assert taken["is_engines"]
    sign(clinician_a, waiting)
    assert api_a.get(f"{run}/result").json()["standing"] == "signed"


def test_evidence_when_its_source_changed_then_says_so(
    api_a: Api, clinician_a: Person, waiting: Case, letter: Upload, own_store: Any
) -> None:
    result = answered(clinician_a, waiting, [letter], [span(letter, "short of breath")])
    breaking.flip_a_byte(own_store, letter)

    [found] = api_a.get(f"runs/{result.run_id}/evidence").json()["results"]

    assert found["state"] == "damaged"


def test_versions_when_amended_then_each_says_what_it_is_and_whether_it_holds(
    api_a: Api, api_b: Api, clinician_a: Person, waiting: Case
) -> None:
    first, second = sign(clinician_a, waiting), sign(clinician_a, waiting, "Read again.")

    listed = api_a.get(f"cases/{waiting.pk}/reports").json()["results"]
    assert [(one["version"], one["status"]) for one in listed] == [(2, "final"), (1, "amended")]
    assert api_a.get(f"reports/{second.pk}").json()["content"]["previous_sha256"] == first.content_sha256
    assert api_a.get(f"reports/{first.pk}/verification").json()["holds"]
    assert api_b.get(f"reports/{first.pk}").status_code == 404
    with clinician_a.at_work():
        assert Report.objects.count() == 2
