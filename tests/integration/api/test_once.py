"""What is sent twice at the same moment has its effect once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from clinic.models import Case, Patient, Run
from tests import make
from tests.contract.asking import Api, key_of
from tests.make import Person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
AT_ONCE = 6


def all_at_once(secret: str, path: str, body: dict[str, Any], **headers: str) -> list[Any]:
    def ask(_number: int) -> Any:
        try:
            return Api(secret).post(path, body, headers=headers)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(ask, range(AT_ONCE)))


def test_case_opened_at_once_with_one_key_is_one_case(clinician_a: Person) -> None:
    wish = {"patient": {"new": {"name": "Eva Elm"}}, "question": "Once?"}

    answers = all_at_once(key_of(clinician_a), "cases", wish, **{"Idempotency-Key": "once"})

    assert sorted(answer.status_code for answer in answers) == [200] * (AT_ONCE - 1) + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    with clinician_a.at_work():
        assert (Case.objects.count(), Patient.objects.count()) == (1, 1)


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "once"}])
def test_run_asked_for_at_once_is_one_run(clinician_a: Person, headers: dict[str, str]) -> None:
    case = make.case(clinician_a)

    answers = all_at_once(key_of(clinician_a), "runs", {"kind": "clinic.check", "case": str(case.pk)}, **headers)

    assert sorted(answer.status_code for answer in answers) == [200] * (AT_ONCE - 1) + [201]
    with clinician_a.at_work():
        assert Run.objects.count() == 1


def test_piece_sent_at_once_is_stored_once(clinician_a: Person, own_store: Any) -> None:
    case, secret = make.case(clinician_a), key_of(clinician_a)
    session = Api(secret).post("uploads/sessions", {"case": str(case.pk), "name": "a.txt"}).json()

    def send(_number: int) -> int:
        try:
            answer = Api(secret)(
                "PUT", f"{session['url']}/chunks/0", data=b"A letter.\n", content_type="application/octet-stream"
            )
            return int(answer.status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = set(pool.map(send, range(AT_ONCE)))

    assert statuses <= {200, 409}
    assert Api(secret).get(session["url"]).json()["next_index"] == 1
    assert sum(1 for path in own_store.folder.rglob("*/*") if path.is_file()) == 1
