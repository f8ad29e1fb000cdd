"""How many words an engine got wrong, against transcripts that somebody has read to the end: by engine and by who read
it, because voices differ. Each sees her own figures; those of all only who leads the site."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from uuid import UUID

from django.utils import timezone

from clinic import colleagues, transcripts
from clinic.answer_telling import for_many, opened
from clinic.doubt.intervals import Figure
from clinic.models import Result, TranscriptAct, TranscriptEdit

LAST, MOST = timedelta(days=365), 200  # the latest transcripts: each is opened and compared
LONGEST = 4_000  # words of one that are compared
_DRAWS = 2_000


@dataclass(frozen=True)
class Read:
    """One transcript that somebody has read to the end."""

    by: UUID
    engine: str
    errors: int
    words: int  # as they stand now


@dataclass(frozen=True)
class OfPerson:
    name: str
    engine: str
    transcripts: int
    word_errors: Figure


def of(site_id: UUID, *, by: UUID | None = None) -> list[OfPerson]:
    return told(read_to_the_end(site_id, by=by))


def read_to_the_end(site_id: UUID, *, by: UUID | None = None) -> list[Read]:
    checks = TranscriptEdit.objects.filter(site=site_id, act=TranscriptAct.CHECKED, at__gt=timezone.now() - LAST)
    if by is not None:
        checks = checks.filter(by=by)
    who = dict(checks.order_by("-at").values_list("run", "by")[:MOST])
    results = for_many(Result.objects.select_related("case", "run").filter(run__in=who))
    return [read for result in results if (read := _read(result, who[result.run_id])) is not None]


def _read(result: Result, by: UUID | None) -> Read | None:
    told = opened(result)
    if by is None or not told.get("words"):
        return None
    now = transcripts.as_it_stands(result.run_id, told, transcripts.edits_of(result.run))
    heard, said = words_of(told["text"]), words_of(now.text)
    if not now.is_checked or not said:
        return None
    return Read(by, str(result.facets.get("engine", "")), errors_between(said, heard), len(said))


def words_of(text: str) -> list[str]:
    return re.findall(r"[\w'%]+", text.lower())[:LONGEST]


def errors_between(said: Sequence[str], heard: Sequence[str]) -> int:
    """The fewest words to change, leave out or put in."""
    row = list(range(len(heard) + 1))
    for at, word in enumerate(said, 1):
        before, row[0] = row[0], at
        for place, other in enumerate(heard, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (word != other))
    return row[-1]


def told(found: Iterable[Read]) -> list[OfPerson]:
    groups: dict[tuple[UUID, str], list[Read]] = defaultdict(list)
    for read in found:
        groups[read.by, read.engine].append(read)
    names = colleagues.names({person for person, _engine in groups})
    rows = [OfPerson(names.get(person, ""), engine, len(reads), _rate(reads))
            for (person, engine), reads in groups.items()]  # fmt: skip
    return sorted(rows, key=lambda row: (row.name, row.engine))


def _rate(reads: list[Read]) -> Figure:
    """Words of a transcript err together: the interval draws transcripts, not words. Of one nothing can be drawn."""
    words = sum(read.words for read in reads)
    value = sum(read.errors for read in reads) / words
    if len(reads) == 1:
        return Figure(value, 0.0, max(1.0, value), words)
    draw = Random(1)  # noqa: S311  (statistics, no secret)
    drawn = sorted(_of(draw.choices(reads, k=len(reads))) for _ in range(_DRAWS))
    return Figure(value, drawn[int(0.025 * _DRAWS)], drawn[int(0.975 * _DRAWS) - 1], words)


def _of(reads: list[Read]) -> float:
    return sum(read.errors for read in reads) / sum(read.words for read in reads)
