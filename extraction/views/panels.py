"""What the page of a document's facts shows: its text with marks, each fact in a line, and what may be done next."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from clinic import texts
from clinic.answer_telling import opened, told_to
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.document_words import sentence
from clinic.doubt.intervals import Figure
from clinic.errors import Words
from clinic.models import Result
from clinic.sealed_words import said
from clinic.views.presenters import review_standing
from clinic.views.presenters.ai_cards import AiCard, card_of
from clinic.views.presenters.case_rows import patient_line
from extraction import checked, experience, shelf, somebody_else, wording
from extraction.actions import checking
from extraction.asking import Asking
from extraction.checked import OPEN, Fact
from extraction.inference.schema import Extraction, TextEvidence
from extraction.models import Act, FactSheet
from extraction.views.leaves import Leaf, leaf_of
from extraction.views.marking import Place, Shown, line_of, marked

SHOWN = 200  # facts on a page


@dataclass(frozen=True)
class Line:
    """One fact of the list."""

    key: str
    number: str
    look: str
    title: Words
    words: str
    asides: list[Words]
    state: str
    state_words: Words
    line: int | None  # of the text
    confidence: float | None
    kept: Figure | None  # how often people here kept facts of its kind, of this engine
    is_on: bool

    @property
    def is_open(self) -> bool:
        return self.state == OPEN

    @property
    def is_by_rule(self) -> bool:
        """Stands, and no person has said so: she may still say anything of it."""
        return self.state == Act.BY_RULE

    @property
    def anchor(self) -> str:
        return self.key.replace(".", "-")


@dataclass(frozen=True)
class Panel:
    name: Words
    patient: str
    place: str
    lines: list[Line] = field(default_factory=list)
    current: Line | None = None
    text: Shown | None = None
    leaf: Leaf | None = None
    legend: list[tuple[str, str, Words]] = field(default_factory=list)
    problem: Any = None
    doubts: list[Words] = field(default_factory=list)
    card: AiCard | None = None
    tally: Counter[str] = field(default_factory=Counter)
    is_hidden: bool = False
    takes_focus: bool = False  # not at the first look: then she reads, and a stray Enter must accept nothing
    may_check: bool = False
    may_undo: bool = False
    may_finish: bool = False
    may_reopen: bool = False
    may_ask_again: bool = False
    seen: int = 0  # decisions so far: forms send it, so that nobody overwrites what she has not seen
    pages: "Pages | None" = None
    run_url: str = ""
    asking: Asking | None = None
    asking_url: str = ""
    review_url: str = ""

    @property
    def is_uncalibrated(self) -> bool:
        return bool(self.lines) and all(one.confidence is None and one.kept is None for one in self.lines)

    @property
    def is_measured_here(self) -> bool:
        return any(one.kept is not None for one in self.lines)

    @property
    def open_count(self) -> int:
        return self.tally[OPEN]

    @property
    def rejected_count(self) -> int:
        return self.tally[Act.REJECTED]

    @property
    def ruled_count(self) -> int:
        return self.tally[Act.BY_RULE]

    @property
    def kept_count(self) -> int:
        return self.ruled_count + self.tally[Act.ACCEPTED] + self.tally[Act.EDITED] + self.tally[Act.ADDED]


def panel_for(by: Actor, sheet: FactSheet, at: str = "", page: int = 0, leaf: int = 0, part: int = 0) -> Panel:
    read_text = texts.result_of(sheet.upload_id)
    answered = told_to(by, sheet.run_id)
    answer, outcome = (answered.result, answered.outcome) if answered else (None, {})
    told = checked.told_in(outcome)
    decisions = checking.decisions_of(sheet) if answer else []
    found = checked.facts(told, decisions)
    read = opened(read_text)
    text = str(read.get("text") or "")
    may_check = by.can(Permission.REVIEW_WORK) and not sheet.is_finished and answer is not None
    current = _current(found, at) if may_check or at else ""
    pages = _pages(found, current, page)
    asking = Asking.of(sheet)
    measured = experience.kept(sheet.site_id, answer.engine_digest) if answer and found else {}
    marks = _marks(found)
    lines = list(_lines(found, marks, text, current, measured, pages))
    places = list(_places(found, marks, current))
    return Panel(
        name=said(lambda: sheet.upload.name), place=str(getattr(sheet, "place", "")),
        patient=patient_line(sheet.case.patient, sheet.case.age_years), lines=lines,
        current=next((one for one in lines if one.is_on), None),
        text=marked(text, places, part) if text else None,
        leaf=leaf_of(sheet, read.get("pages") or (), places, _said(lines), leaf),
        legend=_legend(found),
        problem=_problem(read_text), doubts=[*_doubts(outcome), *_of_somebody_else(told, sheet)],
        card=card_of(answer, by, reviewed=review_standing.of(answer)) if answer else None,
        tally=Counter(one.state for one in found), may_check=may_check,
        takes_focus=bool(decisions or at), is_hidden=sheet.run_id is not None and answer is None,
        may_finish=may_check and not (outcome.get("refusal") and not found), seen=len(decisions), pages=pages,
        may_reopen=_may_reopen(by, sheet) and answer is not None, may_ask_again=_may_ask_again(by, sheet),
        may_undo=may_check and checked.last_to_undo(checked.in_force(decisions)) is not None,
        run_url=_run_url(by, sheet.run_id), asking=asking, asking_url=_run_url(by, asking.run_id),
        review_url=_review_url(by, sheet),
    )  # fmt: skip


def _said(lines: Sequence[Line]) -> dict[str, str]:
    return {one.key: f"{one.title}: {one.words}" for one in lines}


def _current(found: Sequence[Fact], at: str) -> str:
    """The one that was asked for, else the first that is open."""
    if any(one.key == at for one in found):
        return at
    return next((one.key for one in found if one.state == OPEN), "")


@dataclass(frozen=True)
class Pages:
    """Which facts of a long document are shown, counted from one."""

    first: int
    last: int
    total: int
    number: int

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.last < self.total else None


def _pages(found: Sequence[Fact], current: str, asked: int) -> Pages:
    """The page that was asked for, else that of the fact that is looked at."""
    at = next((number for number, one in enumerate(found) if one.key == current), 0)
    most = max(1, -(-len(found) // SHOWN))
    number = min(max(asked, 1), most) if asked else at // SHOWN + 1
    return Pages((number - 1) * SHOWN + 1, min(number * SHOWN, len(found)), len(found), number)


def _of_somebody_else(told: Extraction, sheet: FactSheet) -> Iterator[Words]:
    """The document speaks of another name, date of birth, sex or age than the patient has: perhaps it lies in the
    wrong case. The words of the document stand among its facts; what the site holds of the patient is not told here."""
    found = somebody_else.signs(told, sheet.case)
    if somebody_else.OTHER_NAME in found:
        yield _("The document names another patient than the one of this case. Is it of this patient?")
    if somebody_else.OTHER_BIRTH_DATE in found:
        yield _("The document gives another date of birth than the patient of this case has. Is it of this patient?")
    if somebody_else.OTHER_SEX in found:
        yield _("The document speaks of another sex than the patient of this case has. Is it of this patient?")
    if somebody_else.OTHER_AGE in found:
        yield _("The document speaks of a patient of %(told)s years, this one is %(known)s. Is it of this patient?") % {
            "told": f"{somebody_else.years(told):g}",
            "known": sheet.case.age_years,
        }


Mark = tuple[str, str]  # the number of a fact, and its colour


def _marks(found: Sequence[Fact]) -> list[Mark]:
    """Numbers run through the whole document."""
    counted: Counter[str] = Counter()
    marks = []
    for one in found:
        letter, look = wording.MARKS[one.kind]
        counted[letter] += 1
        marks.append((f"{letter}{counted[letter]}", look))
    return marks


def _lines(found: Sequence[Fact], marks: Sequence[Mark], text: str, current: str, measured: Mapping[str, Figure],
           pages: Pages) -> Iterator[Line]:  # fmt: skip
    """Only the facts of one page are put into words."""
    for one, (number, look) in list(zip(found, marks, strict=True))[pages.first - 1 : pages.last]:
        kept = measured.get(one.kind)
        start = next((each.start for each in one.evidence if isinstance(each, TextEvidence)), None)
        yield Line(
            key=one.key, number=number, look=look,
            title=wording.title(one.kind, one.key, one.values), words=wording.line(one.kind, one.values),
            asides=wording.aside(one.kind, one.values), state=one.state,
            state_words=Act(one.state).label if one.state != OPEN else "",
            line=line_of(text, start) if start is not None and text else None, confidence=one.confidence,
            kept=kept if kept is not None and not kept.too_few and one.state != Act.ADDED else None,
            is_on=one.key == current,
        )  # fmt: skip


def _places(found: Sequence[Fact], marks: Sequence[Mark], current: str) -> Iterator[Place]:
    """Where each fact stands, whichever page of facts is shown: from its first words to its last, where those are near
    each other."""
    for fact, (number, look) in zip(found, marks, strict=True):
        for start, end in _runs([one for one in fact.evidence if isinstance(one, TextEvidence)]):
            yield Place(start, end, fact.key, number, look, fact.key == current)


_NEAR = 40  # characters between two words of one fact


def _runs(evidence: Sequence[TextEvidence]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted({(one.start, one.end) for one in evidence}):
        if joined and start - joined[-1][1] <= _NEAR:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _legend(found: Sequence[Fact]) -> list[tuple[str, str, Words]]:
    """What each letter beside a fact stands for: of all kinds that the document has."""
    kinds = {one.kind for one in found}
    return [(*mark, wording.KINDS[kind]) for kind, mark in wording.MARKS.items() if kind in kinds]


def _problem(read_text: Result | None) -> Any:
    code = read_text.facets.get("problem") if read_text else ""
    return sentence(code) if code else None


def _doubts(outcome: dict[str, Any]) -> list[Words]:
    told = [wording.DOUBTS[code] for code in outcome.get("doubts", ()) if code in wording.DOUBTS]
    if outcome.get("refusal") == "other_language":
        told.append(_("The rules read English texts only: a person writes the facts."))
    return told


def _may_reopen(by: Actor, sheet: FactSheet) -> bool:
    return by.can(Permission.REVIEW_WORK) and sheet.is_finished and sheet.upload.expired_at is None


def _may_ask_again(by: Actor, sheet: FactSheet) -> bool:
    """Also where nobody has answered yet, and nobody is going to."""
    is_asked = Asking.of(sheet).is_under_way
    return by.can(Permission.RUN_REQUEST) and not is_asked and sheet.upload.expired_at is None


def _run_url(by: Actor, run: UUID | None) -> str:
    return reverse("run", args=[run]) if run and by.can(Permission.JOBS_VIEW) else ""


def _review_url(by: Actor, sheet: FactSheet) -> str:
    item = getattr(sheet, "item", None)
    waits = item and getattr(sheet, "place", "") == shelf.UNREAD
    return reverse("review_item", args=[item]) if waits and by.can(Permission.REVIEW_WORK) else ""
