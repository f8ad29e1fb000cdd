"""People: who sees them, who may add them, and how a new one gets in."""

import re

import pytest
from django.test import Client

from clinic.actions import people
from clinic.authorization.roles import Role
from clinic.authorization.scope import scope
from clinic.errors import Refusal
from clinic.models import ApiKey, Membership, User
from tests import make
from tests.make import Person

NEW = {"name": "Nora New", "email": "nora@northgate.example", "role": "clinician", "department": "ER", "language": "es"}


def roles_of(person: User, at: Person) -> set[str]:
    with scope(site=at.site.pk):
        return set(Membership.objects.filter(user=person, site=at.site, ended_at=None).values_list("role", flat=True))


def link_in(content: bytes) -> str:
    [address] = re.findall(r"http://testserver(/account/password/reset/key/[^<]+)", content.decode())
    return str(address)


def test_list_when_an_admin_looks_then_everybody_of_the_site_and_nobody_else(as_person, admin_a: Person, clinician_b):
    page = as_person(admin_a).get("/people/").content.decode()

    assert "clinician@northgate.example" in page
    assert clinician_b.user.email not in page


@pytest.mark.parametrize("role", [Role.LEAD, Role.AUDITOR])
def test_list_when_the_role_may_only_look_then_nothing_to_press(as_person, staff_a, role: Role):
    browser = as_person(staff_a[role])
    somebody = staff_a[Role.CLINICIAN].user

    assert b"Add a person" not in browser.get("/people/").content
    page = browser.get(f"/people/{somebody.pk}/").content
    assert b"Give role" not in page
    assert b"Switch off" not in page
    for address in ("link/", "active/", "roles/", "keys/"):
        assert browser.post(f"/people/{somebody.pk}/{address}").status_code == 403


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.RADIOLOGIST, Role.REVIEWER, Role.ENGINEER])
def test_list_when_the_role_may_not_look_then_refused(as_person, staff_a, role: Role):
    assert as_person(staff_a[role]).get("/people/").status_code == 403


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=radiologist@", {"radiologist"}), ("q=RADIOLOGIST+northgate", {"radiologist"}), ("role=lead", {"lead"}),
     ("show=programs", {"integration"}), ("q=nobody-like-this", set())],
)  # fmt: skip
def test_search_when_words_or_role_are_given_then_those(as_person, admin_a: Person, query: str, found: set[str]):
    page = as_person(admin_a).get(f"/people/?{query}", headers={"HX-Request": "true", "HX-Target": "people"})

    assert set(re.findall(r"(\w+)@northgate.example", page.content.decode())) == found


def test_person_when_added_then_a_link_is_shown_and_she_comes_in_with_it(as_person, admin_a: Person):
    response = as_person(admin_a).post("/people/new/", NEW)

    person = User.objects.get(email=NEW["email"])
    assert (person.has_usable_password(), person.language, roles_of(person, admin_a)) == (False, "es", {"clinician"})
    assert response["Cache-Control"] == "no-store"
    address, browser = link_in(response.content), Client()
    form = browser.get(address, follow=True)
    set_at = form.redirect_chain[-1][0]
    done = browser.post(set_at, {"password1": "granite-lantern-52", "password2": "granite-lantern-52"})
    assert done.status_code == 302
    signed_in = browser.post("/account/login/", {"login": NEW["email"], "password": "granite-lantern-52"})
    assert signed_in.status_code == 302
    assert browser.get("/profile/").status_code == 200
    assert browser.get("/account/2fa/totp/activate/").status_code == 200


def test_link_when_used_once_then_never_again(as_person, admin_a: Person):
    address, browser = link_in(as_person(admin_a).post("/people/new/", NEW).content), Client()
    set_at = browser.get(address, follow=True).redirect_chain[-1][0]
    browser.post(set_at, {"password1": "granite-lantern-52", "password2": "granite-lantern-52"})

    again = Client().get(address, follow=True)

    assert b'name="password1"' not in again.content


def test_link_when_a_new_one_is_asked_for_then_it_is_in_the_answer_and_noted(as_person, admin_a: Person, clinician_a):
    response = as_person(admin_a).post(f"/people/{clinician_a.user.pk}/link/")

    assert link_in(response.content)
    [event] = make.audit_events("person.link_made")
    assert event["target_id"] == str(clinician_a.user.pk)
    assert event["facts"] == {}


@pytest.mark.parametrize("sent", [{"name": ""}, {"email": "no-address"}, {"role": "emperor"}, {"language": "xx"}])
def test_person_when_something_is_wrong_then_422_and_nobody_added(as_person, admin_a: Person, sent):
    assert as_person(admin_a).post("/people/new/", NEW | sent).status_code == 422
    assert not User.objects.filter(email=NEW["email"]).exists()


def test_person_when_known_at_another_site_then_gets_a_role_but_no_link(
    as_person, admin_a: Person, clinician_b: Person
):
    response = as_person(admin_a).post("/people/new/", NEW | {"email": clinician_b.user.email.upper()}, follow=True)

    assert roles_of(clinician_b.user, admin_a) == {"clinician"}
    assert b"password/reset/key" not in response.content
    assert User.objects.get(pk=clinician_b.user.pk).name == clinician_b.user.name


def test_account_when_it_reaches_another_site_then_this_admin_can_neither_enter_nor_close_it(
    as_person, admin_a: Person, clinician_b: Person
):
    browser = as_person(admin_a)
    browser.post("/people/new/", NEW | {"email": clinician_b.user.email})

    for address, sent in (("link/", {}), ("active/", {"is_active": "off"})):
        assert browser.post(f"/people/{clinician_b.user.pk}/{address}", sent).status_code == 403
    assert User.objects.get(pk=clinician_b.user.pk).is_active
    assert b"Works at another site too" in browser.get(f"/people/{clinician_b.user.pk}/").content


def test_person_when_of_another_site_then_does_not_exist(as_person, admin_a: Person, clinician_b: Person):
    browser = as_person(admin_a)

    assert browser.get(f"/people/{clinician_b.user.pk}/").status_code == 404
    for address in ("link/", "active/", "roles/", "keys/"):
        assert browser.post(f"/people/{clinician_b.user.pk}/{address}").status_code == 404


def test_role_when_given_and_ended_then_the_list_of_former_ones_tells(as_person, admin_a: Person, clinician_a: Person):
    browser, address = as_person(admin_a), f"/people/{clinician_a.user.pk}/"

    browser.post(f"{address}roles/", {"role": "reviewer", "department": "Paediatrics"})
    assert roles_of(clinician_a.user, admin_a) == {"clinician", "reviewer"}

    with admin_a.at_work():
        held = Membership.objects.get(user=clinician_a.user, role="reviewer")
    browser.post(f"{address}roles/{held.pk}/end/")
    assert roles_of(clinician_a.user, admin_a) == {"clinician"}
    assert b"Ended roles" in browser.get(address).content


def test_role_when_none_is_chosen_then_422(as_person, admin_a: Person, clinician_a: Person):
    assert as_person(admin_a).post(f"/people/{clinician_a.user.pk}/roles/", {"role": ""}).status_code == 422


def test_role_when_it_is_a_programs_then_a_person_cannot_hold_it(as_person, admin_a: Person, clinician_a: Person):
    people.set_active(by=make.SYSTEM, person=clinician_a.user, is_active=True)
    clinician_a.user.set_password("granite-lantern-52")
    clinician_a.user.save()

    response = as_person(admin_a).post(f"/people/{clinician_a.user.pk}/roles/", {"role": "integration"})

    assert response.status_code == 422
    assert roles_of(clinician_a.user, admin_a) == {"clinician"}


def test_role_when_it_is_the_last_admins_then_it_stays(as_person, admin_a: Person):
    with admin_a.at_work():
        held = Membership.objects.get(user=admin_a.user, role="admin")

    response = as_person(admin_a).post(f"/people/{admin_a.user.pk}/roles/{held.pk}/end/")

    assert response.status_code == 409
    assert roles_of(admin_a.user, admin_a) == {"admin"}


def test_admins_when_they_switch_off_each_other_at_once_then_one_stays(admin_a: Person):
    second = make.person(admin_a.site, Role.ADMIN)
    with admin_a.at_work():
        people.set_active(by=admin_a.actor, person=second.user, is_active=False)

        with pytest.raises(Refusal, match="last_admin"):  # what the second had sent when she still could
            people.set_active(by=second.actor, person=admin_a.user, is_active=False)

        held = Membership.objects.get(user=second.user)
        people.end_role(by=admin_a.actor, membership=held)  # who cannot sign in is no admin to keep


def test_role_when_ended_twice_then_it_ended_once(admin_a: Person, clinician_a: Person):
    with admin_a.at_work():
        first, second = (Membership.objects.get(user=clinician_a.user) for _ in range(2))
        people.end_role(by=admin_a.actor, membership=first)
        people.end_role(by=admin_a.actor, membership=second)

    assert second.ended_at == first.ended_at
    assert len(make.audit_events("role.ended")) == 1


def test_person_when_switched_off_then_her_open_session_ends_and_she_can_be_switched_on(
    as_person, admin_a: Person, clinician_a: Person
):
    hers, browser = as_person(clinician_a), as_person(admin_a)
    assert hers.get("/profile/").status_code == 200

    browser.post(f"/people/{clinician_a.user.pk}/active/", {"is_active": "off"})
    assert hers.get("/profile/").status_code == 302

    browser.post(f"/people/{clinician_a.user.pk}/active/", {"is_active": "on"})
    assert hers.get("/profile/").status_code == 302  # what ended stays ended
    assert as_person(clinician_a).get("/profile/").status_code == 200


def test_program_when_added_then_gets_a_key_and_never_a_link(as_person, admin_a: Person):
    browser = as_person(admin_a)
    added = browser.post("/people/new/", NEW | {"role": "integration", "email": "pacs@northgate.example"})
    program = User.objects.get(email="pacs@northgate.example")

    made = browser.post(
        f"/people/{program.pk}/keys/", {"key-name": "films", "key-days": 30, "key-scopes": ["upload.add"]}
    )

    assert added["Location"] == f"/people/{program.pk}/"
    assert b"rk_" in made.content
    assert ApiKey.objects.get(owner=program).scopes == ["upload.add"]
    assert browser.post(f"/people/{program.pk}/link/").status_code == 403


def test_program_when_a_key_would_be_wider_than_its_role_then_422(as_person, admin_a: Person, staff_a):
    program = staff_a[Role.INTEGRATION].user
    sent = {"key-name": "films", "key-days": 30, "key-scopes": ["people.manage"]}

    assert as_person(admin_a).post(f"/people/{program.pk}/keys/", sent).status_code == 422
    assert not ApiKey.objects.exists()


def test_keys_when_the_owner_is_a_person_then_the_admin_cannot_have_one(
    as_person, admin_a: Person, clinician_a: Person
):
    sent = {"key-name": "films", "key-days": 30, "key-scopes": ["case.view"]}

    assert as_person(admin_a).post(f"/people/{clinician_a.user.pk}/keys/", sent).status_code == 403
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.INTEGRATION])
def test_roles_when_anybody_looks_then_the_whole_table(as_person, staff_a, role: Role):
    page = as_person(staff_a[role]).get("/people/roles/").content.decode()

    assert "Reads patient data without breaking the glass" in page
    assert "Issue and revoke keys of programs" in page
