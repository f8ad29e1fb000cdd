"""Who works here, and what a page says of each."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import access, second_factors
from clinic.authorization.actor import Actor
from clinic.authorization.roles import ROLES, Role
from clinic.models import Membership, User
from clinic.views import keyset
from clinic.views.keyset import Section

SIZE = 50
ALL, NO_FACTOR, OFF, PROGRAMS = "", "no-factor", "off", "programs"
FACTORS: dict[str, str | Promise] = {
    Authenticator.Type.TOTP: gettext_lazy("Authenticator app"),
    Authenticator.Type.WEBAUTHN: gettext_lazy("Security key"),
    Authenticator.Type.RECOVERY_CODES: gettext_lazy("recovery codes"),
}


@dataclass(frozen=True)
class Listing:
    show: str
    role: str
    words: str
    at: str = ""

    @classmethod
    def asked_for(cls, query: QueryDict) -> "Listing":
        role, show = query.get("role", ""), query.get("show", "")
        return cls(show if show in _SHOWN else ALL, role if role in set(Role) else "", query.get("q", "").strip()[:80],
                   query.get("at", ""))  # fmt: skip

    def url(self, **changes: str) -> str:
        named = {"show": self.show, "role": self.role, "q": self.words, **changes}
        query = urlencode({name: value for name, value in named.items() if value})
        return f"{reverse('people')}?{query}" if query else reverse("people")

    @property
    def is_narrowed(self) -> bool:
        return bool(self.show or self.role or self.words)

    def people(self, by: Actor) -> QuerySet[User]:
        found = access.people(by)
        for word in self.words.split():
            found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
        if self.role:
            found = found.filter(pk__in=_holding(by, Q(role=self.role)))
        return _SHOWN.get(self.show, _everybody)(found, by)

    def page(self, by: Actor) -> keyset.Page[User]:
        return keyset.page([Section(self.people(by), ("name", "id"))], self.at, size=SIZE)

    def filters(self) -> list[dict[str, Any]]:
        shows = {ALL: _("All"), NO_FACTOR: _("No second factor"), OFF: _("Switched off"), PROGRAMS: _("Programs")}
        return [
            {"url": self.url(show=show), "words": words, "current": self.show == show} for show, words in shows.items()
        ]


def _holding(by: Actor, which: Q) -> QuerySet[Membership, Any]:
    return Membership.objects.visible_to(by).filter(which, ended_at=None).values("user")


def _everybody(people: QuerySet[User], by: Actor) -> QuerySet[User]:
    return people


def _without_factor(people: QuerySet[User], by: Actor) -> QuerySet[User]:
    return people.filter(~second_factors.has_one("pk"), is_active=True, pk__in=_holding(by, Q())).exclude(
        pk__in=_holding(by, Q(role=Role.INTEGRATION))
    )


def _switched_off(people: QuerySet[User], by: Actor) -> QuerySet[User]:
    return people.filter(is_active=False)


def _programs(people: QuerySet[User], by: Actor) -> QuerySet[User]:
    return people.filter(pk__in=_holding(by, Q(role=Role.INTEGRATION)))


_SHOWN = {NO_FACTOR: _without_factor, OFF: _switched_off, PROGRAMS: _programs}


def rows(people: list[User]) -> list[dict[str, Any]]:
    factors: dict[Any, list[str]] = {}
    for person_id, kind in Authenticator.objects.filter(user__in=people).values_list("user", "type").distinct():
        factors.setdefault(person_id, []).append(kind)
    return [row(person, factors.get(person.pk, [])) for person in people]


def row(person: Any, factors: list[str]) -> dict[str, Any]:
    roles = [{"held": held, "card": ROLES[role_of(held)]} for held in person.held]
    is_program = any(held.role == Role.INTEGRATION for held in person.held)
    return {
        "person": person,
        "roles": roles,
        "departments": ", ".join(sorted({held.department for held in person.held if held.department})),
        "is_program": is_program,
        "factors": ", ".join(str(FACTORS[kind]) for kind in FACTORS if kind in factors),
        "state": state(person, is_program),
    }


def role_of(held: Membership) -> Role:
    return Role(held.role)


def former(by: Actor, person: User) -> list[dict[str, Any]]:
    ended = Membership.objects.visible_to(by).filter(user=person, ended_at__isnull=False).order_by("-ended_at")
    return [{"held": held, "card": ROLES[role_of(held)]} for held in ended]


def state(person: User, is_program: bool) -> str:
    if not person.is_active:
        return "locked"
    return "active" if person.has_usable_password() or is_program else "invited"
