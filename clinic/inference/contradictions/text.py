"""A text clause by clause, and how its words are meant: said, denied, only considered, of somebody else."""

import re
from collections.abc import Collection, Iterator

from clinic.inference.contradictions.naming import pattern
from clinic.inference.contradictions.statements import Holds

CLAUSE = re.compile(r"[^.!?;\n]+[.!?;]?")
ANSWER = 30  # characters after a question that may answer it
_REACH, _OF_RELATIVE_REACH, _DOUBT_REACH = 7, 8, 40  # words, words, characters
_ANSWERED = re.compile(r"\s*(no\b|yes\b|never\b|(?:s?he|i|they) (?:hasn|haven|doesn|don|isn|can)['’]?t)")
_LISTED = re.compile(r"^\s*(?:had|have|has|got|having)\b(?: any| a| no)?")  # "hasn't had any", "have not got a"
_DENIED_AFTER = re.compile(
    r"^(?:\s*(?:[:\-–=]\s*)|\s+(?:is |was |were |are )?)"
    r"(?:no|nil|none|denied|denies|absent|negative|never|not|neg|0|excluded)\b"
    r"|^\s+(?:was |were |is |has been )?(?:excluded|ruled out|denied|absent|unlikely)\b"
)
_WORD = re.compile(r"[a-z][a-z\-]*\d*")
_MOST_WORDS = 3


def folded(text: str) -> str:
    """As long as the text, so that places in one are places in the other: "hasn't" is "hasnt ", and pads at its end."""
    return re.sub(r"(\w*)'(\w+)", r"\1\2 ", text.replace("’", "'").lower())


def clauses(text: str) -> Iterator[tuple[str, str, int, str]]:
    """Each folded, as it was written, where it begins, and what follows it."""
    for found in CLAUSE.finditer(text):
        yield (
            folded(found.group()),
            found.group().strip(),
            found.start(),
            text[found.end() : found.end() + ANSWER].lower(),
        )


def holds(told: str, start: int, end: int, answer: str = "") -> Holds:
    """Of what stands from `start` to `end`; `answer` follows the clause, and may answer it."""
    before, after = told[:start], told[end:]
    if told.rstrip().endswith("?") and (found := _ANSWERED.match(answer)):
        return Holds.YES if found[1] == "yes" else Holds.NO
    if pattern("family").search(before) or is_of_relative(before):
        return Holds.FAMILY
    if is_doubted(before[-_DOUBT_REACH:]) or after.startswith("?"):
        return Holds.MAYBE
    if _is_denied(before) or _DENIED_AFTER.match(after) or pattern("denies").search(told[start:end]):
        return Holds.NO
    return Holds.YES


def is_doubted(told: str) -> bool:
    return "?" in told or bool(pattern("maybe").search(told))


def is_of_relative(before: str) -> bool:
    """A relative is named shortly before, and not as who tells it."""
    for found in pattern("relative").finditer(before):
        rest = before[found.end() :]
        tells = re.match(rf"s?\s+(?:also\s+|first\s+)?{pattern('tells').pattern}", rest)
        if not tells and len(rest.split()) <= _OF_RELATIVE_REACH:
            return True
    return False


def is_of_others(told: str) -> bool:
    return is_of_relative(told) or bool(pattern("family").search(told))


def _is_denied(before: str) -> bool:
    found = list(pattern("denies").finditer(before))
    if not found:
        return False
    between = before[found[-1].end() :]
    return len(between.split()) <= _REACH and not pattern("breaks").search(_LISTED.sub(" ", between))


def named(told: str, known: Collection[str]) -> Iterator[tuple[str, int, int]]:
    """Names of a list that stand in it, the longest first at each place, none inside another."""
    words = list(_WORD.finditer(told))
    at = 0
    while at < len(words):
        for length in range(min(_MOST_WORDS, len(words) - at), 0, -1):
            start, end = words[at].start(), words[at + length - 1].end()
            said = told[start:end]
            if found := next((each for each in (said, said.removesuffix("s")) if each in known), None):
                yield found, start, end
                at += length - 1
                break
        at += 1
