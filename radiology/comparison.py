"""A film beside the one before it: what the engine cannot rule out on each, or why the two cannot be compared.

No difference of probabilities is given: how much the engine's number moves between two films of a patient in whom
nothing has changed was never measured, so no interval could honestly be put around it. Two prediction sets can be
compared without one: each holds the truth at its stated level, whatever the number.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.authorization.actor import Actor
from clinic.models import Result
from radiology import access, chest
from radiology.actions.reads import answer_of
from radiology.blindness import is_concealed
from radiology.models import Film, FilmState, ReadState

Words = str | Promise
AGE_OUTSIDE = "age_outside_card"
NOT_COMPARABLE: dict[str, Words] = {
    "other_view": _("They show other views."),
    "generated": _("One of them is a generated film."),
    "age_outside_card": _("The patient is outside the ages that the engine knows, on one of them."),
    "overruled": _("The gatekeeper was overruled on one of them."),
    "refused": _("One of them is not fit for the engine."),
    "prior_not_read": _("The earlier film has not been read yet."),
    "no_answer": _("The engine has not answered on both."),
    "other_engine": _("Two different engines answered."),
    "not_calibrated": _("One of the answers is not calibrated."),
}


@dataclass(frozen=True)
class Comparison:
    prior: Film
    reasons: tuple[Words, ...]  # why the two cannot be compared; with one of them there are no sets
    then: tuple[Words, ...] = ()
    now: tuple[Words, ...] = ()
    share: int = 0  # of 100 unchanged patients, so many at most get two sets with nothing in common
    is_apart: bool = False  # the sets have nothing in common


def of(by: Actor, film: Film, prior: Film | None) -> Comparison | None:
    """Nothing where there is no earlier film; nor while the answer is hidden from her who asks."""
    if prior is None or is_concealed(film, by):
        return None
    reasons = tuple(NOT_COMPARABLE[code] for code in _reasons(film, prior, answer_of(film), answer_of(prior)))
    return Comparison(prior, reasons) if reasons else _compared(film, prior)


def prior_of(by: Actor, film: Film) -> Film | None:
    """The latest before it of the same patient that can be looked at: of the same view, if there is one."""
    earlier = access.films(by).filter(
        case__patient=film.case.patient_id, added_at__lt=film.added_at, state__in=(FilmState.READY, FilmState.REFUSED)
    )
    latest = earlier.select_related("upload", "case__patient", "case__site").order_by("-added_at")
    return latest.filter(view=film.view).first() or latest.first()


def _reasons(film: Film, prior: Film, now: Result | None, then: Result | None) -> Iterator[str]:
    both = (film, prior)
    if film.view != prior.view:
        yield "other_view"
    if any(one.is_generated for one in both):
        yield "generated"
    if any(AGE_OUTSIDE in one.reasons for one in both):
        yield "age_outside_card"
    if any(one.is_overridden for one in both):
        yield "overruled"
    elif any(one.state == FilmState.REFUSED and set(one.reasons) != {AGE_OUTSIDE} for one in both):
        yield "refused"
    if prior.read_state != ReadState.DONE:
        yield "prior_not_read"
    yield from _of_answers(now, then)


def _of_answers(now: Result | None, then: Result | None) -> Iterator[str]:
    if now is None or then is None:
        yield "no_answer"
    elif now.engine_digest != then.engine_digest:
        yield "other_engine"
    elif not (now.facets.get("is_calibrated") and then.facets.get("is_calibrated")):
        yield "not_calibrated"


def _compared(film: Film, prior: Film) -> Comparison:
    answers = [answer_of(one) for one in (prior, film)]
    then, now = (tuple(one.facets["set"]) if one else () for one in answers)
    level = min(float(one.outcome["level"]) for one in answers if one)
    return Comparison(prior, (), _words(then), _words(now), round(200 * (1 - level)), not set(then) & set(now))


def _words(names: tuple[str, ...]) -> tuple[Words, ...]:
    return tuple(chest.CHEST.classes[name].words for name in names)
