"""What other limits would do, before anybody asks for them: the same rules applied to the answers of the last weeks."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from clinic.capabilities import Capability
from clinic.doubt.coverage import Decided, Live, live
from clinic.doubt.intervals import FEW
from clinic.models import ItemState, Result, ReviewItem
from clinic.review_policy import limits_of, rules_of
from clinic.review_rules import Rules, Told, reasons

LAST = 2000
TARGET = 0.95  # of what is accepted without a person, how much shall be right


@dataclass
class Accepted:
    """Answers nobody would look at, and what people said of those among them that somebody did look at."""

    count: int = 0
    by_class: Counter[str] = field(default_factory=Counter)
    judged: Counter[tuple[float, bool]] = field(default_factory=Counter)  # chance of being picked, right or wrong

    def add(self, told: Told, verdict: tuple[float, bool] | None) -> None:
        self.count += 1
        self.by_class[told.label] += 1
        if verdict:
            self.judged[verdict] += 1

    @property
    def n_judged(self) -> int:
        return self.judged.total()

    @property
    def n_wrong(self) -> int:
        return sum(count for (_chance, is_right), count in self.judged.items() if not is_right)

    def accuracy(self, chances: Iterable[float]) -> Live | None:
        """Over all that would be accepted: those drawn by chance stand for the many that were not."""
        every = {*chances, *(chance for chance, _is_right in self.judged)}
        parts = [Decided(chance, self.judged[chance, True], self.judged[chance, False]) for chance in sorted(every)]
        return live(parts, target=TARGET)


@dataclass
class Simulation:
    """The last answers under the limits that hold and under those somebody thinks of."""

    n: int = 0
    now: Accepted = field(default_factory=Accepted)
    then: Accepted = field(default_factory=Accepted)
    labels: Counter[str] = field(default_factory=Counter)
    chances: tuple[float, ...] = ()

    @property
    def more(self) -> int:
        """Below 0: so many fewer."""
        return self.now.count - self.then.count

    @property
    def too_few(self) -> bool:
        return self.n < FEW

    @classmethod
    def of(cls, site_id: UUID, capability: Capability, limits: Mapping[str, float], *, last: int = LAST) -> Self:
        rules, held = rules_of(site_id, capability.name), limits_of(site_id, capability)
        found = cls(chances=tuple(chance for chance in (rules.sample_percent / 100, 1.0) if chance > 0))
        answers = _last_answers(site_id, capability, last)
        verdicts = _verdicts(site_id, capability, [pk for pk, _told in answers])
        for pk, told in answers:
            found._count(told, capability, rules, (held, limits), verdicts.get(pk))
        return found

    def _count(self, told: Told, capability: Capability, rules: Rules,
               limits: tuple[Mapping[str, float], Mapping[str, float]],
               verdict: tuple[float, str] | None) -> None:  # fmt: skip
        self.n += 1
        self.labels[told.label] += 1
        judged = (verdict[0], verdict[1] == told.label) if verdict else None
        for accepted, these in zip((self.now, self.then), limits, strict=True):
            if not reasons(told, capability, these, rules):
                accepted.add(told, judged)


def _last_answers(site_id: UUID, capability: Capability, last: int) -> list[tuple[UUID, Told]]:
    rows = Result.objects.filter(site=site_id, kind=capability.kind).order_by("-at").values_list("pk", "facets")[:last]
    return [(pk, Told.of(facets)) for pk, facets in rows]


def _verdicts(site_id: UUID, capability: Capability, results: list[UUID]) -> dict[UUID, tuple[float, str]]:
    """The chance with which an answer was picked, and what people decided. What was chosen by hand weighs nothing."""
    rows = ReviewItem.objects.filter(
        site=site_id, result__in=results, state=ItemState.DECIDED, sampling__gt=0,
        decided_label__in=list(capability.classes),
    )  # fmt: skip
    return {pk: (chance, label) for pk, chance, label in rows.values_list("result_id", "sampling", "decided_label")}
