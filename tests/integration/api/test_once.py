"""What is sent twice at the same moment has its effect once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from clinic.authorization.permissions import Permission as P
from clinic.models import Case, Patient, Run
from tests import make
from tests.contract.asking import Api, as_program, key_of
from tests.integration.api.test_keys import signed_in
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


# --- one after the other ----------------------------------------------------------------------------------------------

FILE = {"data": b"A letter, sent twice.\n", "content_type": "application/octet-stream"}
NEW_KEY = {"name": "bridge", "scopes": ["case.view"], "days": 30}


@pytest.mark.parametrize(
    ("part", "body", "other"),
    [
        ("notes", {"body": "Seen."}, {"body": "Seen again."}),
        ("consents", {"purpose": "teaching", "is_given": True}, {"purpose": "teaching", "is_given": False}),
    ],
)
def test_note_and_consent_sent_again_with_their_key_are_one(
    clinician_a: Person, part: str, body: dict[str, Any], other: dict[str, Any]
) -> None:
    api, address = as_program(clinician_a), f"cases/{make.case(clinician_a).pk}/{part}"
    keyed = {"headers": {"Idempotency-Key": "once"}}

    first, again = api.post(address, body, **keyed), api.post(address, body, **keyed)
    reused = api.post(address, other, **keyed)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")
    assert len(api.get(address).json()["results"]) == 1


def test_note_written_at_once_with_one_key_is_one_note(clinician_a: Person) -> None:
    case = make.case(clinician_a)

    answers = all_at_once(key_of(clinician_a), f"cases/{case.pk}/notes", {"body": "Once."}, **{"Idempotency-Key": "n"})

    assert sorted(answer.status_code for answer in answers) == [200] * (AT_ONCE - 1) + [201]
    with clinician_a.at_work():
        assert case.notes.count() == 1


def test_file_sent_again_with_its_key_is_one_and_the_key_is_of_that_file(clinician_a: Person, own_store: Any) -> None:
    api, keyed = as_program(clinician_a, *(P.UPLOAD_ADD, P.CASE_VIEW)), {"headers": {"Idempotency-Key": "file"}}
    address = f"cases/{make.case(clinician_a).pk}/uploads?name=a.txt"

    first, again = api("POST", address, **FILE, **keyed), api("POST", address, **FILE, **keyed)
    reused = api("POST", address, **{**FILE, "data": b"Another letter.\n"}, **keyed)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")
    assert sum(1 for path in own_store.folder.rglob("*") if path.is_file() and len(path.name) == 32) == 1


def test_key_asked_for_again_is_the_same_and_its_secret_stays_untold(clinician_a: Person, as_person: Any) -> None:
    api, keyed = signed_in(as_person, clinician_a), {"headers": {"X-CSRFToken": "a" * 32, "Idempotency-Key": "key"}}

    first, again = api.post("keys", NEW_KEY, **keyed), api.post("keys", NEW_KEY, **keyed)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["secret"].startswith("rk_")
    assert again.json() == {"key": first.json()["key"], "secret": None}


def test_run_tried_again_with_a_key_is_tried_once(clinician_a: Person) -> None:
    api, run = as_program(clinician_a), make.run(clinician_a)
    api.post(f"runs/{run.pk}/cancel")

    first, again = (api.post(f"runs/{run.pk}/replay", headers={"Idempotency-Key": "r"}) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]


@pytest.mark.parametrize("address", ["tokens", "cases/search", "notifications/read", "cases/{case}/move"])
def test_key_is_refused_where_it_would_do_nothing(clinician_a: Person, address: str) -> None:
    api, path = as_program(clinician_a), address.format(case=make.case(clinician_a).pk)

    answer = api.post(path, {}, headers={"Idempotency-Key": "x"})

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_not_taken")
