"""What every answer says to the browser, whoever asks and whatever is answered."""

import os
import random
from typing import Any

import pytest
from django.test import Client, override_settings

from clinic.authorization.roles import Role
from tests.make import Staff
from tests.security import matrix
from tests.security.test_events_of_every_url import address

pytestmark = pytest.mark.django_db
IS_WHOLE = bool(os.environ.get("MATRIX"))
WANTED = {
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}  # fmt: skip
POLICY = ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'")
# The first would end the session that the others need; the others stand before everything and say up or down.
EXEMPT = {"account_logout", "health_live", "health_ready", "health_serving"}
ROLES = (Role.CLINICIAN, Role.ADMIN, Role.AUDITOR, Role.ENGINEER, Role.LEAD)


def wrong_with(answer: Any) -> list[str]:
    told = [f"{name}={answer.headers.get(name)}" for name, value in WANTED.items() if answer.headers.get(name) != value]
    policy = answer.headers.get("Content-Security-Policy", "")
    if "sandbox" not in policy:  # a file: it may do nothing at all
        told += [part for part in POLICY if part not in policy]
    script = next((part for part in policy.split(";") if part.strip().startswith("script-src")), "")
    told += [word for word in ("unsafe-inline", "unsafe-eval", "http:", "https:", " *") if word in script]
    told += [name for name in answer.headers if name.lower().startswith("access-control-")]
    told += [kind] if is_vague(kind := answer.headers.get("Content-Type", ""), answer) else []
    return told


def is_vague(kind: str, answer: Any) -> bool:
    """What has a body says what it is, and a text in which letters."""
    has_body = answer.streaming or bool(answer.content)
    return has_body and (not kind or (kind.startswith("text/") and "charset=utf-8" not in kind.lower()))


def test_answers_when_anybody_asks_for_anything_then_they_carry_every_header(
    staff_b: Staff, as_person: Any, capsys: Any
):
    gates = [gate for gate in matrix.gates() if gate.name not in EXEMPT]
    cells = [(role, gate) for role in (None, *ROLES) for gate in gates]
    chosen = cells if IS_WHOLE else random.Random(5).sample(cells, 250)
    clients: dict[Role | None, Client] = {None: Client(), **{role: as_person(staff_b[role]) for role in ROLES}}
    wrong = []
    for role, gate in chosen:
        answer = clients[role].get(address(gate.route), headers={"Origin": "https://elsewhere.example"})
        if answer.streaming:
            b"".join(answer)
        if told := wrong_with(answer):
            wrong.append((gate.route, role, answer.status_code, told))

    with capsys.disabled():
        print(f"\nheaders: answers={len(chosen)} wrong={len(wrong)}")
    assert [one[0] for one in wrong] == []


def test_page_when_shown_then_its_scripts_carry_the_nonce_of_this_answer_and_no_other(client: Client):
    first, second = client.get("/account/login/"), client.get("/account/login/")

    nonces = [part.split("'nonce-")[1].split("'")[0] for part in
              (answer.headers["Content-Security-Policy"] for answer in (first, second))]  # fmt: skip
    assert nonces[0] != nonces[1]
    assert f'nonce="{nonces[0]}"' in first.content.decode()


@override_settings(SECURE_HSTS_SECONDS=31_536_000, SECURE_HSTS_INCLUDE_SUBDOMAINS=True, SECURE_SSL_REDIRECT=True)
def test_answer_when_over_tls_then_the_browser_is_to_come_by_tls_from_now_on(client: Client):
    assert client.get("/account/login/", secure=False).status_code == 301
    told = Client().get("/account/login/", secure=True).headers["Strict-Transport-Security"]

    assert "max-age=31536000" in told and "includeSubDomains" in told


def test_cookies_when_set_then_out_of_reach_of_scripts_and_of_other_sites(as_person: Any, staff_b: Staff):
    client = as_person(staff_b[Role.CLINICIAN])
    answer = client.get("/profile/")

    for name, morsel in answer.cookies.items():
        assert morsel["httponly"], name
        assert morsel["samesite"] == "Lax", name
