"""One's own: name, language, theme, roles, and keys for programs."""

import re

import pytest
from django.test import Client

from clinic.authorization.roles import Role
from clinic.models import ApiKey, User
from tests.make import Person

HTMX = {"HX-Request": "true"}


def saved(person: Person) -> User:
    return User.objects.get(pk=person.user.pk)


def test_profile_when_opened_then_says_what_the_role_may_and_never_does(as_person, clinician_a: Person):
    page = as_person(clinician_a).get("/profile/").content.decode()

    assert "Opens cases" in page
    assert "Reads cases of another site" in page


def test_profile_when_changed_then_name_language_and_theme_hold(as_person, clinician_a: Person):
    browser: Client = as_person(clinician_a)

    response = browser.post("/profile/", {"name": " Dra. Nuria Vidal ", "language": "es", "theme": "dark"})

    assert (saved(clinician_a).name, saved(clinician_a).language) == ("Dra. Nuria Vidal", "es")
    assert response.cookies["theme"].value == "dark"
    page = browser.get("/profile/").content.decode()
    assert 'lang="es"' in page
    assert 'data-bs-theme="dark"' in page


def test_theme_when_like_the_system_then_the_choice_is_forgotten_and_the_page_follows(as_person, clinician_a: Person):
    browser: Client = as_person(clinician_a)
    right = {"name": "Nuria", "language": "en"}
    browser.post("/profile/", right | {"theme": "dark"})

    browser.post("/profile/", right | {"theme": "system"})

    page = browser.get("/profile/").content.decode()
    assert 'data-bs-theme="auto"' in page
    assert '<option value="system" selected>Like the system</option>' in page


def test_speed_of_spoken_answers_when_chosen_then_it_holds_for_this_browser(as_person, clinician_a: Person):
    browser: Client = as_person(clinician_a)
    right = {"name": "Nuria", "language": "en", "theme": "dark"}

    browser.post("/profile/", right | {"pace": "fast"})
    assert '<option value="fast" selected>fast</option>' in browser.get("/profile/").content.decode()

    browser.post("/profile/", right | {"pace": "usual"})
    assert browser.cookies["pace"].value == ""


def test_microphone_when_this_browser_remembers_one_then_its_name_is_on_the_profile(as_person, clinician_a: Person):
    browser: Client = as_person(clinician_a)
    browser.cookies["microphone"] = "Desk%20%3Cb%3E%20microphone"

    assert "Microphone of this browser: Desk &lt;b&gt; microphone" in browser.get("/profile/").content.decode()


@pytest.mark.parametrize("sent", [{"name": ""}, {"language": "xx"}, {"theme": "pink"}, {"pace": "breathless"}])
def test_profile_when_something_is_wrong_then_422_and_nothing_changed(as_person, clinician_a: Person, sent):
    right = {"name": "Somebody else", "language": "es", "theme": "dark"}

    response = as_person(clinician_a).post("/profile/", right | sent)

    assert response.status_code == 422
    assert saved(clinician_a).name == clinician_a.user.name


def test_key_when_made_then_shown_once_and_stored_as_a_digest(as_person, clinician_a: Person, client: Client):
    browser = as_person(clinician_a)

    made = browser.post("/profile/keys/", {"key-name": "export", "key-days": 30, "key-scopes": ["case.view"]})

    [secret] = re.findall(r"rk_[0-9a-f]{12}_[\w-]+", made.content.decode())
    key = ApiKey.objects.get(owner=clinician_a.user)
    assert made["Cache-Control"] == "no-store"
    assert secret not in browser.get("/profile/keys/").content.decode()
    assert (key.name, key.scopes, key.secret_sha256 in secret) == ("export", ["case.view"], False)


def test_key_when_made_by_htmx_then_only_the_fragment(as_person, clinician_a: Person):
    sent = {"key-name": "export", "key-days": 30, "key-scopes": ["case.view"]}

    response = as_person(clinician_a).post("/profile/keys/", sent, headers=HTMX)

    assert response.status_code == 200
    assert b"<html" not in response.content
    assert b"rk_" in response.content


@pytest.mark.parametrize(
    "sent",
    [{"key-name": ""}, {"key-days": 0}, {"key-days": 366}, {"key-scopes": []}, {"key-scopes": ["people.manage"]}],
)
def test_key_when_something_is_wrong_then_422_and_no_key(as_person, clinician_a: Person, sent):
    right = {"key-name": "export", "key-days": 30, "key-scopes": ["case.view"]}

    assert as_person(clinician_a).post("/profile/keys/", right | sent).status_code == 422
    assert not ApiKey.objects.exists()


def test_key_when_offered_then_only_what_the_owner_may(as_person, staff_a):
    page = as_person(staff_a[Role.AUDITOR]).get("/profile/keys/").content.decode()

    assert re.findall(r'name="key-scopes" value="([\w.]+)"', page) == [
        "glass.see", "people.view", "audit.read", "security.view", "coaching.practise",
    ]  # fmt: skip


def test_key_when_revoked_then_it_ends_and_says_so(as_person, clinician_a: Person):
    browser = as_person(clinician_a)
    browser.post("/profile/keys/", {"key-name": "export", "key-days": 30, "key-scopes": ["case.view"]})
    key = ApiKey.objects.get(owner=clinician_a.user)

    response = browser.post(f"/profile/keys/{key.pk}/revoke/", follow=True)

    assert b"no longer works" in response.content
    assert not ApiKey.objects.get(pk=key.pk).is_usable


@pytest.mark.parametrize("whose", ["b", "colleague"])
def test_key_when_of_somebody_else_then_it_does_not_exist(as_person, staff_a, clinician_b: Person, whose: str):
    owner = staff_a[Role.CLINICIAN]
    as_person(owner).post("/profile/keys/", {"key-name": "export", "key-days": 30, "key-scopes": ["case.view"]})
    key = ApiKey.objects.get(owner=owner.user)
    other = clinician_b if whose == "b" else staff_a[Role.REVIEWER]

    assert as_person(other).post(f"/profile/keys/{key.pk}/revoke/").status_code == 404
    assert ApiKey.objects.get(pk=key.pk).is_usable


def test_engines_she_prefers_are_kept_and_a_form_without_them_changes_nothing(as_person, clinician_a):
    browser, right = as_person(clinician_a), {"name": "Nuria Vidal", "language": "en", "theme": "system"}

    browser.post("/profile/", right | {"engines": "local"})
    browser.post("/profile/", right)

    assert '<option value="local" selected>' in browser.get("/profile/").content.decode()
    assert browser.post("/profile/", right | {"engines": "mine"}).status_code == 422
