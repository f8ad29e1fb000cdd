"""Two people and a question: one speaks, one coaches, both write on the same sheet."""

from django.utils import timezone

from clinic import audit
from clinic.actions import subject_keys
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.colleagues import reads_cases_at
from clinic.errors import Code, Refusal
from clinic.models import User
from coaching.models import LiveNote, LiveSession, Practice


def invite(*, by: Actor, practice: Practice, coach: User) -> LiveSession:
    by.require(Permission.COACH_PRACTISE)
    if coach.pk == by.user_id or not reads_cases_at(coach, by.here):
        raise Refusal(Code.NOT_A_MEMBER)
    if practice.closed_at is not None:
        raise Refusal(Code.SESSION_OVER)
    if LiveSession.objects.filter(practice=practice).exists():
        raise Refusal(Code.ALREADY_EXISTS)
    with audit.act(by, "coaching.live_begun") as doing:
        live = LiveSession(site_id=practice.site_id, practice=practice, person_id=by.myself, coach=coach,
                           asked=practice.asked, language=practice.language)  # fmt: skip
        subject_keys.create(subject_id=live.pk, site_id=live.site_id)
        live.save(force_insert=True)
        doing.about(live)
    return live


def note(*, by: Actor, live: LiveSession, text: str) -> LiveNote:
    by.require(Permission.COACH_PRACTISE)
    with audit.act(by, "coaching.live_noted") as doing:
        _open(live)
        row = LiveNote(site_id=live.site_id, session=live, person_id=live.person_id, coach_id=live.coach_id,
                       by_id=by.myself, text=text)  # fmt: skip
        row.save(force_insert=True)
        doing.about(row, fields=("text",))
    return row


def end(*, by: Actor, live: LiveSession) -> None:
    """Either of the two. The notes stay the speaker's until she deletes the practice."""
    with audit.act(by, "coaching.live_ended") as doing:
        changed = LiveSession.objects.filter(pk=live.pk, ended_at=None).update(ended_at=timezone.now())
        if not changed:
            raise Refusal(Code.SESSION_OVER)
        doing.about(live)


def _open(live: LiveSession) -> None:
    if not LiveSession.objects.filter(pk=live.pk, ended_at=None).exists():
        raise Refusal(Code.SESSION_OVER)
