"""What is to be done after an engine was found unsafe, by the clock. The codes stand in the log: they never change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class Step:
    code: str
    by_minute: int
    words: Words


@dataclass(frozen=True)
class Span:
    title: Words
    from_minute: int
    to_minute: int
    steps: tuple[Step, ...]


def _span(title: Words, start: int, end: int, steps: Mapping[str, Words]) -> Span:
    return Span(title, start, end, tuple(Step(code, end, words) for code, words in steps.items()))


SPANS = (
    _span(_("First 30 minutes"), 0, 30, {
        "new_work": _("See that new work waits for people: ask for one answer and find it in the review queue."),
        "urgent_cases": _("Open the affected cases that are urgent or emergencies; look as if nothing were suggested."),
        "on_duty": _("Tell those on duty who rely on this engine, by voice."),
        "first_pack": _("Read the incident pack: what moved before it was noticed?"),
    }),
    _span(_("30 to 60 minutes"), 30, 60, {
        "unsigned": _("Have every affected result that nobody has signed decided by a person."),
        "replay": _("Replay one wrong result: does the engine still say the same?"),
        "changes": _("Compare versions, limits and policy with the last good day; write down what changed."),
    }),
    _span(_("60 to 120 minutes"), 60, 120, {
        "signed": _("Decide for every signed report that rests on the engine whether it is amended."),
        "meanwhile": _("Decide what answers until it is back: the engine before it, or people."),
        "outside": _("Decide whether it is reported outside: management, authority, manufacturer."),
        "review_set": _("Name who writes the review, and by when."),
    }),
)  # fmt: skip

STEPS: dict[str, Step] = {step.code: step for span in SPANS for step in span.steps}


def due_at(opened_at: datetime, step: Step) -> datetime:
    return opened_at + timedelta(minutes=step.by_minute)


# The review after an incident: what each part asks. Without these an incident is not closed.
REVIEW: dict[str, Words] = {
    "happened": _("What happened, in the order it happened?"),
    "harm": _("Who was affected, and was anybody harmed?"),
    "found": _("How was it found, and what could have found it earlier?"),
    "why": _("Why did it happen? Name causes, not persons."),
    "helped": _("What went well?"),
    "changes": _("What will be changed, by whom, by when?"),
}
