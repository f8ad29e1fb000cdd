"""How a consult stands: its parts, its answers, whether anything is under way, and whether a person must go on."""

import time
from dataclasses import dataclass
from uuid import UUID

from clinic.models import RunState
from consult.models import Consult, ConsultAnswer, Part, PartState
from consult.taking import Taken, edits_of

LOOK_S = 0.2


@dataclass(frozen=True)
class Standing:
    parts: list[Part]
    answers: list[ConsultAnswer]

    @property
    def asked(self) -> ConsultAnswer | None:
        """The newest, whether it has come or not."""
        return self.answers[-1] if self.answers else None

    @property
    def latest(self) -> ConsultAnswer | None:
        """The newest that an engine gave."""
        given = (one for one in reversed(self.answers) if one.run.state == RunState.SUCCEEDED)
        return next(given, None)

    @property
    def is_waiting(self) -> bool:
        return self.asked is not None and self.asked.ended_at is None

    @property
    def open_parts(self) -> list[Part]:
        return [one for one in self.parts if one.settled_at is None]

    @property
    def is_at_work(self) -> bool:
        """Whether anything is read or answered that could be stopped."""
        return self.is_waiting or any(one.state == PartState.READ for one in self.parts)

    @property
    def is_under_way(self) -> bool:
        return self.is_waiting or any(not one.is_left_lying for one in self.open_parts)

    @property
    def is_outdated(self) -> bool:
        """People confirmed or corrected what was heard after the newest answer was asked for."""
        if self.latest is None or self.is_waiting:
            return False
        return Taken.by(self.latest).edits != edits_of([one for one in self.parts if one.number in self.latest.parts])

    @property
    def is_person_needed(self) -> bool:
        """No engine answered in time, or none at all; where a person stopped it she knows. What comes later is shown
        when it comes."""
        if self.asked is None:
            return False
        has_failed = self.asked.ended_at is not None and self.asked.run.state == RunState.FAILED
        return has_failed or (self.is_waiting and self.asked.person_needed_at is not None)

    @property
    def can_be_answered(self) -> bool:
        """Whether anything has come that an answer could be asked for, and none is on its way."""
        has_come = any(one.settled_at is not None and one.state != PartState.GIVEN_UP for one in self.parts)
        return has_come and not self.is_waiting


def of(consult: Consult) -> Standing:
    parts = Part.objects.filter(consult=consult).select_related("upload__case", "run", "session")
    answers = ConsultAnswer.objects.filter(consult=consult).select_related("run", "seen_by")
    return Standing(list(parts.order_by("number")), list(answers.order_by("number")))


def wait(consult_pk: UUID, until: float) -> None:
    """Until nothing is under way any more, or no time is left."""
    while time.monotonic() < until and of(Consult(pk=consult_pk)).is_under_way:
        time.sleep(LOOK_S)
