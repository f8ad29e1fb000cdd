"""Sites: made, limited, and never seen from outside."""

import pytest
from django.test import Client

from clinic.authorization.roles import Role
from clinic.authorization.scope import scope
from clinic.models import Membership, Site
from tests.make import Person

LIMITS = {"name": "Northgate", "emergency_wait_minutes": 5, "urgent_wait_minutes": 30, "routine_wait_minutes": 240}


def test_sites_when_an_admin_looks_then_her_own_only(as_person, admin_a: Person, site_b: Site):
    page = as_person(admin_a).get("/sites/").content.decode()

    assert admin_a.site.name in page
    assert site_b.name not in page


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.LEAD, Role.AUDITOR, Role.ENGINEER])
def test_sites_when_the_role_may_not_then_refused(as_person, staff_a, role: Role):
    browser = as_person(staff_a[role])

    assert browser.get("/sites/").status_code == 403
    assert browser.post("/sites/new/", {"name": "Mine"}).status_code == 403


def test_site_when_made_then_its_maker_is_its_first_admin_and_can_work_there(as_person, admin_a: Person):
    browser: Client = as_person(admin_a)

    browser.post("/sites/new/", {"name": "Westgate"})

    made = Site.objects.get(name="Westgate")
    with scope(site=made.pk):
        assert list(Membership.objects.values_list("user", "role")) == [(admin_a.user.pk, "admin")]
    browser.post("/site/", {"site": made.pk})
    assert "Westgate" in browser.get("/people/").content.decode()


@pytest.mark.parametrize("name", ["", "Northgate", " Southmoor "])
def test_site_when_its_name_is_empty_or_taken_then_422(as_person, admin_a: Person, name: str):
    assert as_person(admin_a).post("/sites/new/", {"name": name}).status_code == 422
    assert Site.objects.count() == 2


def test_limits_when_changed_then_they_hold(as_person, admin_a: Person):
    as_person(admin_a).post(f"/sites/{admin_a.site.pk}/", LIMITS)

    assert Site.objects.get(pk=admin_a.site.pk).routine_wait_minutes == 240


@pytest.mark.parametrize(
    "sent",
    [{"urgent_wait_minutes": 500}, {"emergency_wait_minutes": 0}, {"routine_wait_minutes": "x"}, {"name": "Southmoor"}],
)
def test_limits_when_they_make_no_sense_then_422_and_nothing_changed(as_person, admin_a: Person, sent):
    response = as_person(admin_a).post(f"/sites/{admin_a.site.pk}/", LIMITS | sent)

    assert response.status_code == 422
    assert Site.objects.get(pk=admin_a.site.pk).urgent_wait_minutes == 60


def test_site_when_it_is_another_ones_then_it_does_not_exist(as_person, admin_a: Person, site_b: Site):
    browser = as_person(admin_a)

    assert browser.get(f"/sites/{site_b.pk}/").status_code == 404
    assert browser.post(f"/sites/{site_b.pk}/", LIMITS).status_code == 404
