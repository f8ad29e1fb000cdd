"""Breaking the glass: a case that is not hers to read, opened for half an hour, told of at once and looked at later."""

from dataclasses import replace
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, concerned, step_up
from clinic.actions import notifications
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.authorization.scope import scope
from clinic.errors import Code, Refusal
from clinic.models import BrokenGlass, Case, NoticeKind, Site
from clinic.models.glass import LASTS, Verdict

LEAST_REASON = 15


def break_glass(*, by: Actor, site: Site, number: int, reason: str, confirmed_at: datetime | None) -> BrokenGlass:
    """The number comes from whoever calls in the emergency: nothing of another site can be searched. Broken again
    while it stands it is the same, and no longer."""
    by.require(Permission.GLASS_BREAK)
    step_up.demand(by, confirmed_at)
    _check_reach(by, site)
    words = _said(reason)
    there = replace(by, site_id=site.pk)
    with scope(site=site.pk, person=by.myself), audit.act(there, "glass.broken") as doing:
        case = _case(site, number)
        standing = BrokenGlass.objects.broken_by(by.myself).standing().filter(case=case).first()
        if standing:
            doing.nothing_happened()
            return standing
        now = timezone.now()
        glass = BrokenGlass(site=site, case=case, patient_id=case.patient_id, person_id=by.myself, reason=words,
                            began_at=now, until=now + LASTS)  # fmt: skip
        glass.save(force_insert=True)
        for person in sorted(concerned.holders(site.pk, Permission.GLASS_SEE), key=str):
            notifications.send(by=there, person_id=person, kind=NoticeKind.GLASS_BROKEN, case=case)
        doing.about(glass, case=case, fields=("reason",), minutes=LASTS.seconds // 60, from_site=by.site_id)
    return glass


def _check_reach(by: Actor, site: Site) -> None:
    """Who treats patients reaches a case of another site; who treats none reaches one of her own, and no further."""
    is_here = site.pk == by.site_id
    if by.can(Permission.CASE_VIEW) and is_here:
        raise Refusal(Code.INVALID, fields={"site": [_("You may read the cases of this site: open it as always.")]})
    if not by.can(Permission.CASE_VIEW) and not is_here:
        raise Refusal(Code.INVALID, fields={"site": [_("Your role reaches no case of another site.")]})


def _said(reason: str) -> str:
    words = reason.strip()
    if len(words) < LEAST_REASON:
        told = _("Say why it cannot wait, in at least %d characters.") % LEAST_REASON
        raise Refusal(Code.INVALID, fields={"reason": [told]})
    return words


def _case(site: Site, number: int) -> Case:
    case = Case.objects.filter(site=site, number=number).select_related("patient").first()
    if case is None or case.patient.erased_at:
        raise Refusal(Code.INVALID, fields={"number": [_("There is no such case at this site.")]})
    return case


def end(*, by: Actor, glass: BrokenGlass) -> BrokenGlass:
    """Given back by whoever broke it, or taken from her by whoever looks at it."""
    if glass.person_id != by.user_id:
        by.require(Permission.GLASS_REVIEW)
    with scope(site=glass.site_id, person=by.user_id), audit.act(by, "glass.ended") as doing:
        doing.about(glass, case=glass.case, fields=("ended_at",), person=glass.person_id)
        ended = BrokenGlass.objects.filter(pk=glass.pk).standing().update(ended_at=timezone.now())
        if not ended:
            doing.nothing_happened()
    return glass


def look_at(*, by: Actor, glass: BrokenGlass, verdict: str, note: str = "") -> BrokenGlass:
    """By somebody else, once, with a reason where it was not right. What still stands ends with it."""
    by.require(Permission.GLASS_REVIEW)
    step_up.demand_person(by)
    if glass.person_id == by.user_id:
        raise Refusal(Code.NOT_ALLOWED, detail=_("Somebody else looks at what you opened."))
    if verdict == Verdict.WRONG and not note.strip():
        raise Refusal(Code.INVALID, fields={"note": [_("Say what was not right, and what follows from it.")]})
    with audit.act(by, "glass.looked_at") as doing:
        locked = BrokenGlass.objects.select_for_update(no_key=True).get(pk=glass.pk)
        if locked.verdict:
            raise Refusal(Code.ALREADY_DECIDED)
        now = timezone.now()
        if locked.is_standing:
            locked.ended_at = now
        locked.verdict, locked.note = Verdict(verdict), note.strip() or None
        locked.looked_at_by_id, locked.looked_at = by.myself, now
        locked.save(update_fields=["ended_at", "verdict", "note", "looked_at_by", "looked_at"])
        doing.about(locked, case=glass.case, fields=("verdict", "note"), verdict=verdict, person=glass.person_id)
    return locked
