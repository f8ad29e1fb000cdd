"""Somebody lost her second factor and her recovery codes: one admin asks that they be taken off, another confirms it
within a day, and she begins as she began here, with a link that is handed over.

The password ends with the factors: whoever knows hers would otherwise be the first to set up a factor. Her keys stay:
none was got with what is lost, none is shown again, and each can be revoked by itself.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import audit, concerned, mailing
from clinic.actions import leaving, notifications, people, proposals
from clinic.actions.proposals import Sort
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.models import NoticeKind, Proposal, User
from clinic.models.engines import CONFIRMED_WITHIN, FACTORS_OFF


class How(StrEnum):
    """How whoever runs the machine made sure that it is she: a code, because the audit holds no words."""

    IN_PERSON = "in-person"
    CALLED_BACK = "called-back"
    PAPERS = "papers"


def ask(*, by: Actor, person: User, how: str) -> Proposal:
    """`how`: how the admin made sure that it is she who asks."""
    by.require(Permission.PEOPLE_MANAGE)
    try:
        with audit.together():
            _close_what_ran_out(by, person)
            proposal = proposals.propose(by=by, kind=FACTORS_OFF, target_id=person.pk, reason=how)
            _tell_her(by, person, NoticeKind.FACTORS_ASKED, asked_words)
    except IntegrityError as e:  # another admin asked in the same moment
        raise Refusal(Code.ALREADY_EXISTS, detail=_("It is asked for already.")) from e
    return proposal


def confirm(*, by: Actor, proposal: Proposal, confirmed_at: datetime | None) -> str:
    """The secret half of a link for her, to be handed over by whoever confirms. `confirmed_at`: when that admin last
    proved who he is."""
    by.require(Permission.PEOPLE_MANAGE)
    with audit.together():
        agreed = proposals.agree(by=by, proposal=proposal, confirmed_at=confirmed_at)
        return people.make_link(by=by, person=person_of(by, agreed))


def refuse(*, by: Actor, proposal: Proposal) -> Proposal:
    """By any other admin, also by the one whose factors they are; or by whoever asked, who thereby takes it back."""
    by.require(Permission.PEOPLE_MANAGE)
    return proposals.refuse(by=by, proposal=proposal, note="")


def take_off(*, by: Actor, person: User, how: How) -> str:
    """Without a second admin: only by whoever runs the machine, who could do it past the product too."""
    by.require(Permission.PEOPLE_MANAGE)
    if not by.is_system:
        raise Refusal(Code.SECOND_PERSON_NEEDED)
    with audit.together():
        _check_has_something_to_lose(person)
        begins_anew = _take_off(by, person, how=how.value)
        return people.make_link(by=by, person=begins_anew)


def person_of(by: Actor, proposal: Proposal) -> User:
    found: User | None = User.objects.visible_to(by).filter(pk=proposal.target_id or UUID(int=0)).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found


def others_who_may_confirm(by: Actor, person: User) -> set[UUID]:
    return concerned.holders(by.here, Permission.PEOPLE_MANAGE) - {by.myself, person.pk}


# --- what may be asked, and what is done ------------------------------------------------------------------------------


def _check(by: Actor, proposal: Proposal) -> None:
    """When it is asked and again when it is confirmed: a day may lie between."""
    person = person_of(by, proposal)
    if by.user_id == person.pk:
        raise Refusal(Code.NOT_ALLOWED, detail=_("Two other admins do this for you."))
    if people.works_elsewhere(by, person):
        raise Refusal(Code.NOT_ALLOWED, detail=_("This person works at another site too. Whoever runs the machine can: "
                                                 "manage.py lost_factor."))  # fmt: skip
    _check_has_something_to_lose(person)
    if proposal._state.adding:
        _check_can_be_asked(by, person, proposal)
    else:
        _check_still_stands(by, proposal)


def _check_has_something_to_lose(person: User) -> None:
    if people.is_program(person) or not person.is_active:
        raise Refusal(Code.NOT_ALLOWED, detail=_("Programs and people who are switched off have no way in to lose."))
    if not Authenticator.objects.filter(user=person).exists():
        raise Refusal(Code.NOT_ALLOWED, detail=_("She has no second factor. A link for a new password is enough."))


def _check_can_be_asked(by: Actor, person: User, proposal: Proposal) -> None:
    if not others_who_may_confirm(by, person):
        raise Refusal(Code.NOT_ALLOWED, detail=_("There is no other admin here to confirm it. Whoever runs the machine "
                                                 "can: manage.py lost_factor."))  # fmt: skip
    if Proposal.objects.filter(site=by.here, kind=FACTORS_OFF, target_id=person.pk, decision="").exists():
        raise Refusal(Code.ALREADY_EXISTS, detail=_("It is asked for already."))


def _check_still_stands(by: Actor, proposal: Proposal) -> None:
    if proposal.proposed_at + CONFIRMED_WITHIN <= timezone.now():
        raise Refusal(Code.ALREADY_DECIDED, detail=_("Nobody confirmed it within a day. Ask anew."))
    if proposal.proposed_by_id not in concerned.holders(by.here, Permission.PEOPLE_MANAGE):
        raise Refusal(Code.NOT_ALLOWED, detail=_("Whoever asked for it is no admin any more. Ask anew."))


def _close_what_ran_out(by: Actor, person: User) -> None:
    late = Proposal.objects.filter(site=by.here, kind=FACTORS_OFF, target_id=person.pk, decision="",
                                   proposed_at__lte=timezone.now() - CONFIRMED_WITHIN)  # fmt: skip
    for row in late:
        with audit.act(by, "proposal.refused") as doing:
            locked = proposals.close(by=by, proposal=row, note=_("Nobody confirmed it within a day."))
            doing.about(locked, fields=("decision",), what=locked.kind, on=locked.target_id)


def _apply(by: Actor, proposal: Proposal) -> None:
    _take_off(by, person_of(by, proposal), proposal=proposal.pk)


def _take_off(by: Actor, person: User, **facts: Any) -> User:
    """As she stands afterwards: a link is made of the password that there is."""
    with audit.act(by, "second_factor.taken_off") as doing:
        locked = User.objects.select_for_update().get(pk=person.pk)
        factors = Authenticator.objects.filter(user=locked)
        kinds = sorted(factors.values_list("type", flat=True))
        factors.delete()
        locked.set_unusable_password()  # links that were made before end with it
        locked.save(update_fields=["password"])
        ended = leaving.end_sessions(person_id=locked.pk)
        _tell_her(by, locked, NoticeKind.FACTORS_OFF, off_words)
        doing.about(locked, fields=("password",), factors=kinds, sessions=ended, **facts)
    return locked


# --- she is told, so that she notices what is done in her name --------------------------------------------------------


def _tell_her(by: Actor, person: User, kind: NoticeKind, words: mailing.Words) -> None:
    notifications.send(by=by, person_id=person.pk, kind=kind, site_id=by.here)
    mailing.tell(person, words)


def asked_words() -> tuple[str, str]:
    return _("Is your second factor lost?"), _(
        "An admin of your site asks that your second factor be taken off, because you are said to have lost it and "
        "your recovery codes. It is done when another admin confirms it within a day.\n\n"
        "If you did not ask for this, call an admin of your site now."
    )


def off_words() -> tuple[str, str]:
    return _("Your second factor was taken off"), _(
        "Your second factor and your recovery codes were taken off, your password ended, and you were signed out "
        "everywhere. You come in again with a link that an admin hands over, and then set up a new factor.\n\n"
        "If you did not ask for this, call an admin of your site now."
    )


proposals.register(
    Sort(name=FACTORS_OFF, title=gettext_lazy("Take off a lost second factor"), ask=Permission.PEOPLE_MANAGE,
         agree=Permission.PEOPLE_MANAGE, check=_check, apply=_apply, needs_step_up=True,
         notice=NoticeKind.FACTORS_WAITING)
)  # fmt: skip
