"""Guessing at every door at once, codes used again, addresses that skip a step, sessions to the second.

In short with every change; `make doors` guesses a thousand times at each door, fifty at once, and prints the figures.
"""

import hashlib
import itertools
import os
import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Lock
from typing import Any

import pytest
import time_machine
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from clinic import second_factors
from clinic.actions.keys import PREFIX
from clinic.authorization.passwords import SizedArgon2Hasher
from clinic.authorization.roles import Role
from clinic.models import ApiKey
from clinic.second_factors import LAST_STEP
from tests import make
from tests.make import Person
from tests.security import matrix
from tests.security.test_events_of_every_url import address
from tests.signing import prove
from tests.threads import at_once

IS_WHOLE = bool(os.environ.get("DOORS"))
GUESSES, AT_ONCE = (1000, 50) if IS_WHOLE else (60, 12)
MOST_CHECKED = 10
PASSWORD = "granite-lantern-52"
LOGIN, SECOND, CONFIRM, CONFIRM_BY_CODE, CHANGE = (
    "/account/login/", "/account/2fa/authenticate/", "/account/reauthenticate/", "/account/2fa/reauthenticate/",
    "/account/password/change/",
)  # fmt: skip
numbers = itertools.count(1)
figures: dict[str, Any] = {}


@pytest.fixture(scope="module", autouse=True)
def _told(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print("\ndoors: " + " ".join(f"{name}={value}" for name, value in figures.items()))


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How often a password or a code was really looked at, by whichever thread."""
    counts, lock = {"password": 0, "nobody": 0, "code": 0}, Lock()

    def counted(sort: str, method: Any) -> Any:
        def do(*told: Any, **named: Any) -> Any:
            with lock:
                counts[sort] += 1
            return method(*told, **named)

        return do

    monkeypatch.setattr(SizedArgon2Hasher, "verify", counted("password", SizedArgon2Hasher.verify))
    monkeypatch.setattr(SizedArgon2Hasher, "encode", counted("nobody", SizedArgon2Hasher.encode))  # hashed all the same
    monkeypatch.setattr(second_factors, "_step_of", counted("code", second_factors._step_of))
    return counts


@pytest.fixture
def nora(staff_a: Any) -> Person:
    email = f"nora-{next(numbers)}@northgate.example"
    return make.person(staff_a.site, Role.CLINICIAN, email=email, name="Nora New", password=PASSWORD)


def with_an_app(person: Person) -> str:
    secret = str(totp.generate_totp_secret())
    factor = totp.TOTP.activate(person.user, secret).instance
    factor.data[LAST_STEP] = 0  # set up long ago
    factor.save(update_fields=["data"])
    return secret


def code_of(secret: str, step: int) -> str:
    return str(totp.format_hotp_value(totp.hotp_value(secret, step)))


def step_now() -> int:
    return int(time.time()) // 30


def from_somewhere(number: int) -> str:
    """Each guess from another address: what holds is the limit of the account."""
    return f"10.{number // 62500 % 250}.{number // 250 % 250}.{number % 250 + 1}"


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person.user)
    return prove(client)


def half_signed_in(person: Person) -> Client:
    client = Client(REMOTE_ADDR=from_somewhere(next(numbers) + 500_000))
    answer = client.post(LOGIN, {"login": person.user.email, "password": PASSWORD})
    assert answer["Location"] == SECOND
    return client


def guess_everywhere(clients: list[Client], guess: Callable[[Client, int], Any]) -> list[int]:
    each = GUESSES // len(clients)

    def one_after_another(thread: int) -> list[int]:
        return [guess(clients[thread], thread * each + n).status_code for n in range(each)]

    return [status for told in at_once(len(clients), one_after_another) for status in told]


def figure(door: str, statuses: list[int], looked_at: int) -> None:
    figures[door] = f"{looked_at}/{len(statuses)}"
    assert looked_at <= MOST_CHECKED, door
    assert looked_at > 0, f"{door}: nothing was guessed at"
    assert not [status for status in statuses if status >= 500], door


# --- six doors --------------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H15")
@pytest.mark.django_db(transaction=True)
def test_sign_in_when_guessed_from_many_addresses_at_once_then_ten_at_most_are_checked(nora, checked):
    def guess(client: Client, number: int) -> Any:
        return client.post(LOGIN, {"login": nora.user.email, "password": f"wrong-{number}"},
                           REMOTE_ADDR=from_somewhere(number))  # fmt: skip

    statuses = guess_everywhere([Client() for _ in range(AT_ONCE)], guess)

    figure("sign_in", statuses, checked["password"])


@pytest.mark.django_db(transaction=True)
def test_sign_in_when_host_letters_and_forwarded_addresses_change_then_nothing_is_gained(nora, checked, settings):
    """Each of these would have begun a new count."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "rounds.example"]
    email = nora.user.email
    written = [email, email.upper(), email.title(), f" {email}", email.replace("s", "ſ", 1)]
    hosts = ["testserver", "localhost", "rounds.example", *(f"testserver:{port}" for port in range(1, 60))]

    def guess(client: Client, number: int) -> Any:
        headers = {"X-Forwarded-For": f"{from_somewhere(number)}, {from_somewhere(number + 7)}",
                   "X-Forwarded-Host": f"other-{number}.example", "X-Real-IP": from_somewhere(number)}  # fmt: skip
        return client.post(LOGIN, {"login": written[number % len(written)], "password": f"wrong-{number}"},
                           REMOTE_ADDR=from_somewhere(number), HTTP_HOST=hosts[number % len(hosts)],
                           headers=headers)  # fmt: skip

    statuses = guess_everywhere([Client() for _ in range(AT_ONCE)], guess)

    figure("sign_in_spoofed", statuses, checked["password"])


@pytest.mark.django_db
@pytest.mark.parametrize("proxies", [0, 1])
def test_address_when_forwarded_ones_are_invented_then_counted_as_the_real_one(checked, settings, proxies):
    """Thirty guesses an address in fifteen minutes, at whichever account: 200 invented addresses gain none."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    real, tries = "192.0.2.7", 200 if IS_WHOLE else 60
    for number in range(tries):
        forwarded = f"{from_somewhere(number)}, {real}" if proxies else from_somewhere(number)
        Client().post(LOGIN, {"login": f"nobody-{number}@northgate.example", "password": "wrong"},
                      REMOTE_ADDR="192.0.2.9" if proxies else real, headers={"X-Forwarded-For": forwarded})  # fmt: skip

    figures[f"spoofed_gain_behind_{proxies}_proxies"] = f"{max(0, checked['nobody'] - 30)}/{tries}"
    assert 0 < checked["nobody"] <= 30


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", [CONFIRM, CHANGE])
def test_password_when_guessed_from_inside_then_ten_at_most_are_checked(nora, checked, path):
    def guess(client: Client, number: int) -> Any:
        sent = {"password": f"wrong-{number}", "oldpassword": f"wrong-{number}", "password1": "quite-another-5",
                "password2": "quite-another-5"}  # fmt: skip
        return client.post(path, sent, REMOTE_ADDR=from_somewhere(number))

    statuses = guess_everywhere([signed_in(nora) for _ in range(AT_ONCE)], guess)

    figure("confirm" if path == CONFIRM else "old_password", statuses, checked["password"])


@pytest.mark.django_db(transaction=True)
def test_password_when_guessed_at_three_doors_then_they_share_one_count(nora, checked):
    client = signed_in(nora)
    for number in range(8):
        for path, sent in ((LOGIN, {"login": nora.user.email, "password": "wrong"}), (CONFIRM, {"password": "wrong"}),
                           (CHANGE, {"oldpassword": "wrong", "password1": "x", "password2": "x"})):  # fmt: skip
            (Client() if path == LOGIN else client).post(path, sent, REMOTE_ADDR=from_somewhere(number))

    figures["three_doors_together"] = checked["password"]
    assert checked["password"] <= MOST_CHECKED


@pytest.mark.django_db(transaction=True)
def test_code_when_guessed_at_the_second_step_then_ten_at_most_are_checked(nora, checked):
    with_an_app(nora)
    clients = [half_signed_in(nora) for _ in range(AT_ONCE)]
    checked["code"] = 0

    def guess(client: Client, number: int) -> Any:
        return client.post(SECOND, {"code": f"{number:06}"}, REMOTE_ADDR=from_somewhere(number))

    figure("second_step", guess_everywhere(clients, guess), checked["code"])


@pytest.mark.django_db(transaction=True)
def test_code_when_guessed_from_inside_then_ten_at_most_are_checked(nora, checked):
    with_an_app(nora)

    def guess(client: Client, number: int) -> Any:
        return client.post(CONFIRM_BY_CODE, {"code": f"{number:06}"}, REMOTE_ADDR=from_somewhere(number))

    figure("confirm_by_code", guess_everywhere([signed_in(nora) for _ in range(AT_ONCE)], guess), checked["code"])


@pytest.mark.django_db(transaction=True)
def test_recovery_code_when_guessed_then_ten_at_most_are_checked(nora, checked, monkeypatch):
    with_an_app(nora)
    RecoveryCodes.activate(nora.user)
    clients = [half_signed_in(nora) for _ in range(AT_ONCE)]
    looked, lock, validate = [0], Lock(), RecoveryCodes.validate_code

    def counted(self: Any, code: str) -> bool:
        with lock:
            looked[0] += 1
        return bool(validate(self, code))

    monkeypatch.setattr(RecoveryCodes, "validate_code", counted)

    def guess(client: Client, number: int) -> Any:
        return client.post(SECOND, {"code": f"{number:08}"}, REMOTE_ADDR=from_somewhere(number))

    figure("recovery_code", guess_everywhere(clients, guess), looked[0])


@pytest.mark.django_db
def test_key_of_a_program_when_guessed_then_none_opens(staff_a):
    """256 random bits: there is nothing to count, and whoever knows a prefix must not be able to lock a program out."""
    owner = staff_a[Role.CLINICIAN]
    key = ApiKey.objects.create(
        site=owner.site, owner=owner.user, name="guessed", prefix="abcdefgh", scopes=["case.view"],
        secret_sha256=hashlib.sha256(b"never told").hexdigest(), expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    headers = [{"Authorization": f"Bearer {PREFIX}{key.prefix}_{number:043}"} for number in range(GUESSES)]
    opened = [told for told in headers if Client().get("/api/v1/me", headers=told).status_code != 401]

    figures["api_keys_opened"] = f"{len(opened)}/{GUESSES}"
    assert opened == []


@pytest.mark.django_db
def test_link_to_a_new_password_when_guessed_then_none_opens(nora):
    uid, tries = user_pk_to_url_str(nora.user), min(GUESSES, 200)
    paths = [f"/account/password/reset/key/{uid}-{number:032x}/" for number in range(tries)]
    opened = [path for path in paths if b"password1" in Client().get(path, follow=True).content]

    figures["reset_links_opened"] = f"{len(opened)}/{tries}"
    assert opened == []


@pytest.mark.hazard("H16")
@pytest.mark.django_db
def test_account_when_another_is_guessed_at_then_its_person_still_gets_in(nora, staff_a):
    other = make.person(staff_a.site, Role.CLINICIAN, password=PASSWORD)
    for number in range(30):
        Client().post(LOGIN, {"login": nora.user.email, "password": "wrong"}, REMOTE_ADDR=from_somewhere(number))

    answer = Client().post(LOGIN, {"login": other.user.email, "password": PASSWORD}, REMOTE_ADDR=from_somewhere(99))

    assert answer.status_code == 302


# --- codes are worth something once -----------------------------------------------------------------------------------


@pytest.mark.hazard("H15")
@pytest.mark.django_db
def test_code_when_used_again_within_the_time_it_holds_then_no_way_in(nora):
    """It holds for three steps: at every second of them, also where the cache was lost."""
    secret, accepted, tried = with_an_app(nora), 0, 0
    began = (step_now() + 2) * 30
    with time_machine.travel(began, tick=False) as clock:
        code, first = code_of(secret, step_now()), half_signed_in(nora)
        assert first.post(SECOND, {"code": code}).status_code == 302
        for seconds in range(0, 95, 5 if IS_WHOLE else 31):
            clock.move_to(began + seconds)
            cache.clear()
            again = half_signed_in(nora)
            again.post(SECOND, {"code": code})
            tried += 1
            accepted += again.get("/profile/").status_code == 200

    figures["codes_used_twice"] = f"{accepted}/{tried}"
    assert accepted == 0


@pytest.mark.django_db(transaction=True)
def test_code_when_sent_by_many_at_once_then_one_gets_in(nora):
    secret = with_an_app(nora)
    clients = [half_signed_in(nora) for _ in range(8)]
    code = code_of(secret, step_now() + 1)

    at_once(8, lambda thread: clients[thread].post(SECOND, {"code": code}))

    inside = sum(client.get("/profile/").status_code == 200 for client in clients)
    figures["one_code_eight_at_once"] = inside
    assert inside <= 1


@pytest.mark.django_db
@pytest.mark.parametrize(("steps", "gets_in"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_code_when_a_step_early_or_late_then_it_holds_and_no_further(nora, steps, gets_in):
    secret = with_an_app(nora)
    with time_machine.travel((step_now() + 2) * 30 + 15, tick=False):
        client = half_signed_in(nora)
        client.post(SECOND, {"code": code_of(secret, step_now() + steps)})
        assert (client.get("/profile/").status_code == 200) is gets_in


@pytest.mark.django_db
def test_code_when_it_has_just_set_the_factor_up_then_it_opens_nothing(nora):
    client = signed_in(nora)
    client.get("/account/2fa/totp/activate/")
    secret = client.session[totp.SECRET_SESSION_KEY]
    code = code_of(secret, step_now())
    assert client.post("/account/2fa/totp/activate/", {"code": code}).status_code == 302
    assert Authenticator.objects.filter(user=nora.user).exists()

    thief = half_signed_in(nora)
    thief.post(SECOND, {"code": code})

    assert thief.get("/profile/").status_code == 302


# --- no way around ----------------------------------------------------------------------------------------------------


def addresses_behind_doors() -> list[str]:
    gates = [gate for gate in matrix.gates() if gate.door is not None and not gate.door.is_public]
    return [address(gate.route) for gate in gates]


@pytest.mark.django_db
def test_addresses_when_only_the_password_was_given_then_none_opens(nora):
    with_an_app(nora)
    client = half_signed_in(nora)
    opened = [(path, method) for path in addresses_behind_doors() for method in ("get", "post")
              if getattr(client, method)(path).status_code not in (302, 401)]  # fmt: skip

    figures["skipping_the_second_step"] = f"{len(opened)}/{2 * len(addresses_behind_doors())}"
    assert opened == []
    assert len(addresses_behind_doors()) > 200


@pytest.mark.django_db
def test_addresses_when_a_second_factor_is_required_and_not_set_up_then_only_that(nora, settings):
    settings.MFA_REQUIRED = True
    client = signed_in(nora)
    setting_up = re.compile(r"^/account/(2fa/|reauthenticate/|password/change/|logout/)")
    opened = []
    for path in addresses_behind_doors():
        answer = client.get(path)
        is_sent_there = answer.status_code == 302 and answer["Location"].startswith("/account/2fa/")
        if not is_sent_there and answer.status_code != 403 and not setting_up.match(path):
            opened.append((path, answer.status_code))

    figures["without_the_second_factor"] = f"{len(opened)}/{len(addresses_behind_doors())}"
    assert opened == []


# --- sessions ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "lives"), [(899, True), (900, True), (901, False)])
def test_session_when_idle_then_it_ends_to_the_second(nora, seconds, lives):
    began = timezone.now().replace(microsecond=0)
    with time_machine.travel(began, tick=False) as clock:
        client = signed_in(nora)
        client.get("/profile/")
        clock.move_to(began + timedelta(seconds=seconds))
        assert (client.get("/jobs/").status_code == 200) is lives


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "lives"), [(-1, True), (0, True), (1, False)])
def test_session_when_twelve_hours_old_then_it_ends_to_the_second(nora, seconds, lives):
    began = timezone.now().replace(microsecond=0)
    with time_machine.travel(began, tick=False) as clock:
        client = signed_in(nora)
        client.get("/profile/")
        for minutes in range(10, 12 * 60, 10):
            clock.move_to(began + timedelta(minutes=minutes))
            assert client.get("/jobs/").status_code == 200
        clock.move_to(began + timedelta(hours=12, seconds=seconds))
        assert (client.get("/jobs/").status_code == 200) is lives


@pytest.mark.django_db
def test_session_when_who_she_is_changes_then_its_id_changes_and_the_old_one_is_dead(nora):
    client, dead = Client(), []
    client.get(LOGIN)
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["session"] = str(session.session_key)
    for step in (_signs_in, _changes_her_password, _signs_in, _leaves):
        before = client.cookies["session"].value
        step(client, nora)
        after = client.cookies["session"].value if "session" in client.cookies else ""
        dead.append(before != after and not Session.objects.filter(session_key=before).exists())

    figures["session_ids_changed"] = f"{sum(dead)}/{len(dead)}"
    assert dead == [True] * 4


def _signs_in(client: Client, person: Person) -> None:
    words = PASSWORD if person.user.check_password(PASSWORD) else "quite-another-lantern-5"
    assert client.post(LOGIN, {"login": person.user.email, "password": words}).status_code == 302


def _changes_her_password(client: Client, person: Person) -> None:
    new = "quite-another-lantern-5"
    answer = client.post(CHANGE, {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert answer.status_code == 302
    person.user.refresh_from_db()


def _leaves(client: Client, _person: Person) -> None:
    client.post("/account/logout/")
