"""What is usual for her, and whether this time was different: her own attempts are the only measure."""

from dataclasses import dataclass

from clinic.authorization.actor import Actor
from coaching.actions import practising
from coaching.inference.progress import Trend, UsualRange, trend, usual_range
from coaching.inference.schema import DISFLUENCY, MeasureName
from coaching.models import Attempt, AttemptState

MOST_ATTEMPTS = 60
NAMES = ("content", "delivery", *(name.value for name in MeasureName))
GOOD = {"content": 1, "delivery": 1}  # of a measure neither side is the better one


@dataclass(frozen=True)
class Past:
    """Her finished attempts, the oldest first."""

    attempts: tuple[Attempt, ...]

    def values(self, name: str) -> list[float]:
        return [one.figures[name] for one in self.attempts if name in one.figures]

    def usual(self, name: str) -> UsualRange | None:
        return usual_range(self.values(name))

    def trend(self, name: str) -> Trend:
        """Her latest attempts against those before."""
        return trend(self.values(name), GOOD.get(name, 0))


def past_of(by: Actor, *, before: Attempt | None = None) -> Past:
    rows = Attempt.objects.visible_to(by).filter(state=AttemptState.DONE).exclude(figures={}).select_related("practice")
    if before is not None:
        rows = rows.filter(began_at__lt=before.began_at)
    return Past(tuple(reversed(rows.without_words().order_by("-began_at")[:MOST_ATTEMPTS])))


def names_told(by: Actor, past: Past) -> list[str]:
    """What there are figures of, without what she does not want to be told of."""
    off = left_out(by)
    return [name for name in NAMES if past.values(name) and name not in off]


def left_out(by: Actor) -> frozenset[str]:
    """What she does not want to be told of, also of the attempts before she said so."""
    return frozenset() if practising.preferences(by).counts_disfluency else frozenset(n.value for n in DISFLUENCY)
