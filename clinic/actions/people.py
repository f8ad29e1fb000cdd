"""People and their roles. A person is never deleted: her name stands under what she decided."""

from typing import Any
from uuid import UUID

from allauth.account.forms import default_token_generator
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, step_up
from clinic.actions import leaving
from clinic.actions.changes import save
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import ROLES, Role, permissions_of, still_held
from clinic.authorization.scope import scope
from clinic.errors import Code, Refusal
from clinic.models import Language, Membership, Site, User


def create(*, by: Actor, email: str, name: str, language: str = Language.ENGLISH, password: str | None = None) -> User:
    """Without a password nobody can sign in as her until she has set one with the link an admin hands over."""
    by.require(Permission.PEOPLE_MANAGE)
    person = User(email=email.strip().lower(), name=name.strip(), language=language)
    person.set_password(password)
    try:
        with audit.act(by, "person.created") as doing:
            person.save(force_insert=True)
            doing.about(person, fields=("email", "name", "language"))
    except IntegrityError as e:
        raise Refusal(Code.ALREADY_EXISTS, fields={"email": [_("A person has this e-mail already.")]}) from e
    return person


def update_profile(*, by: Actor, person: User, **changes: str) -> User:
    if by.user_id != person.pk:
        by.require(Permission.PEOPLE_MANAGE)
    with audit.act(by, "person.changed") as doing:
        doing.about(person, fields=save(doing=doing, row=person, names=("name", "language", "engines"), wanted=changes))
    return person


def give_role(*, by: Actor, person: User, site: Site, role: Role, department: str = "") -> Membership:
    by.require(Permission.PEOPLE_MANAGE)
    if not ROLES[role].signs_in and person.has_usable_password():
        raise Refusal(Code.INVALID, fields={"role": [_("An integration is a program; it has no password.")]})
    if ROLES[role].signs_in and is_program(person):
        raise Refusal(Code.INVALID, fields={"role": [_("This is a program; it holds no role of a person.")]})
    with audit.act(by, "role.given") as doing:
        held, is_new = Membership.objects.get_or_create(
            user=person, site=site, role=role, ended_at=None, defaults={"department": department}
        )
        if not is_new:
            doing.nothing_happened()
        doing.about(held, fields=("role", "department"), role=role.value, person=person.pk)
    return held


def end_role(*, by: Actor, membership: Membership) -> Membership:
    by.require(Permission.PEOPLE_MANAGE)
    with audit.act(by, "role.ended") as doing:
        _one_at_a_time(membership.site_id)
        membership.refresh_from_db(fields=["ended_at"])
        if membership.ended_at is not None:
            doing.nothing_happened()
            return membership
        if membership.role == Role.ADMIN and not _other_admins(membership.site_id, membership.user_id):
            raise Refusal(Code.LAST_ADMIN)
        membership.ended_at = timezone.now()
        membership.save(update_fields=["ended_at"])
        let_go = _let_go(by, membership.user)
        doing.about(membership, fields=("ended_at",), role=membership.role, person=membership.user_id, **let_go)
    return membership


def _let_go(by: Actor, person: User) -> dict[str, Any]:
    """What she may hold no longer at the actor's site goes back; who works nowhere is nowhere signed in."""
    if by.site_id is None:  # a command: nobody is at work
        return {}
    roles = _roles_at(by.site_id, person)
    counts: dict[str, Any] = {**leaving.let_go(by=by, person=person, left=permissions_of(roles))}
    is_at_work = person.is_active and (roles or works_elsewhere(by, person))
    if not is_at_work and (ended := leaving.end_sessions(person_id=person.pk)):
        counts["sessions"] = ended
    return counts


def _roles_at(site_id: UUID, person: User) -> frozenset[Role]:
    held = Membership.objects.current().filter(site=site_id, user=person.pk).values_list("role", flat=True)
    return still_held(frozenset(map(Role, held)), is_active=person.is_active)


def keep_role(*, by: Actor, membership: Membership) -> Membership:
    """Looked at and still needed. Nobody says so of a role of her own."""
    by.require(Permission.PEOPLE_MANAGE)
    step_up.demand_person(by)
    if membership.user_id == by.user_id:
        raise Refusal(Code.NOT_ALLOWED, detail=_("Another admin looks at your roles."))
    with audit.act(by, "role.kept") as doing:
        now = timezone.now()
        changed = Membership.objects.current().filter(pk=membership.pk).update(kept_at=now, kept_by=by.user_id)
        if not changed:
            raise Refusal(Code.NOT_FOUND)
        doing.about(membership, fields=("kept_at",), role=membership.role, person=membership.user_id)
    return membership


def _one_at_a_time(site_id: UUID) -> None:
    """Else two admins who end or switch off each other at once would leave none."""
    Site.objects.select_for_update(no_key=True).get(pk=site_id)


def _other_admins(site_id: UUID, person_id: UUID) -> bool:
    admins = Membership.objects.current().filter(site=site_id, role=Role.ADMIN, user__is_active=True)
    return admins.exclude(user=person_id).exists()


def set_active(*, by: Actor, person: User, is_active: bool) -> User:
    """Off: the next request of any session or key of hers is refused, her sessions end, and what she had in hand goes
    back. A program that is switched off keeps its keys: it is the same program when it is switched on again."""
    by.require(Permission.PEOPLE_MANAGE)
    if not is_active and by.user_id == person.pk:
        raise Refusal(Code.NOT_ALLOWED, detail=_("You cannot switch yourself off. Another admin can."))
    _check_is_of_this_site_only(by, person)
    with audit.act(by, "person.activated" if is_active else "person.deactivated") as doing:
        if by.site_id and not is_active:
            _one_at_a_time(by.site_id)
            if not _other_admins(by.site_id, person.pk):
                raise Refusal(Code.LAST_ADMIN)
        person.is_active = is_active
        person.save(update_fields=["is_active"])
        let_go: dict[str, Any] = {} if is_active else _let_go(by, person)
        doing.about(person, fields=("is_active",), **let_go)
    return person


def make_link(*, by: Actor, person: User) -> str:
    """The secret half of a link with which she sets her password, once. Nobody else ever knows a password of hers."""
    by.require(Permission.PEOPLE_MANAGE)
    _check_is_of_this_site_only(by, person)
    if is_program(person) or not person.is_active:
        raise Refusal(Code.NOT_ALLOWED, detail=_("Programs and people who are switched off get no link."))
    with audit.act(by, "person.link_made") as doing:
        doing.about(person)
    secret: str = default_token_generator.make_token(person)
    return secret


def is_program(person: User) -> bool:
    return person.memberships.filter(role=Role.INTEGRATION, ended_at=None).exists()


def _check_is_of_this_site_only(by: Actor, person: User) -> None:
    """What an admin does to an account reaches as far as the account does, into another site too."""
    if not by.is_system and works_elsewhere(by, person):
        raise Refusal(Code.NOT_ALLOWED, detail=_("This person works at another site too. End the roles here instead."))


def works_elsewhere(by: Actor, person: User) -> bool:
    with scope(person=person.pk):
        return Membership.objects.current().filter(user=person).exclude(site=by.site_id).exists()
