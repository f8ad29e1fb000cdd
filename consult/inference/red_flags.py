"""What must not wait: asked before any engine, of the words alone, and never taken back by anything that answers later.

A rule is a line of terms that must all be there, now, of the patient, undenied. Where only a negation that nobody is
sure of stands in its way, it does not hold but is told of: a person asks again.
"""

import operator
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from consult.inference import knowledge
from consult.inference.heard import Mention, Understood
from consult.inference.schema import RedFlag, Said, Seen, Urgency

_AGE = re.compile(r"age(<|>=)(\d+(?:\.\d+)?)")
_COMPARED = {"<": operator.lt, ">=": operator.ge}
_SEXES = frozenset({"female", "male"})
_BESIDE, _NEAR, _FAR = 40, 120, 1_000  # characters: what goes together is said together


@dataclass(frozen=True)
class Rule:
    """`lines`: alternatives; a line: all of these; each of which: any of these. `excluded_by`: beside one of these the
    first of a line is not meant."""

    id: str
    about: str
    level: Urgency
    lines: tuple[tuple[tuple[str, ...], ...], ...]
    excluded_by: tuple[str, ...]
    title: dict[str, str] = field(hash=False)
    act: dict[str, str] = field(hash=False)


@dataclass(frozen=True)
class Holds:
    rule: Rule
    sources: tuple[Said | Seen, ...]
    is_unsure: bool  # words it rests on wait for a second reading


@cache
def rules() -> tuple[Rule, ...]:
    return tuple(_rule(each) for each in knowledge.told("red_flags")["rule"])


def _rule(told: dict) -> Rule:
    lines = tuple(tuple(tuple(part.strip().split("|")) for part in line.split("+")) for line in told["when"])
    return Rule(told["id"], told["about"], Urgency(told["level"]), lines, tuple(told.get("not", ())), told["title"],
                told["act"])  # fmt: skip


def holding(told: Understood) -> list[Holds]:
    return [held for rule in rules() if (held := _held(rule, told))]


def held_but_for_unsure_denials(told: Understood) -> list[Holds]:
    """That would hold if what denies them was misheard."""
    known = {held.rule.id for held in holding(told)}
    return [held for held in holding(told.with_unsure_denials_undone()) if held.rule.id not in known]


def as_flag(held: Holds, language: str) -> RedFlag:
    return RedFlag(held.rule.id, held.rule.title[language], held.rule.act[language], held.sources)


def _held(rule: Rule, told: Understood) -> Holds | None:
    for line in rule.lines:
        found = _line(line, rule.excluded_by, told)
        if found is not None:
            return Holds(rule, tuple(_once(found)), any(each.is_unsure for each in found))
    return None


def _line(line: tuple[tuple[str, ...], ...], excluded_by: tuple[str, ...], told: Understood) -> list[Mention] | None:
    """The words that meet it, around one mention of its first term; or nothing."""
    first, *others = line
    not_meant = [each for term in excluded_by for each in told.present(term)]
    for anchor in (each for term in first for each in told.present(term)):
        if any(_distance(anchor, each) <= _BESIDE for each in not_meant):
            continue
        found = [_met_near(anchor, terms, told) for terms in others]
        if None not in found:
            return [anchor, *(each for each in found if isinstance(each, Mention))]
    return None


def _met_near(anchor: Mention, terms: tuple[str, ...], told: Understood) -> Mention | bool | None:
    """The mention that meets one of the terms; True where it is no matter of words."""
    for term in terms:
        if _is_met(term, told):
            near = [each for each in told.present(term) if _distance(anchor, each) <= _reach(term)]
            if near or not told.present(term):
                return near[0] if near else True
    return None


def _distance(one: Mention, other: Mention) -> int:
    return max(other.said.start - one.said.end, one.said.start - other.said.end)


def _reach(term: str) -> int:
    known = knowledge.concepts().concepts.get(term)
    return _NEAR if known and known.is_near else _FAR


def _is_met(term: str, told: Understood) -> bool:
    if compared := _AGE.fullmatch(term):
        return _is_of_age(told.age_years, compared[1], float(compared[2]))
    return told.sex == term if term in _SEXES else bool(told.present(term))


def _is_of_age(years: float | None, sign: str, bound: float) -> bool:
    """Whose age nobody told may be old enough for a heart attack; nobody is taken for a child without a word of it."""
    return sign == ">=" if years is None else _COMPARED[sign](years, bound)


def _once(found: list[Mention]) -> Iterator[Said]:
    seen: set[tuple[int, int]] = set()
    for each in sorted(found, key=lambda mention: mention.said.start):
        place = (each.said.start, each.said.end)
        if place not in seen:
            seen.add(place)
            yield each.said
