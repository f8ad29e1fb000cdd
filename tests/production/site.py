"""A site and its people, made by the actions in the database of the installation. Imported when Django is set up."""

from dataclasses import dataclass

from clinic.actions import keys, people, sites
from clinic.authorization.actor import Actor
from clinic.authorization.roles import Role
from clinic.authorization.scope import scope
from clinic.models import Site, User

SYSTEM = Actor.system("production")
EMAIL, PASSWORD = "clinician@rounds.example", "granite-lantern-52-harbour"


@dataclass(frozen=True)
class Staffed:
    site: Site
    person: User
    keys: list[str]


def staffed(count: int) -> Staffed:
    """One clinician, and keys of hers for so many programs."""
    site = sites.create(by=SYSTEM, name="Production")
    by_system = Actor.system("production", site.pk)
    with scope(site=site.pk):
        person = people.create(by=by_system, email=EMAIL, name="Clara Cedar", password=PASSWORD)
        people.give_role(by=by_system, person=person, site=site, role=Role.CLINICIAN)
    by = Actor.person(user_id=person.pk, label=person.name, site_id=site.pk, roles=frozenset({Role.CLINICIAN}))
    with scope(site=site.pk, person=person.pk):
        issued = [keys.issue(by=by, owner=person, name=f"load {number}", scopes=by.permissions, days=1)
                  for number in range(count)]  # fmt: skip
    return Staffed(site, person, [one.secret for one in issued])
