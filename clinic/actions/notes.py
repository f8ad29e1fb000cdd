import re

from clinic import audit
from clinic.actions import cases, notifications, timeline
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.models import Case, EntryKind, Membership, Note, NoticeKind, User

MENTION = re.compile(r"@([\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4})")
MAX_MENTIONS = 10


def write(*, by: Actor, case: Case, body: str) -> Note:
    """`@name@hospital.org` in the text tells that colleague where to look, not what is written."""
    by.require(Permission.NOTE_WRITE)
    with audit.act(by, "note.written") as doing:
        cases.lock(case).check_takes_additions()
        note = Note(site_id=case.site_id, case=case, author_id=by.user_id, body=body.strip())
        note.save(force_insert=True)
        timeline.add(doing, case=case, kind=EntryKind.NOTE, subject_id=note.pk)
        mentioned = mentioned_in(body, case)
        for person in mentioned:
            notifications.send(by=by, person_id=person.pk, kind=NoticeKind.MENTIONED, case=case)
        doing.about(note, case=case, fields=("body",), mentioned=[p.pk for p in mentioned])
    return note


def mentioned_in(body: str, case: Case) -> list[User]:
    emails = {email.lower() for email in MENTION.findall(body)[:MAX_MENTIONS]}
    members = Membership.objects.current().filter(site=case.site_id, user__email__in=emails, user__is_active=True)
    return list(User.objects.filter(memberships__in=members).distinct())


def not_told(body: str, case: Case) -> list[str]:
    """Addresses in a note that nobody was told by: unknown here, misspelt, or beyond the most one note tells."""
    told = {person.email.lower() for person in mentioned_in(body, case)}
    return [email for email in dict.fromkeys(found.lower() for found in MENTION.findall(body)) if email not in told]
