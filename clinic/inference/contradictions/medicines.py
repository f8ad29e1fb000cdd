"""Medicines by the names that prescriptions do not use, how often and how much is said beside a name, and whether it
was stopped or never taken."""

import re
from collections.abc import Collection, Iterator

from clinic.inference.contradictions import naming
from clinic.inference.contradictions.naming import pattern
from clinic.inference.contradictions.statements import About, Statement
from clinic.inference.contradictions.text import clauses, folded, holds, is_of_relative, named

_LABEL = re.compile(r"^\s*(?:drug )?(?:allerg\w+|sensitivit\w+|adrs?|allergy band)[^:]*:\s*")
_NUMBER = re.compile(
    r"(?<![\d./])(\d+(?:\.\d+)?)(?![\d/%]|\s?(?:times|tablets?|puffs?|days?|weeks?|months?|years?|/7|/52|/12))"
)


def says_allergy(told: str) -> bool:
    return bool(pattern("reacts").search(told) or _LABEL.match(told))


def is_not_taken(words: str, name: str) -> bool:
    """Whether the clause says that it was stopped, or never taken."""
    told = folded(words)
    rest = told[max(told.find(name.lower()), 0) :]
    return bool(pattern("not_taken").search(told)) and not pattern("taken_now").search(rest)


def statements(source: str, text: str, already: Collection[str]) -> Iterator[Statement]:
    known = naming.everyday_medicines()
    for told, words, at, answer in clauses(text):
        if is_of_relative(told) or says_allergy(told):
            continue
        for name, start, end in named(told, known):
            if naming.substance(name) not in already:
                yield Statement(source, About.MEDICINE, name, holds(told, start, end, answer), words, at + start,
                                at + end, amount=number_beside(words, name), a_day=often(words),
                                is_stopped=is_not_taken(words, name))  # fmt: skip


def often(words: str) -> float | None:
    told = folded(words)
    return next((a_day for ways, a_day in naming.lexicon().often if ways.search(told)), None)


def number_beside(words: str, name: str) -> float | None:
    """ "furosemide 40 in the morning", "10 of amitriptyline": the number by the name, where there is one."""
    told, said = folded(words), re.escape(name.lower())
    after = re.search(rf"\b{said}\b[ ,]*(?:[a-z]+[ ,]+){{0,2}}{_NUMBER.pattern}", told)
    before = re.search(rf"{_NUMBER.pattern}(?: of| mg of)? {said}\b", told)
    found = before or after
    return float(found[1]) if found else None
