"""What of a consult goes into an answer, what is worth waiting for, and until when people are told. Rows go in; only
acts on transcripts are counted here, and nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.db.models import Count

from clinic.models import TranscriptEdit
from consult.models import ConsultAnswer, ConsultWaits, Part, PartState, Sort

MOST_PICTURES = 12
ANSWER_S = 5.0  # from being asked for until people are told to do without
WHOLE_S = 14.8  # from the last byte until there is an answer or people are told: the clock is looked at now and then
CLOCK_S = 0.2  # how much later than promised the clock may look


@dataclass(frozen=True)
class Taken:
    """Which parts, with how many acts of people on each transcript, and which sorts it has to do without."""

    numbers: list[int]
    missing: list[str]
    edits: dict[int, int]

    @classmethod
    def of(cls, parts: Sequence[Part]) -> Self:
        """All that was said, and the newest pictures: words are short, and one of them may be the red flag."""
        there = [one for one in parts if one.state == PartState.THERE]
        pictures = [one for one in there if one.sort == Sort.PICTURE][-MOST_PICTURES:]
        used = [one for one in there if one.sort != Sort.PICTURE or one in pictures]
        missing = {one.sort for one in parts if one.is_unread or one.settled_at is None}
        return cls([one.number for one in used], sorted(missing), edits_of(used))

    @classmethod
    def by(cls, answer: ConsultAnswer) -> Self:
        """As the answer was asked for."""
        told = answer.run.params["parts"]
        edits = {one["number"]: one["edits"] for one in told if one.get("edits")}
        return cls(answer.parts, answer.missing, edits)


def edits_of(parts: Sequence[Part]) -> dict[int, int]:
    """How often people acted on each transcript, by the number of its part; the untouched are left out."""
    voices = {one.run_id: one.number for one in parts if one.sort == Sort.VOICE and one.run_id}
    if not voices:
        return {}
    counted = TranscriptEdit.objects.filter(run__in=voices).order_by().values("run").annotate(n=Count("pk"))
    acts = dict(counted.values_list("run", "n"))
    return {number: acts[run] for run, number in voices.items() if run in acts}


def left_out(answer: ConsultAnswer, parts: Sequence[Part]) -> list[Part]:
    """Pictures that were there, and had to give way to newer ones."""
    pictures = [one for one in parts if one.sort == Sort.PICTURE and one.number in answer.parts]
    first = pictures[0].number if len(pictures) == MOST_PICTURES else 0
    return [one for one in parts if one.sort == Sort.PICTURE and one.state == PartState.THERE and one.number < first]


def is_worth_waiting(parts: Sequence[Part]) -> bool:
    """For what is being read, while it is not late. For a recording that goes on only where nothing else was said: it
    may be paused or forgotten, and what was typed beside it may be urgent."""
    are_words_there = any(one.sort != Sort.PICTURE and one.state == PartState.THERE for one in parts)
    for one in parts:
        if one.settled_at is not None or one.is_late:
            continue
        if one.state == PartState.READ or one.sort == Sort.PICTURE or not are_words_there:
            return True
    return False


def is_spoken(parts: Sequence[Part]) -> bool:
    """Pictures alone are no question yet."""
    return any(one.sort != Sort.PICTURE and one.state != PartState.GIVEN_UP for one in parts)


def due(parts: Sequence[Part], waits: ConsultWaits, *, now: datetime, answered: datetime | None) -> datetime:
    """`answered`: when an answer was asked for last. What came before that has had its answer: from now on only being
    asked counts, as it does where a site waits so long that nothing is left of the promise."""
    asked = now + timedelta(seconds=ANSWER_S)
    came = [one.came_at for one in parts if one.came_at]
    if not came or (answered is not None and max(came) <= answered):
        return asked
    whole = max(came) + timedelta(seconds=max(WHOLE_S, waits.voice_s - CLOCK_S, waits.picture_s - CLOCK_S))
    return min(asked, whole) if whole > now else asked
