"""Is an engine, or one of its classes, stopped at a site? Asked when work begins and again when its result is written.

Never remembered: the answer is one look into a partial index, and a cord that was pulled must hold at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from clinic import turns
from clinic.models import Stop, StopMark

ALL = ""


@dataclass(frozen=True)
class Standing:
    """The stops that hold now, by the class each names; `ALL` for one that covers whatever the engine says."""

    by_class: Mapping[str, UUID] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.by_class)

    @property
    def is_all(self) -> bool:
        return ALL in self.by_class

    @property
    def classes(self) -> frozenset[str]:
        return frozenset(self.by_class) - {ALL}

    def over(self, labels: Iterable[str]) -> list[UUID]:
        """The stops that cover a result which names these classes, as its answer or as what it could not rule out."""
        return [self.by_class[name] for name in sorted({ALL, *labels}) if name in self.by_class]

    def covers(self, *labels: str) -> bool:
        return bool(self.over(labels))


def standing(site_id: UUID, capability: str) -> Standing:
    held = Stop.objects.filter(site=site_id, capability=capability, released_at=None)
    return Standing(dict(held.values_list("class_name", "pk")))


def standing_while_writing(site_id: UUID, capability: str) -> Standing:
    """For a transaction that writes a result: nobody pulls the cord between this look and its commit."""
    turns.while_writing(_cord(site_id, capability))
    return standing(site_id, capability)


def wait_for_writers(site_id: UUID, capability: str) -> None:
    """For the transaction that pulls: results already being committed are through, later ones see the stop."""
    turns.wait_for_writers(_cord(site_id, capability))


def _cord(site_id: UUID, capability: str) -> str:
    return f"stop:{site_id}:{capability}"


def marked(result_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Which of these results came about while their engine was stopped."""
    found = StopMark.objects.filter(result__in=list(result_ids)).values_list("result_id", flat=True)
    return frozenset(found)
