"""Keys and the tokens got with them: what they may, when they end, what is no token."""

import base64
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.utils import timezone

from clinic import identity
from clinic.actions import keys, people
from clinic.authorization.permissions import Permission as P
from clinic.authorization.roles import Role
from clinic.models import ApiKey, Case
from tests import make
from tests.contract.asking import Api, as_program, key_of
from tests.make import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(as_person: Any, clinician_a: Person) -> Any:
    """A person signed in, at a browser that keeps to the rules."""
    return signed_in(as_person, clinician_a)


def signed_in(as_person: Any, person: Person) -> Api:
    client = as_person(person)
    token = "a" * 32
    client.cookies[settings.CSRF_COOKIE_NAME] = token
    api = Api(browser=client)
    api._own_headers = lambda: {"X-CSRFToken": token}  # type: ignore[method-assign]
    return api


def only_key() -> ApiKey:
    return ApiKey.objects.get()


# --- keys -------------------------------------------------------------------------------------------------------------


def test_key_is_issued_used_listed_and_revoked(browser: Api) -> None:
    issued = browser.post("keys", {"name": "bridge", "scopes": ["case.view"], "days": 30})
    assert issued.status_code == 201
    program = Api(issued.json()["secret"])
    assert program.get("cases").status_code == 200
    assert program.get("me").json()["permissions"] == ["case.view"]
    assert program.get("me").json()["key"]["id"] == issued.json()["key"]["id"]
    assert issued.json()["secret"] not in browser.get("keys").content.decode()

    revoked = browser.post(f"keys/{issued.json()['key']['id']}/revoke")

    assert revoked.json()["revoked_at"] is not None
    assert program.get("cases").status_code == 401


def test_secret_is_kept_nowhere(clinician_a: Person) -> None:
    secret = key_of(clinician_a)

    row = only_key()
    _, _, secret_part = secret.split("_", 2)
    assert secret_part not in json.dumps({field.name: str(getattr(row, field.name)) for field in row._meta.fields})
    assert len(row.secret_sha256) == 64


def test_key_is_never_wider_than_its_owner(browser: Api, staff_a: Any) -> None:
    assert browser.post("keys", {"name": "x", "scopes": ["people.manage"], "days": 1}).status_code == 403
    assert browser.post("keys", {"name": "x", "scopes": ["no.such"], "days": 1}).status_code == 400
    assert browser.post("keys", {"name": "x", "scopes": [], "days": 1}).status_code == 400
    assert browser.post("keys", {"name": "x", "scopes": ["case.view"], "days": 366}).status_code == 400


def test_key_makes_no_key(api_a: Api) -> None:
    answer = api_a.post("keys", {"name": "child", "scopes": ["case.view"], "days": 365})

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_key_ends_itself_and_no_other(api_a: Api, clinician_a: Person) -> None:
    own, other = str(only_key().pk), key_of(clinician_a)
    other_pk = ApiKey.objects.exclude(pk=own).get().pk

    assert api_a.post(f"keys/{other_pk}/revoke").status_code == 403
    assert api_a.post(f"keys/{own}/revoke").status_code == 200
    assert api_a.get("me").status_code == 401
    assert Api(other).get("me").status_code == 200


@pytest.mark.parametrize("scope", [P.CASE_VIEW, P.UPLOAD_READ, P.RUN_VIEW])
def test_narrow_key_opens_its_own_doors_only(clinician_a: Person, scope: P) -> None:
    narrow = as_program(clinician_a, scope)

    assert narrow.get("cases").status_code == (200 if scope == P.CASE_VIEW else 403)
    assert narrow.get("runs").status_code == (200 if scope == P.RUN_VIEW else 403)
    assert narrow.post("cases", {"patient": {"new": {}}, "question": "x"}).status_code == 403


def test_key_ends_with_its_time_its_owner_and_her_role(
    clinician_a: Person, admin_a: Person, time_machine: Any, staff_a: Any
) -> None:
    expiring, retiring = as_program(clinician_a), as_program(staff_a[Role.RADIOLOGIST])
    leaving = as_program(staff_a[Role.REVIEWER])
    assert {api.get("cases").status_code for api in (expiring, retiring, leaving)} == {200}

    with admin_a.at_work():
        people.end_role(by=make.SYSTEM, membership=staff_a[Role.RADIOLOGIST].user.memberships.get())
        people.set_active(by=make.SYSTEM, person=staff_a[Role.REVIEWER].user, is_active=False)
    assert retiring.get("cases").status_code == 403
    assert leaving.get("cases").status_code == 401
    time_machine.move_to(timezone.now() + timedelta(days=1, minutes=1))
    assert expiring.get("cases").status_code == 401


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Basic dTpw",
        "Bearer rk_",
        "Bearer rk_x_y",
        "Bearer rk_000000000000_guess",
        "Bearer a.b.c",
        "Bearer ..",
        "Bearer \x00",
        "rk_x",
        "Bearer " + "a" * 5000,
        "Bearer ü",
        "Token x",
        "Bearer rk_a_b extra",
    ],
)
def test_credential_that_is_none_is_refused(db: None, header: str) -> None:
    answer = Api().get("me", headers={"Authorization": header})

    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_needed")
    assert answer["WWW-Authenticate"] == 'Bearer realm="rounds"'


def test_wrong_secret_of_a_right_prefix_is_refused(clinician_a: Person) -> None:
    prefix = key_of(clinician_a).rpartition("_")[0]

    assert Api(f"{prefix}_{'A' * 43}").get("me").status_code == 401


def test_without_credential_everything_is_closed_but_the_words(db: None) -> None:
    nobody = Api()

    for path in ("me", "cases", "patients", "runs", "runs/kinds", "keys", "notifications", "people", "openapi.json"):
        assert nobody.get(path).status_code == 401, path
    assert nobody.get("/api/problems").status_code == 200
    assert nobody.get("/api/docs/").status_code == 302


def test_key_of_a_person_refuses_her_cookie(as_person: Any, clinician_a: Person) -> None:
    """A header decides alone: what a cookie would allow is not added to it."""
    browser = signed_in(as_person, clinician_a)

    assert browser.get("me", headers={"Authorization": "Bearer nonsense"}).status_code == 401


# --- tokens -----------------------------------------------------------------------------------------------------------


def token_of(api: Api, *scopes: str) -> str:
    answer = api.post("tokens", {"scopes": list(scopes)} if scopes else {})
    assert answer.status_code == 201
    token: str = answer.json()["access_token"]
    return token


def test_token_may_what_the_key_may_or_less(api_a: Api) -> None:
    whole, narrow = Api(token_of(api_a)), Api(token_of(api_a, "run.view", "people.manage"))

    assert whole.get("me").json()["permissions"] == api_a.get("me").json()["permissions"]
    assert narrow.get("me").json()["permissions"] == ["run.view"]
    assert narrow.get("cases").status_code == 403


def test_token_lives_fifteen_minutes(api_a: Api, time_machine: Any) -> None:
    answer = api_a.post("tokens")
    assert (answer.json()["expires_in"], answer["Cache-Control"]) == (900, "no-store")
    program = Api(answer.json()["access_token"])
    assert program.get("me").status_code == 200

    time_machine.move_to(timezone.now() + timedelta(minutes=15, seconds=5))

    assert program.get("me").status_code == 401


def test_token_is_in_the_audit_without_being_told(api_a: Api) -> None:
    token = token_of(api_a, "case.view")

    (event,) = make.audit_events("token.issued")
    assert event["facts"] == {"scopes": ["case.view"]}
    assert token not in str(event)


def test_token_dies_with_its_key(api_a: Api, clinician_a: Person) -> None:
    program = Api(token_of(api_a))

    with clinician_a.at_work():
        keys.revoke(by=clinician_a.actor, key=only_key())

    assert program.get("me").status_code == 401


def test_token_lives_no_longer_than_its_key(clinician_a: Person, api_a: Api, time_machine: Any) -> None:
    time_machine.move_to(timezone.now() + timedelta(days=1) - timedelta(minutes=5))

    assert 200 <= api_a.post("tokens").json()["expires_in"] <= 300


def test_token_gets_no_token_and_no_key(api_a: Api) -> None:
    program = Api(token_of(api_a))

    assert program.post("tokens").status_code == 403
    assert program.post("keys", {"name": "x", "scopes": ["case.view"], "days": 1}).status_code == 403


def test_person_at_a_browser_gets_no_token(browser: Api) -> None:
    assert browser.post("tokens").status_code == 403


def forged(api: Api, *, signed_with: Any = None, algorithm: str = "HS256", **changes: Any) -> str:
    claims: dict[str, Any] = jwt.decode(token_of(api), options={"verify_signature": False}) | changes
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(claims, identity._signing_key() if signed_with is None else signed_with, algorithm=algorithm)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another-service"},
        {"aud": None},
        {"exp": 1},
        {"exp": None},
        {"exp": "soon"},
        {"sub": None},
        {"key": None},
        {"key": "not an id"},
        {"key": 5},
        {"key": ["x"]},
        {"sub": "00000000-0000-0000-0000-000000000000"},
        {"sub": 7},
        {"key": "00000000-0000-0000-0000-000000000000"},
        {"nbf": 99999999999},
    ],
)
def test_token_with_other_claims_is_refused(api_a: Api, changes: dict[str, Any]) -> None:
    assert Api(forged(api_a)).get("me").status_code == 200
    assert Api(forged(api_a, **changes)).get("me").status_code == 401


def test_token_signed_otherwise_is_refused(api_a: Api) -> None:
    header, claims, signature = token_of(api_a).split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")

    for wrong in (
        forged(api_a, signed_with="k" * 32),
        forged(api_a, signed_with=settings.SECRET_KEY),
        forged(api_a, signed_with=b"k" * 64, algorithm="HS512"),
        f"{none}.{claims}.",
        f"{none}.{claims}.{signature}",
        f"{header}.{claims}.",
        f"{header}.{claims}.{signature[:-2]}AA",
    ):
        assert Api(wrong).get("me").status_code == 401


def test_token_with_scopes_beyond_the_key_gains_nothing(clinician_a: Person) -> None:
    narrow = as_program(clinician_a, P.CASE_VIEW)

    assert Api(forged(narrow, scopes=[p.value for p in P])).get("me").json()["permissions"] == ["case.view"]


# --- a browser --------------------------------------------------------------------------------------------------------


@pytest.fixture
def strict_browser(clinician_a: Person) -> Any:
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(clinician_a.user)
    return client


def test_browser_reads_without_and_writes_with_the_header(strict_browser: Any, case_a: Case) -> None:
    address = f"/api/v1/cases/{case_a.pk}/notes"
    strict_browser.cookies[settings.CSRF_COOKIE_NAME] = "b" * 32
    post = {"data": '{"body": "hello"}', "content_type": "application/json"}

    assert strict_browser.get(address).status_code == 200
    refused = [
        strict_browser.post(address, **post),
        strict_browser.post(address, **post, headers={"X-CSRFToken": "c" * 32}),
        strict_browser.post(address, **post, headers={"X-CSRFToken": "b" * 32, "Origin": "https://evil.example"}),
        strict_browser.post(address, **post, headers={"HX-Request": "true"}),
        strict_browser.post(address, {"body": "x", "csrfmiddlewaretoken": "b" * 32}),
        strict_browser.post(address, data='{"body": "x"}', content_type="text/plain"),
    ]

    assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {(403, "not_from_here")}
    assert strict_browser.post(address, **post, headers={"X-CSRFToken": "b" * 32}).status_code == 201


def test_browser_sends_a_file_with_the_header(strict_browser: Any, case_a: Case, own_store: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    address, token = f"/api/v1/cases/{case_a.pk}/uploads", "b" * 32
    strict_browser.cookies[settings.CSRF_COOKIE_NAME] = token

    def file() -> dict[str, Any]:
        return {"file": SimpleUploadedFile("a.txt", b"A letter.\n", content_type="text/plain")}

    assert strict_browser.post(address, file() | {"csrfmiddlewaretoken": token}).status_code == 403
    assert strict_browser.post(address, file(), headers={"X-CSRFToken": token}).status_code == 201


def test_browser_without_the_cookie_is_refused(strict_browser: Any, case_a: Case) -> None:
    answer = strict_browser.post(
        f"/api/v1/cases/{case_a.pk}/notes",
        data="{}",
        content_type="application/json",
        headers={"X-CSRFToken": "b" * 32},
    )

    assert answer.status_code == 403


# --- people -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.ADMIN, Role.LEAD, Role.AUDITOR])
def test_people_are_listed_to_those_who_may_see_them(staff_a: Any, clinician_b: Person, role: Role) -> None:
    listed = as_program(staff_a[role], P.PEOPLE_VIEW).get("people").json()["results"]

    assert {"engineer", "admin", "clinician"} <= {name for person in listed for name in person["roles"]}
    assert str(clinician_b.user.pk) not in {person["id"] for person in listed}
    assert as_program(staff_a[Role.ENGINEER]).get("people").status_code == 403


def test_people_a_case_is_given_to_are_those_who_read_cases(api_a: Api) -> None:
    roles = {name for person in api_a.get("people").json()["results"] for name in person["roles"]}

    assert "clinician" in roles
    assert not roles & {"engineer", "admin", "auditor"}


# --- a second factor --------------------------------------------------------------------------------------------------


def test_browser_without_the_second_factor_is_told_so_by_the_api(browser: Api, settings: Any) -> None:
    settings.MFA_REQUIRED = True

    for answer in (browser.get("cases"), browser.post("notifications/read")):
        assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_needed")


def test_program_needs_no_second_factor(api_a: Api, settings: Any) -> None:
    settings.MFA_REQUIRED = True

    assert api_a.get("cases").status_code == 200
