"""What a password may be, how it is asked for, and how long what opens a door is good."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from clinic.actions import keys
from clinic.actions.keys import PREFIX
from clinic.authorization.house_words import HouseWordsValidator
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import Role
from clinic.models import User
from tests import make
from tests.make import Person

pytestmark = pytest.mark.django_db
PASSWORD = "granite-lantern-52"
LOGIN, CHANGE = "/account/login/", "/account/password/change/"
ODD = ("correct horse battery staple", " leads and ends with a space ", "ñandú-日本語-🦩🦩🦩", "onlysmallletters",
       "7391046285510", "x" * 32 + "y" * 32, "λ" * 20 + "-".join("abcdefghij") * 4)  # fmt: skip


@pytest.fixture
def nora(staff_a: Any) -> Person:
    cache.clear()
    return make.person(staff_a.site, Role.CLINICIAN, email="nora@rules.example", name="Nora New", password=PASSWORD)


def sign_in(words: str) -> bool:
    client = Client()
    answer = client.post(LOGIN, {"login": "nora@rules.example", "password": words})
    return answer.status_code == 302 and client.get("/profile/").status_code == 200


@pytest.mark.parametrize("words", ODD)
def test_password_when_of_any_signs_and_long_then_taken_and_held_against_just_as_it_is(nora, words):
    client = Client()
    client.post(LOGIN, {"login": nora.user.email, "password": PASSWORD})

    answer = client.post(CHANGE, {"oldpassword": PASSWORD, "password1": words, "password2": words})

    assert answer.status_code == 302
    assert sign_in(words)
    assert not sign_in(words[:-1])
    assert words.swapcase() == words or not sign_in(words.swapcase())


@pytest.mark.parametrize("words", ["short-52", "elevenchars", "password1234", "qwertyuiop123"])
def test_password_when_short_or_common_then_refused(nora, words):
    with pytest.raises(ValidationError):
        validate_password(words, nora.user)


@pytest.mark.parametrize(
    "words", ["Rounds-2026!!", "radiology.doctor1", "Welcome-Hospital9", "northgate-clinic-1", "Contraseña-1234"]
)
def test_password_when_of_words_of_the_house_alone_then_refused(nora, words):
    with pytest.raises(ValidationError, match="everybody here would try"):
        HouseWordsValidator().validate(words, nora.user)


@pytest.mark.parametrize("words", [PASSWORD, "merry-grounds-52", "northgate-by-lantern", "739104628551"])
def test_password_when_other_words_stand_beside_then_taken(nora, words):
    HouseWordsValidator().validate(words, nora.user)


def test_password_when_a_year_old_then_as_good_as_on_its_first_day(nora):
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        assert sign_in(PASSWORD)


def test_password_fields_when_shown_then_hidden_and_open_to_helpers(nora):
    client = Client()
    pages = [client.get(LOGIN).content.decode()]
    client.post(LOGIN, {"login": nora.user.email, "password": PASSWORD})
    pages.append(client.get(CHANGE).content.decode())
    fields = [
        tag for page in pages for tag in re.findall(r"<input[^>]*>", page) if re.search(r'name="\w*password\d?"', tag)
    ]

    assert len(fields) == 4
    for tag in fields:
        assert 'type="password"' in tag
        assert 'autocomplete="off"' not in tag and "maxlength" not in tag


def test_question_only_she_can_answer_when_looked_for_then_none():
    """No column of a person holds a hint or the answer to a question."""
    assert {field.name for field in User._meta.get_fields() if hasattr(field, "column")} == {
        "id", "password", "last_login", "email", "name", "language", "engines", "is_active", "joined_at"}  # fmt: skip


def test_house_when_new_then_nobody_is_in_it():
    assert not User.objects.exclude(email__endswith=".example").exists()


def test_link_to_a_password_when_a_day_old_then_opens_nothing(as_person: Any, staff_a: Any, nora):
    shown = as_person(staff_a[Role.ADMIN]).post(f"/people/{nora.user.pk}/link/").content.decode()
    found = re.search(r"https?://[^/\s]+(/account/password/reset/key/[^\s\"<]+)", shown)
    assert found

    assert b'name="password1"' in Client().get(found[1], follow=True).content
    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=5)):
        assert b'name="password1"' not in Client().get(found[1], follow=True).content


def test_second_factor_when_changed_then_who_she_is_is_asked_for_first(nora):
    """Signed in an hour ago, and at work since: a thief of the session cannot take the account over."""
    client = Client()
    client.post(LOGIN, {"login": nora.user.email, "password": PASSWORD})
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        client.get("/profile/")
        asked = [client.get(path) for path in ("/account/2fa/totp/activate/", "/account/2fa/webauthn/add/",
                                               "/account/2fa/recovery-codes/generate/")]  # fmt: skip

        assert {(answer.status_code, answer["Location"].partition("?")[0]) for answer in asked} == {
            (302, "/account/reauthenticate/")}  # fmt: skip


def test_password_when_changed_then_every_other_session_of_hers_is_dead(nora):
    here, there = Client(), Client()
    for client in (here, there):
        client.post(LOGIN, {"login": nora.user.email, "password": PASSWORD})
        assert client.get("/profile/").status_code == 200

    here.post(
        CHANGE,
        {"oldpassword": PASSWORD, "password1": "quite-another-lantern-5", "password2": "quite-another-lantern-5"},
    )

    assert there.get("/profile/").status_code == 302


def test_sessions_when_she_has_just_proved_who_she_is_then_the_others_are_ended(nora):
    here, there = Client(), Client()
    for client in (here, there):
        client.post(LOGIN, {"login": nora.user.email, "password": PASSWORD}, headers={"User-Agent": "A browser"})

    assert here.get("/account/sessions/").content.decode().count('role="row"') >= 3
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        for client in (here, there):
            client.get("/profile/")
        assert here.post("/account/sessions/")["Location"].startswith("/account/reauthenticate/")
        assert there.get("/profile/").status_code == 200

        here.post("/account/reauthenticate/", {"password": PASSWORD})
        assert here.post("/account/sessions/").status_code == 302

        assert here.get("/profile/").status_code == 200
        assert there.get("/profile/").status_code == 302


def test_way_out_when_signed_in_then_on_every_page(as_person: Any, staff_a: Any):
    client = as_person(staff_a[Role.CLINICIAN])
    for path in ("/cases/", "/profile/", "/jobs/", "/notifications/", "/account/sessions/", "/account/2fa/"):
        assert 'action="/account/logout/"' in client.get(path).content.decode(), path


def test_password_when_kept_then_by_a_slow_hash_of_its_own_salt(nora, staff_a):
    other = make.person(staff_a.site, Role.CLINICIAN, email="other@rules.example", password=PASSWORD)

    assert nora.user.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert nora.user.password != other.user.password


def test_factor_secrets_when_made_then_never_alike_and_long_enough(nora):
    secrets = {totp.generate_totp_secret() for _ in range(20)}
    seeds = {RecoveryCodes.generate_seed() for _ in range(20)}
    TOTP.activate(nora.user, next(iter(secrets)))
    codes = RecoveryCodes.activate(nora.user).get_unused_codes()

    assert len(secrets) == len(seeds) == 20
    assert {len(secret) for secret in secrets} == {32}  # letters of five bits
    assert all(len(seed) >= 40 for seed in seeds)
    assert len(set(codes)) == 10 and {len(code) for code in codes} == {8}  # hexadecimal


def test_address_of_a_person_when_it_would_add_a_line_to_a_mail_then_refused(as_person: Any, staff_a: Any):
    for email in (
        "a@b.example\nBcc: c@d.example",
        "a@b.example\r\nSubject: x",
        "a\x00@b.example",
        "a@b.example,c@d.example",
    ):
        answer = as_person(staff_a[Role.ADMIN]).post("/people/new/", {
            "email": email, "name": "A", "language": "en", "role": "clinician"})  # fmt: skip
        assert answer.status_code == 422, email
    assert not User.objects.filter(email__contains="d.example").exists()


def test_secrets_when_made_then_of_more_than_128_bits_and_never_alike(staff_a: Any):
    person = staff_a[Role.CLINICIAN]
    with person.at_work():
        made = [keys.issue(by=person.actor, owner=person.user, name=f"n{n}", days=1,
                           scopes=frozenset({Permission.CASE_VIEW})) for n in range(20)]  # fmt: skip
    secrets = [each.secret for each in made]
    sessions = set()
    for _ in range(20):
        client = Client()
        client.force_login(person.user)
        sessions.add(client.cookies["session"].value)

    assert len({*secrets}) == len(sessions) == 20
    assert all(secret.startswith(PREFIX) and len(secret.split("_", 2)[2]) >= 43 for secret in secrets)
    assert all(re.fullmatch(r"[a-z0-9]{32}", session) for session in sessions)  # 165 bits
