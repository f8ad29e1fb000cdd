from typing import Any

import pytest
from django.conf import settings

from clinic.models import Case
from tests.contract.asking import Api, as_program
from tests.make import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def five_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "API_REQUESTS_PER_MINUTE", 5)
    monkeypatch.setattr(settings, "API_TOKENS_PER_MINUTE", 2)


def test_program_beyond_its_allowance_waits_as_told(api_a: Api) -> None:
    answers = [api_a.get("me") for _ in range(7)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert answers[-1].json()["code"] == "too_many_requests"
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60


def test_refused_requests_count_too(clinician_a: Person) -> None:
    from clinic.authorization.permissions import Permission as P

    narrow = as_program(clinician_a, P.RUN_VIEW)

    assert [narrow.get("cases").status_code for _ in range(7)] == [403] * 5 + [429] * 2


def test_each_key_has_an_allowance_of_its_own(api_a: Api, clinician_a: Person, api_b: Api) -> None:
    for _ in range(6):
        api_a.get("me")

    assert api_a.get("me").status_code == 429
    assert as_program(clinician_a).get("me").status_code == 200
    assert api_b.get("me").status_code == 200


def test_allowance_comes_back_after_a_minute(api_a: Api) -> None:
    from django.db import connection

    for _ in range(6):
        api_a.get("me")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_allowance SET began = began - interval '61 seconds'")

    assert [api_a.get("me").status_code for _ in range(6)] == [200] * 5 + [429]


def test_clinician_at_her_browser_may_always_look(as_person: Any, clinician_a: Person, case_a: Case) -> None:
    browser = Api(browser=as_person(clinician_a))

    assert {browser.get("cases").status_code for _ in range(20)} == {200}
    changes = [browser.post(f"cases/{case_a.pk}/urgency", {"urgency": "urgent"}).status_code for _ in range(7)]
    assert changes == [200] * 5 + [429] * 2
    assert browser.get("cases").status_code == 200


def test_pieces_of_files_do_not_use_up_the_small_allowance(api_a: Api, case_a: Case, own_store: Any) -> None:
    session = api_a.post("uploads/sessions", {"case": str(case_a.pk), "name": "a.txt"}).json()

    sent = [
        api_a("PUT", f"{session['url']}/chunks/{index}", data=b"abc", content_type="application/octet-stream")
        for index in range(20)
    ]

    assert {answer.status_code for answer in sent} == {200}


def test_tokens_have_a_smaller_allowance(api_a: Api) -> None:
    assert [api_a.post("tokens").status_code for _ in range(3)] == [201, 201, 429]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_none_slips_past(clinician_a: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    from clinic.actions import allowance
    from clinic.errors import Refusal

    monkeypatch.setattr(settings, "API_REQUESTS_PER_MINUTE", 40)
    actor = clinician_a.actor

    def ask(_number: int) -> bool:
        try:
            allowance.take(by=actor, of=allowance.REQUESTS)
        except Refusal:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(120))) == 40
