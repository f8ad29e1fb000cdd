"""Where a blind comparison stands: which pair comes next for a person, and what came of it in the end."""

from collections import Counter
from dataclasses import dataclass

from clinic import texts
from clinic.authorization.actor import Actor
from clinic.doubt.intervals import Figure, wilson
from extraction import made_up
from extraction.models import BlindComparison, BlindJudgement, BlindPair
from extraction.models.comparisons import Preferred

FIRST, SECOND = "first", "second"


@dataclass(frozen=True)
class Tally:
    first: int
    second: int
    alike: int

    @property
    def second_share(self) -> Figure | None:
        """Of the pairs in which one was preferred."""
        decided = self.first + self.second
        return wilson(self.second, decided) if decided else None


def next_pair(by: Actor, comparison: BlindComparison) -> BlindPair | None:
    done = BlindJudgement.objects.filter(pair__comparison=comparison, by=by.myself).values("pair")
    rows = BlindPair.objects.visible_to(by).filter(comparison=comparison).exclude(pk__in=done)
    return rows.select_related("upload__case").order_by("number").first()


def tally(comparison: BlindComparison) -> Tally:
    rows = BlindJudgement.objects.filter(pair__comparison=comparison).values_list("preferred", "pair__is_swapped")
    counted = Counter(_version(preferred, is_swapped) for preferred, is_swapped in rows)
    return Tally(counted[FIRST], counted[SECOND], counted[Preferred.ALIKE])


def _version(preferred: str, is_swapped: bool) -> str:
    if preferred == Preferred.ALIKE:
        return preferred
    return SECOND if (preferred == Preferred.LEFT) == is_swapped else FIRST


def text_of(pair: BlindPair) -> str:
    if pair.upload is None:
        return made_up.DOCUMENTS[pair.made_up]
    return texts.text_of(pair.upload) or ""
