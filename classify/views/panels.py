"""What the page of a document shows: its text with the words that moved the answer, the answer, and where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from classify import inbox, telling
from classify.doubt_words import doubt_words
from classify.models import Document
from classify.specialty import ROUTES
from classify.views.rows import PLACE_WORDS, urgency_of
from clinic import texts
from clinic.answer_telling import opened
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.document_words import MARKS, sentence
from clinic.errors import Words
from clinic.evidence import TextSpan, read
from clinic.models import Result, Run, Urgency
from clinic.sealed_words import said
from clinic.templatetags.figures import spaced
from clinic.text_words import LANGUAGES, SOURCES
from clinic.views.presenters import review_standing
from clinic.views.presenters.ai_cards import AiCard, card_of, with_limits
from clinic.views.presenters.case_rows import patient_line
from clinic.views.presenters.marked_text import MarkedText, marked

_OF_CASE = {
    Urgency.URGENT: gettext_lazy("The case is urgent."),
    Urgency.EMERGENCY: gettext_lazy("The case is an emergency."),
}
MOST_TERMS, MOST_MARKED = 10, 60
LEAST_SHARE = 0.1  # of the strongest: below it a word did not move the answer, and a mark would only distract


@dataclass(frozen=True)
class Term:
    words: str
    weight: float
    share: float  # of the strongest, for its bar

    @property
    def is_for(self) -> bool:
        return self.weight > 0


@dataclass(frozen=True)
class VoteShown:
    number: int
    words: Words
    probability: float
    begins: str


@dataclass(frozen=True)
class Panel:
    name: Words
    patient: str
    facts: str
    place: Words
    urgency: str
    is_under_way: bool = False
    problem: Any = None
    text: MarkedText | None = None
    terms: list[Term] = field(default_factory=list)
    card: AiCard | None = None
    doubts: list[Words] = field(default_factory=list)
    marks: list[Words] = field(default_factory=list)
    votes: list[VoteShown] = field(default_factory=list)
    label: Words = ""
    novelty: float | None = None
    urgent_words: str = ""
    run_url: str = ""
    review_url: str = ""
    waits_for_person: bool = False
    copy: Document | None = None
    is_hidden: bool = False
    may_sort: bool = False
    may_review: bool = False


def panel_for(by: Actor, document: Document) -> Panel:
    read_text = texts.result_of(document.upload_id)
    told = telling.answer_for(by, document)
    text, answer, outcome = _text(read_text), told.result if told else None, told.outcome if told else {}
    spans = [(number, one) for number, one in enumerate(_spans(outcome), 1)]
    card = card_of(answer, by, reviewed=review_standing.of(answer)) if answer else None
    place = str(getattr(document, "place", ""))
    return Panel(
        name=said(lambda: document.upload.name), urgency=urgency_of(document),
        patient=patient_line(document.case.patient, document.case.age_years), facts=_facts(read_text),
        place=PLACE_WORDS.get(place, place), is_under_way=place == inbox.UNDER_WAY,
        problem=_problem(read_text), text=marked(text, _strong(spans)) if text else None, terms=_terms(spans),
        card=replace(with_limits(card, answer), evidence=()) if card and answer else None,
        doubts=[doubt_words(code) for code in outcome.get("doubts", ())], marks=_marks(read_text),
        votes=list(_votes(outcome, text)), label=_label(answer), novelty=_novelty(outcome),
        urgent_words=_urgent(document, outcome), run_url=_run_url(by, document.route_run), copy=document.copy_of,
        waits_for_person=place == inbox.WAITING, review_url=_review_url(document),
        is_hidden=document.route_run_id is not None and answer is None,
        may_sort=by.can(Permission.RUN_REQUEST), may_review=by.can(Permission.REVIEW_WORK),
    )  # fmt: skip


def _text(read_text: Result | None) -> str:
    return str(opened(read_text).get("text") or "")


def _problem(read_text: Result | None) -> Any:
    code = read_text.facets.get("problem") if read_text else ""
    return sentence(code) if code else None


def _spans(outcome: dict[str, Any]) -> Iterator[TextSpan]:
    for told in outcome.get("evidence", ()):
        one = read(told)
        if isinstance(one, TextSpan):
            yield one


def _strong(spans: list[tuple[int, TextSpan]]) -> list[tuple[int, TextSpan]]:
    most = max((abs(span.weight) for _number, span in spans), default=0.0)
    return [one for one in spans if abs(one[1].weight) >= LEAST_SHARE * most][:MOST_MARKED]


def _terms(spans: list[tuple[int, TextSpan]]) -> list[Term]:
    """Each word once, with all it did wherever it stands."""
    summed: dict[str, float] = {}
    for _number, span in spans:
        words = " ".join(span.words.lower().split())
        summed[words] = summed.get(words, 0.0) + span.weight
    strongest = sorted(summed.items(), key=lambda pair: -abs(pair[1]))[:MOST_TERMS]
    most = abs(strongest[0][1]) if strongest else 1.0
    ordered = sorted(strongest, key=lambda pair: -pair[1])
    return [Term(words, weight, abs(weight) / most if most else 0.0) for words, weight in ordered]


def _label(answer: Result | None) -> Words:
    card = ROUTES.classes.get(answer.facets.get("label", "")) if answer else None
    return card.words if card else ""


def _facts(read_text: Result | None) -> str:
    if read_text is None or read_text.facets.get("problem"):
        return ""
    told = read_text.facets
    pages = ngettext("%d page", "%d pages", told["pages"]) % told["pages"]
    characters = _("%s characters") % spaced(told["characters"])
    source = SOURCES.get(told["source"], told["source"])
    language = LANGUAGES.get(told["language"], told["language"])
    return ", ".join(str(part) for part in (source, pages, characters, language))


def _marks(read_text: Result | None) -> list[Words]:
    codes = (read_text.facets.get("marks") or "").split(", ") if read_text else []
    return [MARKS.get(code, code) for code in codes if code]


def _novelty(outcome: dict[str, Any]) -> float | None:
    """Nothing of what was not read."""
    return None if outcome.get("refusal") else outcome.get("novelty")


def _votes(outcome: dict[str, Any], text: str) -> Iterator[VoteShown]:
    for number, vote in enumerate(outcome.get("votes", ()), 1):
        card = ROUTES.classes.get(vote["label"])
        begins = " ".join(text[vote["start"] : vote["start"] + 80].split())
        yield VoteShown(number, card.words if card else vote["label"], vote["probability"], begins)


def _urgent(document: Document, outcome: dict[str, Any]) -> str:
    """Who says so: the case may be urgent whatever the text reads like."""
    of_case = document.case.urgency
    told = [_OF_CASE[Urgency(of_case)]] if of_case in _OF_CASE else []
    return " ".join(str(part) for part in (*told, _read_as(outcome)) if part)


def _read_as(outcome: dict[str, Any]) -> str:
    if outcome.get("urgency") is None:
        return ""
    words = _("Reads as urgent") if outcome.get("is_urgent") else _("Reads as routine")
    sure, limit = _apart(outcome["urgency"], outcome["urgent_from"])
    return _("%(words)s: %(sure)s, urgent from %(limit)s") % {"words": words, "sure": sure, "limit": limit}


def _apart(one: float, other: float) -> tuple[str, str]:
    """With as many digits as it takes to see on which side of the other it lies."""
    for digits in range(2, 7):
        told = f"{one:.{digits}f}", f"{other:.{digits}f}"
        if told[0] != told[1]:
            break
    return told


def _review_url(document: Document) -> str:
    item = getattr(document, "item", None)
    return reverse("review_item", args=[item]) if item else ""


def _run_url(by: Actor, run: Run | None) -> str:
    return reverse("run", args=[run.pk]) if run and by.can(Permission.JOBS_VIEW) else ""
