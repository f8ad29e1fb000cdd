"""Coming, going and second factors are told; secrets of second factors are not in the table in the clear."""

import json

import pytest
from allauth.mfa.adapter import get_adapter
from django.db import OperationalError, connection
from django.test import Client

from clinic import audit
from clinic.models import AuditEvent
from tests.make import Person

pytestmark = pytest.mark.django_db

PASSWORD = "a password for this test"


def told(event: str) -> list[dict]:
    return [json.loads(e.body) for e in AuditEvent.objects.filter(event=event)]


@pytest.fixture
def person(clinician_a: Person) -> Person:
    clinician_a.user.set_password(PASSWORD)
    clinician_a.user.save(update_fields=["password"])
    return clinician_a


def sign_in(client: Client, email: str, password: str) -> None:
    client.post("/account/login/", {"login": email, "password": password})


def test_sign_in_when_it_succeeds_then_one_event_of_that_person(client, person):
    sign_in(client, person.user.email, PASSWORD)

    [event] = told("session.began")
    assert event["actor_id"] == str(person.user.pk)
    assert person.user.email not in json.dumps(event)


def test_sign_out_when_it_happens_then_one_event(client, person):
    sign_in(client, person.user.email, PASSWORD)

    client.post("/account/logout/")

    assert len(told("session.ended")) == 1


@pytest.mark.parametrize("email", ["nobody@example.org", None])
def test_sign_in_when_it_fails_then_one_refusal_without_the_name(client, person, email):
    sign_in(client, email or person.user.email, "not the password")

    [event] = [e for e in told("refused") if e["facts"]["what"] == "sign_in"]
    assert event["actor_id"] is None
    assert (email or person.user.email) not in json.dumps(event)


def test_factor_secret_when_kept_then_sealed_and_opened_by_us_alone():
    sealed = get_adapter().encrypt("JBSWY3DPEHPK3PXP")

    assert "JBSWY3DPEHPK3PXP" not in sealed
    assert get_adapter().decrypt(sealed) == "JBSWY3DPEHPK3PXP"


def test_authenticator_when_added_then_its_secret_is_not_in_the_table(client, person):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    secret = generate_totp_secret()
    TOTP.activate(person.user, secret)

    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator WHERE user_id = %s", [person.user.pk])
        [(kept,)] = cursor.fetchall()
    assert secret not in kept


def test_password_when_its_event_cannot_be_written_then_it_stays_as_it_was(client, person, monkeypatch):
    sign_in(client, person.user.email, PASSWORD)

    def unwritable(_events: object) -> None:
        raise OperationalError

    monkeypatch.setattr(audit, "_write", unwritable)
    client.raise_request_exception = False  # as a browser sees it
    answer = client.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": "quite another long word", "password2": "quite another long word"},
    )

    person.user.refresh_from_db()
    assert answer.status_code == 503
    assert person.user.check_password(PASSWORD)
