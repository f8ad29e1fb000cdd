"""What a source of a case states about its patient, in one shape whoever read it: a letter, a recording, a film."""

import re
from dataclasses import dataclass
from enum import StrEnum


class About(StrEnum):
    FINDING = "finding"  # a symptom, sign or diagnosis
    ALLERGY = "allergy"  # without a name: any at all
    MEDICINE = "medicine"
    AGE = "age"
    SEX = "sex"
    EVENT = "event"  # with the day it happened on
    SIDE = "side"  # of a part of the body something is the matter with
    FILM = "film"  # what a chest film shows: `value` says normal or pneumonia


class Holds(StrEnum):
    """Whether the source says so. Only `YES` and `NO` can contradict each other: what is thought possible, was once,
    is planned, or is another person's is none of the patient's present."""

    YES = "present"
    NO = "negated"
    MAYBE = "uncertain"
    ONCE = "historical"
    FAMILY = "family"
    PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class Statement:
    source: str  # which source of the case, whatever its caller calls it
    about: About
    name: str = ""
    holds: Holds = Holds.YES
    words: str = ""  # the sentence it stands in: says of which time it speaks
    start: int = 0  # of what was read, in the text of the source
    end: int = 0
    side: str = ""  # left, right, both
    site: str = ""
    value: str = ""
    amount: float | None = None  # of a medicine, at once
    unit: str = ""
    a_day: float | None = None  # how often
    is_stopped: bool = False


@dataclass(frozen=True)
class Told:
    """What a source states, and how a person finds it again."""

    statement: Statement
    sort: str  # voice, document, film
    name: str  # as the person called the file
    upload: str  # its id
    sha256: str = ""
    result: str = ""  # the answer it was read from: whoever may not see that yet does not see this


_SENTENCE_END = re.compile(r"[.!?;](?=\s|$)|\n")


def sentence_at(text: str, start: int, end: int) -> str:
    if not end:
        return ""
    before = [found.end() for found in _SENTENCE_END.finditer(text, 0, start)]
    after = _SENTENCE_END.search(text, end)
    return text[before[-1] if before else 0 : after.end() if after else len(text)].strip()
