"""Beginning a practice on a question, and what a person wants of it."""

from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.models import User
from coaching import asking
from coaching.actions import counting
from coaching.inference.personas import personas
from coaching.inference.schema import Question
from coaching.models import SATISFACTION, Attempt, Participation, Practice, Speaker


def begin(*, by: Actor, question: Question, language: str, keeps: str, reason: str = "", persona: str = "",
          ) -> Practice:  # fmt: skip
    by.require(Permission.COACH_PRACTISE)
    _demand_known(persona)
    with audit.act(by, "coaching.practice_begun") as doing:
        practice = Practice(
            site_id=by.here, person_id=by.myself, question=question.id, version=asking.digest(question),
            asked=asking.told(question), language=language, keeps=keeps, reason=reason, persona=persona,
        )  # fmt: skip
        practice.save(force_insert=True)
        _take_part(by)
        doing.about(practice, keeps=keeps)
    return practice


def listen(*, by: Actor, practice: Practice, persona: str) -> None:
    """Who hears the answers from now on; nobody asks further where it is empty."""
    by.require(Permission.COACH_PRACTISE)
    _demand_known(persona)
    with audit.act(by, "coaching.listener_chosen") as doing:
        if not Practice.objects.filter(pk=practice.pk, closed_at=None).update(persona=persona):
            raise Refusal(Code.SESSION_OVER)
        doing.about(practice)


def rate(*, by: Actor, practice: Practice, satisfaction: int) -> Practice:
    """How satisfied she is with it. Hers alone; counted for the engine that told her last, of nobody in particular."""
    by.require(Permission.COACH_PRACTISE)
    if satisfaction not in SATISFACTION:
        raise Refusal(Code.INVALID, fields={"satisfaction": [_("From 1 to 5.")]})
    with audit.act(by, "coaching.practice_rated") as doing:
        held = Practice.objects.select_for_update(no_key=True).get(pk=practice.pk)
        if held.satisfaction == satisfaction:
            doing.nothing_happened()
            return held
        held.satisfied_with = counting.satisfaction(held, satisfaction)
        held.satisfaction = satisfaction
        held.save(update_fields=["satisfaction", "satisfied_with"])
        doing.about(held)
    return held


def _demand_known(persona: str) -> None:
    if persona and persona not in personas():
        raise Refusal(Code.INVALID, fields={"persona": [_("Nobody of that name listens.")]})


def _take_part(by: Actor) -> None:
    """That she practised today; what, and how it went, is nobody's."""
    today = timezone.localdate()
    row, _is_new = Participation.objects.get_or_create(site_id=by.here, person_id=by.myself, day=today)
    Participation.objects.filter(pk=row.pk).update(practices=F("practices") + 1)


def agree(*, by: Actor, practice: Practice, is_given: bool) -> None:
    """To an estimate of how lively she sounds, for this session; taken back as easily."""
    by.require(Permission.COACH_PRACTISE)
    with audit.act(by, "coaching.estimate_agreed") as doing:
        if is_given and not asking.has_lawful_purpose(practice.site_id):
            raise Refusal(Code.NOT_ALLOWED)
        Practice.objects.filter(pk=practice.pk).update(says_emotions=is_given)
        if not is_given:  # what was estimated goes with the consent
            Attempt.objects.filter(practice=practice).update(expression=None)
        doing.about(practice, is_given=is_given)


def touch(practice_id: UUID) -> None:
    Practice.objects.filter(pk=practice_id).update(touched_at=timezone.now())


def prefer(*, by: Actor, role: str, language: str, keeps: str, engines: str,
           counts_disfluency: bool) -> Speaker:  # fmt: skip
    by.require(Permission.COACH_PRACTISE)
    with audit.act(by, "coaching.preferences_changed") as doing:
        row, _is_new = Speaker.objects.update_or_create(
            site_id=by.here, person_id=by.myself,
            defaults={"role": role, "language": language, "keeps": keeps, "engines": engines,
                      "counts_disfluency": counts_disfluency},
        )  # fmt: skip
        doing.about(row, fields=("role", "language", "keeps", "engines", "counts_disfluency"))
    return row


def preferences(by: Actor) -> Speaker:
    """Who has said nothing practises in the language of her pages."""
    liked = Speaker.objects.of(site_id=by.here, person_id=by.myself)
    if liked._state.adding:
        language = User.objects.filter(pk=by.myself).values_list("language", flat=True).first() or "en"
        liked.language = language[:2]
    return liked
