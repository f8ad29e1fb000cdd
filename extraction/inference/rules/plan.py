"""What is to be done: the sentences under a plan, and those that say that something will be done."""

import re
from collections.abc import Iterator
from typing import Literal

from extraction.inference.rules.people import SIGNED
from extraction.inference.rules.prepared import Prepared
from extraction.inference.rules.sentences import Sentence
from extraction.inference.schema import Assertion, Plan

Kind = Literal["follow_up", "test", "treatment", "referral", "advice"]

_PLANNED = re.compile(
    r"\b(?:(?:patient|he|she|we|i|they) (?:will|is going to|are going to|plans? to|should|shall|would recommend|"
    r"recommends?|intend)|will (?:be|have|need|continue|start|follow|return|undergo|obtain|see|plan|get|require)|"
    r"(?:is|was|are) (?:to (?:follow|return|continue|see|be seen|take)|scheduled (?:for|to)|advised to|"
    r"recommended to|instructed to|referred (?:to|for))|follow(?:-| )?up (?:in|with|at|will|is|was|after|"
    r"appointment|visit)|recommend(?:ed|ation)?s? (?:that|to|for|is)|plan(?:s|ned)? (?:is|to|for)|"
    r"return to (?:clinic|the clinic|office))\b",
    re.IGNORECASE,
)
_ASKING = (
    r"(?:request|arrange|book|organi[sz]e|schedule|order|"
    r"refer(?!\s+(?:you\s+)?to\s+(?:our|my|the)\s+(?:\w+\s)?(?:letter|report)))"
)
ASKED = re.compile(
    rf"(?:\bplease\s+(?:also\s+|kindly\s+)?(?:{_ASKING}|obtain|perform|repeat)|"
    rf"\b(?:we|i|you|to|will|would|could|can|kindly|also|and|then)\s+(?:like to\s+)?{_ASKING}|"
    rf"^[\s,;:•*#()\d.-]*{_ASKING})\b",
    re.IGNORECASE,
)
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("follow_up", re.compile(
        r"\b(?:follow(?:-| )?up|follow with|return (?:to|in)|see (?:him|her|me|us)|recheck|re-?evaluat\w+|"
        r"appointment|next visit|come back)\b", re.I)),
    ("referral", re.compile(r"\b(?:refer\w*|consult\w*)\b", re.I)),
    ("test", re.compile(
        r"\b(?:obtain|order\w*|check\w*|repeat|labs?|laborator\w+|scan|x-?ray|mri|ct|ultrasound|echo\w*|biops\w+|"
        r"monitor\w*|test\w*|cultures?|ekg|ecg|screen\w*|colonoscopy|endoscopy)\b", re.I)),
    ("treatment", re.compile(
        r"\b(?:start\w*|continu\w+|prescri\w+|mg|tablet\w*|medic\w+|surg\w+|therap\w+|treat\w*|inject\w*|increase\w*|"
        r"decrease\w*|stop|discontinu\w+|admit\w*|give\w*|antibiotic\w*|procedure|undergo\w*)\b", re.I)),
    ("advice", re.compile(
        r"\b(?:advis\w+|counsel\w*|instruct\w*|educat\w+|avoid\w*|diet\w*|exercis\w+|rest|encourag\w+|discuss\w*|"
        r"activit\w+|call)\b", re.I)),
)  # fmt: skip
_ORDER = re.compile(
    r"(?:please\s+|will\s+|we(?:'ll| will)\s+|to\s+|also\s+|then\s+)?(?:add|adjust|admit|advise|apply|arrange|"
    r"avoid|begin|call|change|check|consider|consult|continue|"
    r"decrease|discharge|discontinue|discuss|encourage|follow|give|hold|increase|initiate|keep|monitor|obtain|"
    r"order|perform|plan|prescribe|proceed|"
    r"recheck|recommend|refer|repeat|restart|resume|return|schedule|see|send|start|stop|switch|taper|titrate|"
    r"treat|trial of|wean|trend)\b",
    re.IGNORECASE,
)
_SECTIONS = frozenset({"plan", "assessment_plan"})
_LEAD = re.compile(r"^[\s,;:•*#-]*(?:\d{1,2}[.)]\s*)?")
_HEADED = re.compile(r"^[A-Z][A-Za-z /&-]{2,40}:[\s,]*")
FEWEST = 8  # characters: less is a heading or a number


def plan(prepared: Prepared) -> Iterator[Plan]:
    for sentence in prepared.sentences.all:
        section = prepared.section_at(sentence.start).kind
        if (section in _SECTIONS and not _is_past(section, sentence)) or _is_asked(sentence):
            yield from _item(prepared, sentence)


def _is_asked(sentence: Sentence) -> bool:
    return bool(_PLANNED.search(sentence.text) or ASKED.search(sentence.text))


def _is_past(section: str, sentence: Sentence) -> bool:
    """Under "assessment and plan" only what is to be done is a plan."""
    return section == "assessment_plan" and not _ORDER.match(_words_of(sentence.text)[1])


def _item(prepared: Prepared, sentence: Sentence) -> Iterator[Plan]:
    start, words = _words_of(sentence.text)
    if len(words) < FEWEST or (words.isupper() and " " not in words) or _is_signature(words):
        return
    place = sentence.start + start
    yield Plan.model_construct(
        text=words[:2000], kind=_kind_of(words), assertion=Assertion.PLANNED,
        evidence=(prepared.evidence(place, place + len(words[:2000]), "text"),),
    )  # fmt: skip


def _is_signature(words: str) -> bool:
    """Dr A. Moreau, consultant paediatrician."""
    signed = SIGNED.match(words)
    return signed is not None and not (_IS_ASKED_OF.search(words, signed.end()) or _PLANNED.search(words))


_IS_ASKED_OF = re.compile(r"\b(?:please|to|will|should|can|could|in|on|for)\b|:", re.IGNORECASE)


def _words_of(text: str) -> tuple[int, str]:
    """Without bullet, number and small heading; and where that begins."""
    lead = _LEAD.match(text)
    start = lead.end() if lead else 0
    if headed := _HEADED.match(text[start:]):
        start += headed.end()
    return start, text[start:].rstrip(" ,;")


def _kind_of(words: str) -> Kind | None:
    return next((kind for kind, pattern in _KINDS if pattern.search(words)), None)
