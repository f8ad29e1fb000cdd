"""Roles that nobody has looked at for long wait for an admin, who keeps or ends them; never her own."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic.actions import people
from clinic.authorization.roles import Role
from clinic.authorization.scope import scope
from clinic.errors import Code, Refusal
from clinic.models import Membership
from tests.make import Person, Staff

LONG_AGO = timedelta(days=120)


def held_by(person: Person) -> Membership:
    with scope(site=person.site.pk):
        return Membership.objects.select_related("user").get(user=person.user, site=person.site, ended_at=None)


def given_long_ago(person: Person) -> Membership:
    with scope(site=person.site.pk):
        Membership.objects.filter(user=person.user, site=person.site).update(since=timezone.now() - LONG_AGO)
    return held_by(person)


def test_role_when_given_long_ago_then_first_in_the_list_until_it_is_kept(as_person, staff_a: Staff, admin_a: Person):
    role = given_long_ago(staff_a[Role.REVIEWER])
    browser = as_person(admin_a)
    page = browser.get("/people/access/").content.decode()
    first = page[page.index("<tbody") :].split("</tr>")[0]
    assert staff_a[Role.REVIEWER].user.email in first
    assert "to look at" in first
    assert "1 role to look at" in browser.get("/people/").content.decode()

    response = browser.post(f"/people/{role.user_id}/roles/{role.pk}/keep/")

    assert response["Location"] == "/people/access/"
    assert held_by(staff_a[Role.REVIEWER]).kept_by_id == admin_a.user.pk
    page = browser.get("/people/access/").content.decode()
    assert "All looked at" in page
    assert admin_a.user.name in page


def test_list_when_somebody_never_came_or_has_no_second_factor_then_it_is_said(as_person, staff_a: Staff, admin_a):
    page = as_person(admin_a).get("/people/access/").content.decode()

    row = next(one for one in page.split("</tr>") if staff_a[Role.REVIEWER].user.email in one)
    assert "no second factor" in row
    program = next(one for one in page.split("</tr>") if staff_a[Role.INTEGRATION].user.email in one)
    assert "Never" in program
    assert "no second factor" not in program


def test_list_when_of_another_site_then_nobody_is_in_it(as_person, staff_a: Staff, staff_b: Staff, admin_a: Person):
    assert staff_b[Role.REVIEWER].user.email not in as_person(admin_a).get("/people/access/").content.decode()


def test_own_role_when_she_would_keep_it_then_another_admin_has_to(as_person, admin_a: Person):
    mine = held_by(admin_a)

    with admin_a.at_work(), pytest.raises(Refusal) as refused:
        people.keep_role(by=admin_a.actor, membership=mine)

    assert refused.value.code == Code.NOT_ALLOWED
    with scope(site=admin_a.site.pk), pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=mine.pk).update(kept_at=timezone.now(), kept_by=admin_a.user)


def test_role_when_it_ended_meanwhile_then_it_cannot_be_kept(admin_a: Person, staff_a: Staff):
    role = held_by(staff_a[Role.REVIEWER])
    with admin_a.at_work():
        people.end_role(by=admin_a.actor, membership=role)
        with pytest.raises(Refusal) as refused:
            people.keep_role(by=admin_a.actor, membership=role)

    assert refused.value.code == Code.NOT_FOUND


def test_lead_when_she_looks_then_nothing_to_press(as_person, staff_a: Staff):
    page = as_person(staff_a[Role.LEAD]).get("/people/access/").content.decode()

    assert "An admin decides" in page
    assert "/keep/" not in page
