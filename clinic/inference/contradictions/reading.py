"""What a text says there is and is not, read for comparing: clinic shorthand and everyday words alike.

Made for what two sources are likely to disagree on, beside the readers that take a whole document apart: a finding is
read in one way in all sources, so that they differ in what they say and not in who read them.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

from clinic.inference.contradictions import dates, medicines, naming
from clinic.inference.contradictions.film_words import films_said
from clinic.inference.contradictions.naming import pattern
from clinic.inference.contradictions.statements import About, Holds, Statement
from clinic.inference.contradictions.text import clauses, holds, is_doubted, is_of_others, named


def statements(source: str, text: str, substances: Collection[str], prescribed: Collection[str]) -> Iterator[Statement]:
    """`substances`: what people react to. `prescribed`: medicines that a reader of prescriptions has found already."""
    yield from _findings(source, text)
    yield from _sides(source, text)
    yield from _allergies(source, text, substances)
    yield from dates.statements(source, text)
    yield from medicines.statements(source, text, prescribed)
    for film in films_said(text):
        yield Statement(source, About.FILM, words=film.text, start=film.start, end=film.end, value=film.value)


# --- findings ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Ways:
    """Every way to say a finding; or, where it is `is_opposite`, that it is not there: "weight stable"."""

    name: str
    ways: re.Pattern[str]
    is_opposite: bool


@dataclass(frozen=True, slots=True)
class _Named:
    name: str
    start: int
    end: int
    is_opposite: bool


def _findings(source: str, text: str) -> Iterator[Statement]:
    for told, words, at, answer in clauses(text):
        for one in _named(told):
            found = holds(told, one.start, one.end, answer)
            if one.is_opposite:
                found = Holds.NO if found == Holds.YES else Holds.MAYBE
            yield Statement(source, About.FINDING, one.name, found, words, at + one.start, at + one.end)


def _named(told: str) -> list[_Named]:
    """What stands inside something longer is part of it."""
    every = [
        _Named(each.name, found.start(), found.end(), each.is_opposite)
        for each in _all_ways()
        for found in each.ways.finditer(told)
    ]
    kept: list[_Named] = []
    for one in sorted(every, key=lambda each: each.start - each.end):
        if not any(_is_inside(one, other) for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda each: each.start)


def _is_inside(one: _Named, other: _Named) -> bool:
    is_same_place = (one.start, one.end) == (other.start, other.end)
    return other.start <= one.start and one.end <= other.end and not is_same_place


@cache
def _all_ways() -> tuple[_Ways, ...]:
    known = naming.lexicon()
    return tuple(
        _Ways(name, re.compile("|".join(_way(one) for one in sorted(phrases, key=len, reverse=True))), is_opposite)
        for told, is_opposite in ((known.said, False), (known.opposites, True))
        for name, phrases in told.items()
    )


def _way(phrase: str) -> str:
    """Words side by side; "…" stands for up to three others."""
    parts = [re.escape(part).replace(r"\ ", r"[ -]+") for part in phrase.split(" … ")]
    return r"(?<![a-z])" + r"(?:s? +[\w]+){0,3}s? +".join(parts) + r"s?(?![a-z])"


# --- sides ------------------------------------------------------------------------------------------------------------

_SIDE = r"(?P<side{0}>left|right|\bl\b|\br\b)"
_BETWEEN = r"(?:[ -]+(?:sided?|distal|proximal|upper|lower|big|little|below|above|side of (?:his|her|my|the)))*[ -]+"
_OPERATION = r"(?:(?:replacement|decompression|fracture|#)[ ,]+)?"


@cache
def _sided() -> re.Pattern[str]:
    parts = "|".join(naming.lexicon().parts)
    first = rf"(?:{_SIDE.format(1)}){_BETWEEN}(?P<part1>{parts})s?"
    second = rf"(?P<part2>{parts})s?,?[ -]+{_OPERATION}(?:{_SIDE.format(2)})"
    return re.compile(rf"\b(?:{first}|{second})\b")


def _sides(source: str, text: str) -> Iterator[Statement]:
    """Which side of a part of the body something is the matter with."""
    for told, words, at, _answer in clauses(text):
        for piece in re.finditer(r"[^,(]+", told):
            part_told = piece.group()
            if pattern("fine").search(part_told) or "<" in part_told or ">" in part_told or is_doubted(part_told):
                continue
            for found in _sided().finditer(part_told):
                part, start = found["part1"] or found["part2"], at + piece.start()
                side = "left" if (found["side1"] or found["side2"])[0] == "l" else "right"
                yield Statement(source, About.SIDE, naming.lexicon().same_part.get(part, part), Holds.YES, words,
                                start + found.start(), start + found.end(), side=side)  # fmt: skip


# --- allergies --------------------------------------------------------------------------------------------------------

_NO_ALLERGY = re.compile(
    r"\b(?:nkda|nka|no known (?:drug )?(?:allerg\w+|sensitivit\w+)|no (?:drug |medicine )?allergies|allergies none"
    r"|(?:drug )?allerg\w+(?:/\w+)?\s*[:\-]\s*(?:nil|none|no|nkda)(?! to)|not allergic to anything"
    r"|allergic to nothing)\b"
)
_AVOIDS = re.compile(r"\bso (?:no|not|avoid)\b")


def _allergies(source: str, text: str, substances: Collection[str]) -> Iterator[Statement]:
    for told, words, at, _answer in clauses(text):
        if is_of_others(told):
            continue
        if none := _NO_ALLERGY.search(told):
            yield Statement(source, About.ALLERGY, "", Holds.NO, words, at + none.start(), at + none.end())
            continue
        is_tolerated = bool(pattern("tolerates").search(told))
        if is_doubted(told) or not (is_tolerated or medicines.says_allergy(told)):
            continue
        for name, start, end in named(told, substances):
            if not _is_given_instead(told, start):
                yield Statement(source, About.ALLERGY, name, Holds.NO if is_tolerated else Holds.YES, words, at + start,
                                at + end)  # fmt: skip


def _is_given_instead(told: str, start: int) -> bool:
    """ "Allergic to aspirin, so clopidogrel": what stands behind is what she gets."""
    return bool(pattern("instead").search(told[:start])) and not _AVOIDS.search(told[:start])
