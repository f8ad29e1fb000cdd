"""What the panel of a transcript shows: lines of speakers, words in them, and which of them wait for a person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from clinic import transcripts, vocabulary
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.models import Result, Run, Upload
from clinic.sentences import Sentence
from clinic.speech_words import RISKS, sentence
from clinic.transcripts import BOTH, Current, Line, Said, ToConfirm
from clinic.views.presenters.evidence_links import clock


@dataclass(frozen=True)
class Piece:
    """Words that stand together: one, or those of a number, a dose, a negation."""

    words: tuple[Said, ...]
    tick: ToConfirm | None = None

    @property
    def is_open(self) -> bool:
        return self.tick is not None and not self.tick.is_confirmed

    @property
    def risk(self) -> str:
        return str(RISKS.get(self.tick.risk, "")) if self.tick else ""


@dataclass(frozen=True)
class Row:
    speaker: int
    who: str
    at: str
    is_suggested: bool
    is_both: bool
    pieces: tuple[Piece, ...]
    first: int
    last: int


@dataclass(frozen=True)
class Editing:
    """The words that a person is about to write anew."""

    first: int
    last: int
    text: str
    further: int  # the last word, were one more taken
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Panel:
    run: Run
    problem: Sentence | None
    current: Current | None
    rows: tuple[Row, ...]
    speakers: tuple[tuple[int, str], ...]
    editing: Editing | None
    sound: str  # address of the recording, for who may listen to it
    may_edit: bool
    engine: str
    is_draft: bool
    focus: int | None = None


def panel_of(actor: Actor, run: Run, *, word: int | None = None, to: int | None = None,
             focus: int | None = None) -> Panel:  # fmt: skip
    """The page that shows it has noted the reading."""
    result = Result.objects.filter(run=run).first()
    facets = result.facets if result else {}
    now = transcripts.current(run)
    may_edit = now is not None and actor.can(Permission.NOTE_WRITE)
    rows = tuple(_rows(now)) if now else ()
    return Panel(
        run=run, problem=sentence(facets["problem"]) if facets.get("problem") else None, current=now, rows=rows,
        speakers=_speakers(rows), editing=_editing(run, now, word, to) if now and may_edit else None,
        sound=_sound(actor, run), may_edit=may_edit, engine=str(facets.get("engine", "")),
        is_draft=bool(facets.get("is_draft")), focus=focus,
    )  # fmt: skip


def _sound(actor: Actor, run: Run) -> str:
    upload = Upload.objects.visible_to(actor).filter(runs=run).only("pk").first()
    return reverse("upload_content", args=[upload.pk]) if upload else ""


def _rows(now: Current) -> Iterator[Row]:
    for line in now.lines:
        yield Row(line.speaker, _who(line), clock(line.start), line.is_suggested, line.speaker == BOTH,
                  tuple(_pieces(line.words, now.ticks)), line.words[0].first, line.words[-1].last)  # fmt: skip


def _who(line: Line) -> str:
    if line.name:
        return line.name
    return {0: "", BOTH: _("Both at once")}.get(line.speaker, _("Speaker %d") % line.speaker)


def _speakers(rows: Sequence[Row]) -> tuple[tuple[int, str], ...]:
    found = {row.speaker: row.who for row in rows if row.speaker not in (0, BOTH)}
    return tuple(sorted(found.items()))


def _pieces(words: Sequence[Said], ticks: Sequence[ToConfirm]) -> Iterator[Piece]:
    at = 0
    while at < len(words):
        tick = next((tick for tick in ticks if tick.first <= words[at].last and words[at].first <= tick.last), None)
        end = at + 1
        while tick and end < len(words) and words[end].first <= tick.last:
            end += 1
        yield Piece(tuple(words[at:end]), tick)
        at = end


def _editing(run: Run, now: Current, word: int | None, to: int | None) -> Editing | None:
    if word is None:
        return None
    last = max(word, word if to is None else to)
    chosen = [each for each in now.words if each.first <= last and word <= each.last]
    if not chosen:
        return None
    text = " ".join(each.text for each in chosen)
    return Editing(chosen[0].first, chosen[-1].last, text, chosen[-1].last + 1,
                   vocabulary.offered(run.case, text))  # fmt: skip
