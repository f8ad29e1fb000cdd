"""Do readers agree, and how does each read? Each sees her own figures; those of all only who leads the site."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from statistics import median
from uuid import UUID

from django.utils import timezone

from clinic import colleagues
from clinic.capabilities import Capability
from clinic.doubt.agreement import MISSING, Agreement, many_readers, two_readers
from clinic.doubt.intervals import Figure, wilson
from clinic.models import ItemState, Review

LAST = timedelta(days=365)
MOST = 20_000  # decisions looked at: the latest


@dataclass(frozen=True)
class Read:
    item: UUID
    reader: UUID
    label: str
    decided: str  # the last word, where there is one
    was_blind: bool
    agrees: bool | None
    seconds: float


@dataclass(frozen=True)
class Together:
    """How readers of one capability agree where each read without knowing of the other."""

    items: int
    readers: int
    agreement: Agreement

    @property
    def is_of_two(self) -> bool:
        """Then the kappa is Cohen's, else Fleiss'."""
        return self.readers == 2


@dataclass(frozen=True)
class OfReader:
    person: UUID
    name: str
    count: int
    with_last_word: Figure | None
    with_engine: Figure | None
    median_seconds: float | None


@dataclass(frozen=True)
class Pair:
    names: tuple[str, str]
    agreement: Agreement


def reads(site_id: UUID, capability: Capability, reader: UUID | None = None) -> list[Read]:
    """First and further readings; judgements between readers are another thing, and sending back names no class."""
    since = timezone.now() - LAST
    rows = Review.objects.filter(site=site_id, item__capability=capability.name, is_adjudication=False, at__gte=since)
    rows = rows.filter(label__in=list(capability.classes))
    if reader is not None:
        rows = rows.filter(reader=reader)
    columns = ("item_id", "reader_id", "label", "item__state", "item__decided_label", "was_blind", "agrees", "looked")
    return [
        Read(item, who, label, decided if state == ItemState.DECIDED else "", blind, agrees, looked.get("seconds", 0.0))
        for item, who, label, state, decided, blind, agrees, looked in rows.order_by("-at").values_list(*columns)[:MOST]
    ]


def together(capability: Capability, found: Iterable[Read]) -> Together | None:
    """None: nothing was read blind by two."""
    by_item = _read_twice(found)
    people = sorted({read.reader for those in by_item.values() for read in those})
    if not by_item:
        return None
    column, number = _positions(people), _numbers(capability)
    table = []
    for those in by_item.values():
        row = [MISSING] * len(people)
        for read in those:
            row[column[read.reader]] = number[read.label]
        table.append(row)
    agreement = _of_two(table, capability) if len(people) == 2 else many_readers(table, len(capability.classes))
    return Together(len(table), len(people), agreement)


def _of_two(table: list[list[int]], capability: Capability) -> Agreement:
    first, second = ([row[side] for row in table] for side in (0, 1))
    return two_readers(first, second, len(capability.classes))


def pairs(capability: Capability, found: Iterable[Read]) -> list[Pair]:
    """Each two who read the same items blind, those with most in common first."""
    shared: dict[tuple[UUID, UUID], list[list[int]]] = defaultdict(list)
    number = _numbers(capability)
    for those in _read_twice(found).values():
        for one, other in combinations(sorted(those, key=lambda read: read.reader), 2):
            shared[one.reader, other.reader].append([number[one.label], number[other.label]])
    names = colleagues.names({person for pair in shared for person in pair})
    ranked = sorted(shared.items(), key=lambda entry: -len(entry[1]))
    return [Pair((names[a], names[b]), _of_two(table, capability)) for (a, b), table in ranked]


def _read_twice(found: Iterable[Read]) -> dict[UUID, list[Read]]:
    by_item: dict[UUID, list[Read]] = defaultdict(list)
    for read in found:
        if read.was_blind:
            by_item[read.item].append(read)
    return {item: those for item, those in by_item.items() if len(those) > 1}


def _positions(people: Sequence[UUID]) -> dict[UUID, int]:
    return {person: place for place, person in enumerate(people)}


def _numbers(capability: Capability) -> dict[str, int]:
    return {name: number for number, name in enumerate(capability.classes)}


def of_readers(found: Iterable[Read]) -> list[OfReader]:
    by_reader: dict[UUID, list[Read]] = defaultdict(list)
    for read in found:
        by_reader[read.reader].append(read)
    names = colleagues.names(by_reader)
    figures = [_of_reader(person, names[person], those) for person, those in by_reader.items()]
    return sorted(figures, key=lambda one: (-one.count, one.name))


def _of_reader(person: UUID, name: str, those: list[Read]) -> OfReader:
    return OfReader(
        person=person, name=name, count=len(those),
        with_last_word=_share([read.label == read.decided for read in those if read.decided]),
        with_engine=_share([read.agrees for read in those if read.agrees is not None]),
        median_seconds=median(read.seconds for read in those) if those else None,
    )  # fmt: skip


def _share(judged: Sequence[bool]) -> Figure | None:
    return wilson(sum(judged), len(judged)) if judged else None
