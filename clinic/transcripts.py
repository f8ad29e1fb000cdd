"""A transcript as it stands: what the engine heard, with what people did to it since. Pure where it can be: the rows go
in, the words come out; the engine's own words are never touched."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from clinic.answer_telling import opened
from clinic.models import Result, Run, TranscriptAct, TranscriptEdit

LOW = 0.35  # PocketSphinx is surer than that of two words in three
BOTH = 3  # speakers 1 and 2 at once


@dataclass(frozen=True)
class Said:
    """A word, or several that a person wrote in the place of others: `first` to `last` of the engine's words."""

    first: int
    last: int
    text: str = field(repr=False)
    start: float
    end: float
    confidence: float | None
    is_voiced: bool
    was: str = field(default="", repr=False)  # what the engine heard, where a person wrote something else
    is_corrected: bool = False

    @property
    def is_low(self) -> bool:
        return not self.is_corrected and self.confidence is not None and self.confidence < LOW


@dataclass(frozen=True)
class ToConfirm:
    first: int
    last: int
    risk: str
    text: str = field(repr=False)
    is_missing: bool
    is_confirmed: bool


@dataclass(frozen=True)
class Line:
    """Words of one speaker without a pause. `speaker`: 0 where nobody can tell, 3 where both spoke at once."""

    speaker: int
    name: str
    start: float
    words: tuple[Said, ...]
    is_suggested: bool  # by pitch and pauses; a person has not said so


@dataclass(frozen=True)
class Current:
    run_id: Any
    lines: tuple[Line, ...]
    ticks: tuple[ToConfirm, ...]
    edits: int  # rows so far: what an act says it has seen
    is_checked: bool
    may_undo: bool

    @property
    def words(self) -> tuple[Said, ...]:
        return tuple(word for line in self.lines for word in line.words)

    @property
    def text(self) -> str:
        """What counts as said: without what is struck, with what people wrote."""
        return " ".join(word.text for word in self.words if word.is_voiced and word.text)

    @property
    def unconfirmed(self) -> tuple[ToConfirm, ...]:
        return tuple(tick for tick in self.ticks if not tick.is_confirmed)


def current(run: Run) -> Current | None:
    """The words of a run of `clinic.speech` as they stand now. None where it gave none, or nobody can read them."""
    return currents(Result.objects.select_related("case").filter(run=run)).get(run.pk)


def currents(results: Iterable[Result]) -> dict[UUID, Current]:
    """The same of many, by run: their edits are asked for together. Those that gave no words are missing."""
    told = {row.run_id: opened(row) for row in results}
    heard = {run: words for run, words in told.items() if words and not words.get("problem")}
    edits: dict[UUID, list[TranscriptEdit]] = {run: [] for run in heard}
    for edit in TranscriptEdit.objects.select_related("run__case").filter(run__in=heard).order_by("run", "number"):
        edits[edit.run_id].append(edit)
    return {run: as_it_stands(run, words, edits[run]) for run, words in heard.items()}


def edits_of(run: Run) -> list[TranscriptEdit]:
    return list(TranscriptEdit.objects.select_related("run__case").filter(run=run).order_by("number"))


def in_force(edits: Sequence[TranscriptEdit]) -> list[TranscriptEdit]:
    """Taking back takes the latest that stands."""
    standing: list[TranscriptEdit] = []
    for edit in edits:
        if edit.act == TranscriptAct.UNDONE:
            standing.pop()
        else:
            standing.append(edit)
    return standing


def as_it_stands(run_id: Any, told: Mapping[str, Any], edits: Sequence[TranscriptEdit]) -> Current:
    standing = in_force(edits)
    words = _corrected(told["words"], [edit for edit in standing if edit.act == TranscriptAct.CORRECTED])
    return Current(
        run_id=run_id, lines=tuple(_lines(told, words, standing)),
        ticks=tuple(_tick(tick, standing) for tick in told["ticks"]), edits=len(edits),
        is_checked=bool(standing) and standing[-1].act == TranscriptAct.CHECKED, may_undo=bool(standing),
    )  # fmt: skip


def _corrected(words: Sequence[Mapping[str, Any]], corrections: Sequence[TranscriptEdit]) -> list[Said]:
    """The latest correction of a word counts; one that reaches into an earlier one takes its place as a whole."""
    by_word: dict[int, TranscriptEdit] = {}
    for edit in corrections:
        taken = {id(by_word[at]) for at in _range(edit) if at in by_word}
        by_word = {at: each for at, each in by_word.items() if id(each) not in taken}
        by_word |= dict.fromkeys(_range(edit), edit)
    found: list[Said] = []
    for at, word in enumerate(words):
        written = by_word.get(at)
        if written is None:
            found.append(_heard(at, word))
        elif at == written.first:
            found.append(_written(written, words))
    return found


def _range(edit: TranscriptEdit) -> range:
    return range(edit.first or 0, (edit.last or 0) + 1)


def _heard(at: int, word: Mapping[str, Any]) -> Said:
    return Said(at, at, word["text"], word["start"], word["end"], word["confidence"], word["is_voiced"])


def _written(edit: TranscriptEdit, words: Sequence[Mapping[str, Any]]) -> Said:
    """By a person who listened: it counts as said, also where the engine's word was struck."""
    was = [words[at] for at in _range(edit)]
    heard = " ".join(word["text"] for word in was)
    return Said(edit.first or 0, edit.last or 0, str(edit.words), was[0]["start"], was[-1]["end"], None, True, heard,
                is_corrected=True)  # fmt: skip


def _tick(tick: Mapping[str, Any], standing: Sequence[TranscriptEdit]) -> ToConfirm:
    """Confirmed as it stood, or written by a person."""
    settling = (TranscriptAct.CONFIRMED, TranscriptAct.CORRECTED)
    is_confirmed = any(
        edit.act in settling and edit.first is not None and edit.last is not None
        and edit.first <= tick["first"] and tick["last"] <= edit.last
        for edit in standing
    )  # fmt: skip
    return ToConfirm(tick["first"], tick["last"], tick["risk"], tick["text"], tick["is_missing"], is_confirmed)


def _lines(told: Mapping[str, Any], words: Sequence[Said], standing: Sequence[TranscriptEdit]) -> list[Line]:
    names = {edit.speaker: str(edit.words) for edit in standing if edit.act == TranscriptAct.NAMED}
    said_by: dict[int, int] = {}
    for edit in standing:
        if edit.act == TranscriptAct.SPOKEN_BY:
            said_by |= dict.fromkeys(_range(edit), edit.speaker or 0)
    lines: list[Line] = []
    for word in words:
        speaker = said_by.get(word.first, _suggested(told["turns"], word))
        begins = not lines or lines[-1].speaker != speaker or _is_new_segment(told["segments"], lines[-1], word)
        if begins:
            lines.append(Line(speaker, names.get(speaker, ""), word.start, (word,), word.first not in said_by))
        else:
            last = lines[-1]
            lines[-1] = Line(speaker, last.name, last.start, (*last.words, word), last.is_suggested)
    return lines


def _suggested(turns: Sequence[Mapping[str, Any]], word: Said) -> int:
    """Who may have said it; both, where two turns lie over each other there."""
    middle = (word.start + word.end) / 2
    speakers = {turn["speaker"] for turn in turns if turn["start"] <= middle <= turn["end"]}
    return BOTH if len(speakers) > 1 else next(iter(speakers), 0)


def _is_new_segment(segments: Sequence[Mapping[str, Any]], line: Line, word: Said) -> bool:
    """A pause begins a line only where nobody can be told apart: else a line is a turn."""
    if line.speaker:
        return False
    return any(line.words[-1].first < segment["first"] <= word.first for segment in segments)
