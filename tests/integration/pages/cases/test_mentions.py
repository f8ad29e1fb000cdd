"""A note that names an address of another site does not tell who that is."""

import pytest

from clinic.actions import notes
from clinic.authorization.roles import Role
from tests.make import Person

pytestmark = pytest.mark.django_db


def test_note_when_it_names_somebody_of_another_site_then_the_page_keeps_the_address(
    as_person, in_site_a: Person, clinician_b: Person, staff_a, case_a
):
    colleague = staff_a[Role.RADIOLOGIST].user
    notes.write(by=in_site_a.actor, case=case_a, body=f"Ask @{clinician_b.user.email} or @{colleague.email}")

    page = as_person(in_site_a).get(f"/cases/{case_a.pk}/").content.decode()

    assert f"@{clinician_b.user.email}" in page
    assert clinician_b.user.name not in page
    assert colleague.name in page
