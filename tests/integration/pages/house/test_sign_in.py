"""The way in, by the form as a person uses it: password, second factor, limits, and what is said on the way."""

import hashlib
import json
import re
import time
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.core.cache import cache
from django.test import Client, RequestFactory

from clinic.authorization.roles import Role
from clinic.middleware.turnstile import TurnstileMiddleware
from clinic.models import User
from tests import make
from tests.make import Person

PASSWORD = "granite-lantern-52"


@pytest.fixture
def nora(staff_a) -> Person:
    return make.person(staff_a.site, Role.CLINICIAN, email="nora@northgate.example", name="Nora New", password=PASSWORD)


@pytest.fixture(autouse=True)
def _no_earlier_tries(db: None) -> None:
    cache.clear()


def sign_in(browser: Client, **sent: str) -> Any:
    return browser.post("/account/login/", {"login": "nora@northgate.example", "password": PASSWORD} | sent)


def code_for(secret: str, steps_ago: int = 0) -> str:
    return str(totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 - steps_ago)))


def set_up_totp(browser: Client) -> str:
    page = browser.get("/account/2fa/totp/activate/").content.decode()
    secret = browser.session[totp.SECRET_SESSION_KEY]
    assert secret in page.replace(" ", "")
    response = browser.post("/account/2fa/totp/activate/", {"code": code_for(secret)})
    assert response.status_code == 302
    return str(secret)


def test_sign_in_when_the_password_is_right_then_at_the_first_place_of_the_role(client: Client, nora: Person):
    response = sign_in(client)

    assert response["Location"] == "/"
    assert client.get("/")["Location"] == "/cases/"


def test_sign_in_when_it_began_on_a_page_then_back_to_it(client: Client, nora: Person):
    asked = client.get("/jobs/?show=dead")

    assert asked["Location"] == "/account/login/?next=/jobs/%3Fshow%3Ddead"
    assert sign_in(client, next="/jobs/?show=dead")["Location"] == "/jobs/?show=dead"


def test_sign_in_when_next_is_another_host_then_it_stays_here(client: Client, nora: Person):
    assert sign_in(client, next="https://elsewhere.example/")["Location"] == "/"


def alerts(content: bytes) -> list[str]:
    return re.findall(r'role="alert">.*?<p>(.*?)</p>', content.decode(), re.DOTALL)


def test_sign_in_when_something_is_wrong_then_422_and_the_same_words_whatever_it_was(client: Client, nora: Person):
    wrong_word = sign_in(client, password="wrong-wrong-wrong")
    wrong_name = sign_in(client, login="nobody@northgate.example")

    assert (wrong_word.status_code, wrong_name.status_code) == (422, 422)
    assert alerts(wrong_word.content) == alerts(wrong_name.content) != []


def test_sign_in_when_the_person_is_switched_off_then_no_way_in(client: Client, nora: Person):
    User.objects.filter(pk=nora.user.pk).update(is_active=False)
    sign_in(client)

    assert client.get("/profile/").status_code == 302


def test_sign_in_when_guessed_ten_times_then_the_right_password_does_not_help_either(client: Client, nora: Person):
    tries = [sign_in(client, password="wrong-wrong-wrong") for _ in range(10)]

    response = sign_in(client)

    assert client.get("/profile/").status_code == 302
    assert alerts(response.content) != alerts(tries[0].content)


def test_counts_when_many_others_are_counted_too_then_none_is_forgotten(nora: Person):
    """Those who fill the cache must not get more guesses at a password."""
    many = {f"count-{number}": number for number in range(350)}
    for name, count in many.items():
        cache.set(name, count, 600)

    assert cache.get_many(many) == many


def test_sign_in_when_one_address_floods_then_a_page_with_a_code(client: Client, nora: Person):
    tries = [sign_in(client, login=f"nobody-{number}@northgate.example") for number in range(31)]

    assert tries[-1].status_code == 429
    assert b"too_many_requests" in tries[-1].content


def test_second_factor_when_set_up_then_asked_for_at_the_next_sign_in(client: Client, nora: Person):
    sign_in(client)
    secret = set_up_totp(client)
    again = Client()

    assert sign_in(again)["Location"] == "/account/2fa/authenticate/"
    assert again.get("/profile/").status_code == 302

    done = again.post("/account/2fa/authenticate/", {"code": code_for(secret, steps_ago=-1)})  # the next one
    assert done.status_code == 302
    assert again.get("/profile/").status_code == 200


KEY, CODE = "Use a security key or passkey", 'name="code"'


@pytest.mark.parametrize(
    ("has", "offered"),
    [("totp", {CODE}), ("webauthn", {KEY}), ("webauthn recovery_codes", {KEY, CODE}), ("totp webauthn", {KEY, CODE})],
)
def test_second_step_when_asked_for_then_offers_what_this_person_has(
    client: Client, nora: Person, monkeypatch: pytest.MonkeyPatch, has: str, offered: set[str]
):
    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.get_credentials", lambda user: [])
    for kind in has.split():
        Authenticator.objects.create(user=nora.user, type=kind, data={})
    sign_in(client)

    page = client.get("/account/2fa/authenticate/").content.decode()

    assert {words for words in (KEY, CODE) if words in page} == offered


def test_second_factor_when_the_code_is_wrong_then_no_way_in(client: Client, nora: Person):
    sign_in(client)
    set_up_totp(client)
    again = Client()
    sign_in(again)

    again.post("/account/2fa/authenticate/", {"code": "000000"})

    assert again.get("/profile/").status_code == 302


@pytest.mark.parametrize(("steps_ago", "gets_in"), [(1, True), (3, False)])
def test_second_factor_when_the_code_is_a_little_old_then_it_holds_and_not_for_long(
    client: Client, nora: Person, steps_ago: int, gets_in: bool
):
    sign_in(client)
    secret = set_up_totp(client)
    again = Client()
    sign_in(again)

    with time_machine.travel(time.time() - time.time() % 30 + 61, tick=False):
        again.post("/account/2fa/authenticate/", {"code": code_for(secret, steps_ago)})

    assert (again.get("/profile/").status_code == 200) is gets_in


def test_recovery_code_when_the_phone_is_lost_then_works_once(client: Client, nora: Person):
    sign_in(client)
    set_up_totp(client)
    client.post("/account/2fa/recovery-codes/generate/")
    page = client.get("/account/2fa/recovery-codes/").content.decode()
    codes = re.findall(r"<li[^>]*>\s*(?:<code>)?([0-9a-z-]{8,12})", page)
    first, second = Client(), Client()

    sign_in(first)
    assert first.post("/account/2fa/authenticate/", {"code": codes[0]}).status_code == 302
    assert first.get("/profile/").status_code == 200
    sign_in(second)
    second.post("/account/2fa/authenticate/", {"code": codes[0]})
    assert second.get("/profile/").status_code == 302


def test_second_factor_when_required_then_nothing_opens_before_it_is_set_up(client: Client, nora: Person, settings):
    settings.MFA_REQUIRED = True
    sign_in(client)

    for address in ("/cases/", "/jobs/", "/profile/", "/profile/keys/", "/notifications/"):
        assert client.get(address)["Location"] == "/account/2fa/"
    assert client.get("/account/2fa/").status_code == 200

    set_up_totp(client)
    assert client.get("/profile/").status_code == 200


def test_second_factor_when_required_then_the_button_says_so(client: Client, settings, db):
    settings.MFA_REQUIRED = True

    assert b"Continue to second step" in client.get("/account/login/").content


def test_security_key_when_wanted_then_the_pages_offer_one(client: Client, nora: Person):
    sign_in(client)

    page = client.get("/account/2fa/webauthn/add/").content.decode()

    assert "challenge" in page


def test_page_when_this_is_a_demo_then_the_logins_are_shown(client: Client, db, settings, tmp_path):
    settings.IS_DEMO, settings.HOME = True, tmp_path
    told = {"password": PASSWORD, "people": [{"email": "nora@northgate.example", "role": "clinician"}]}
    (tmp_path / "demo.json").write_text(json.dumps(told))

    page = client.get("/account/login/").content.decode()

    assert "nora@northgate.example" in page
    assert PASSWORD in page


def test_page_when_this_is_no_demo_then_no_login_is_shown_whatever_lies_there(client: Client, db, settings, tmp_path):
    settings.IS_DEMO, settings.HOME = False, tmp_path
    told = {"password": PASSWORD, "people": [{"email": "nora@northgate.example", "role": "clinician"}]}
    (tmp_path / "demo.json").write_text(json.dumps(told))

    assert PASSWORD not in client.get("/account/login/").content.decode()


def test_program_when_it_has_no_password_then_no_way_in(client: Client, staff_a):
    sign_in(client, login=staff_a[Role.INTEGRATION].user.email, password="")

    assert client.get("/profile/").status_code == 302


def test_sign_out_when_asked_then_the_session_is_gone(client: Client, nora: Person):
    sign_in(client)
    client.post("/account/logout/")

    assert client.get("/profile/").status_code == 302


@pytest.mark.parametrize("address", ["/account/signup/", "/account/email/"])
def test_address_when_it_is_not_for_us_then_closed(client: Client, nora: Person, address: str):
    sign_in(client)

    assert client.get(address).status_code == 404


def test_password_when_it_is_on_the_list_of_breached_ones_then_it_cannot_be_chosen(
    client: Client, nora: Person, settings, tmp_path
):
    known = "winter-in-the-valley-7"
    path = tmp_path / "list"
    path.write_text(hashlib.sha1(known.encode(), usedforsecurity=False).hexdigest().upper() + ":9\n")
    settings.BREACHED_PASSWORDS = str(path)
    sign_in(client)

    response = client.post(
        "/account/password/change/", {"oldpassword": PASSWORD, "password1": known, "password2": known}
    )

    assert b"become known elsewhere" in response.content
    nora.user.refresh_from_db()
    assert nora.user.check_password(PASSWORD)


def test_sign_in_when_more_come_at_once_than_there_is_room_then_told_to_press_again_and_nothing_is_looked_at(
    nora: Person, monkeypatch: pytest.MonkeyPatch
):
    def nobody(_request: Any) -> Any:
        raise AssertionError("somebody was let through")

    full = TurnstileMiddleware(nobody)
    for _ in range(settings.SIGN_INS_AT_ONCE):
        assert full.places.acquire(blocking=False)
    asked = RequestFactory().post("/account/login/", {"login": nora.user.email, "password": PASSWORD})

    answer = full(asked)

    assert (answer.status_code, 2 <= int(answer["Retry-After"]) <= 4) == (429, True)
    assert b"Many people are signing in" in answer.content


def test_turnstile_when_a_sign_in_fails_with_an_error_then_its_place_is_free_again():
    def broken(_request: Any) -> Any:
        raise ValueError

    turnstile = TurnstileMiddleware(broken)
    for _ in range(3 * settings.SIGN_INS_AT_ONCE):
        with pytest.raises(ValueError):
            turnstile(RequestFactory().post("/account/login/"))
