"""Site, language: chosen once, held from then on."""

import pytest
from django.test import Client

from clinic.actions import people
from clinic.authorization.roles import Role
from clinic.models import User
from tests import make
from tests.make import Person


@pytest.fixture
def of_two_sites(clinician_a: Person, admin_b: Person) -> Person:
    with admin_b.at_work():
        people.give_role(by=make.SYSTEM, person=clinician_a.user, site=admin_b.site, role=Role.ADMIN)
    return clinician_a


def test_site_when_chosen_then_its_roles_and_rows_hold(as_person, of_two_sites: Person, admin_b: Person, case_a):
    browser: Client = as_person(of_two_sites)
    assert browser.get("/people/").status_code == 403

    response = browser.post("/site/", {"site": admin_b.site.pk, "next": f"/cases/{case_a.pk}/"})

    assert response["Location"] == "/jobs/"
    assert "admin@southmoor.example" in browser.get("/people/").content.decode()


def test_site_when_the_page_is_a_list_the_role_there_may_see_then_back_to_it(as_person, of_two_sites, admin_b: Person):
    response = as_person(of_two_sites).post("/site/", {"site": admin_b.site.pk, "next": "/jobs/?show=dead"})

    assert response["Location"] == "/jobs/?show=dead"


@pytest.mark.parametrize("site", ["b", "no-id", ""])
def test_site_when_it_is_not_ones_own_then_it_does_not_exist(as_person, clinician_a: Person, site_b, site: str):
    browser: Client = as_person(clinician_a)

    response = browser.post("/site/", {"site": site_b.pk if site == "b" else site})

    assert response.status_code == 404
    assert browser.session["site"] == str(clinician_a.site.pk)


def test_language_when_nobody_is_signed_in_then_this_browser_remembers(db, client: Client):
    response = client.post("/language/", {"language": "es", "next": "/account/login/"})

    assert response["Location"] == "/account/login/"
    assert 'lang="es"' in client.get("/account/login/").content.decode()


def test_language_when_signed_in_then_the_person_has_it_everywhere(as_person, clinician_a: Person):
    as_person(clinician_a).post("/language/", {"language": "es"})

    assert User.objects.get(pk=clinician_a.user.pk).language == "es"
    assert 'lang="es"' in as_person(clinician_a).get("/profile/").content.decode()


@pytest.mark.parametrize("language", ["xx", "", "../etc"])
def test_language_when_unknown_then_refused(db, client: Client, language: str):
    assert client.post("/language/", {"language": language}).status_code == 400


@pytest.mark.parametrize("wanted", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_next_when_it_leads_elsewhere_then_home(db, client: Client, wanted: str):
    assert client.post("/language/", {"language": "en", "next": wanted})["Location"] == "/"
