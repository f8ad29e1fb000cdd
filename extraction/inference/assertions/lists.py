"""The lists of cues, read once, as two expressions that find all of them in one pass over a sentence each.

A file of `cues/` is a kind. A line is a phrase; what a section does is its first words:

    [before]  reaches over what follows it          near     only to the next comma, bracket or colon
    [after]   reaches over what precedes it         $        (at a line's end) counts only where a clause ends
    [pseudo]  looks like a cue of this kind and is none
    [stop]    ends the reach of this kind, in `stops.txt` of every kind

The longest phrase wins, so "not only" is never "not"; of kinds that do not list it, it is what the longest phrase
within it is: "no family history of" is no less a "no" for being listed as somebody else's.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from clinic.inference.phrases import expression

_FOLDER = Path(__file__).with_name("cues")
_STOPS = "stops"


class Kind(StrEnum):
    NEGATED = "negated"
    UNCERTAIN = "uncertain"
    HISTORICAL = "historical"
    HYPOTHETICAL = "hypothetical"
    PLANNED = "planned"
    OTHER = "other"
    AFFIRMED = "affirmed"


class Role(StrEnum):
    BEFORE = "before"
    AFTER = "after"
    PSEUDO = "pseudo"
    STOP = "stop"


@dataclass(frozen=True)
class Cue:
    kind: Kind
    role: Role
    is_near: bool = False
    ends_clause: bool = False


@dataclass(frozen=True)
class Phrases:
    """`told` says what a phrase found by `pattern` means, written with single spaces."""

    pattern: re.Pattern[str]
    told: dict[str, tuple[Cue, ...]]

    def meaning(self, found: str) -> tuple[Cue, ...]:
        return self.told.get(found) or self.told[plain(found)]


def plain(found: str) -> str:
    return " ".join(found.split())


@cache
def cues() -> Phrases:
    return _phrases((phrase, cue) for phrase, cue in _all() if cue.role is not Role.STOP)


@cache
def stops() -> Phrases:
    """Looked for apart: in ", no cough" the comma may stop one cue while "no" is the next."""
    return _phrases((phrase, cue) for phrase, cue in _all() if cue.role is Role.STOP)


@cache
def digest() -> str:
    """Of the lists: two engines that differ in a phrase are two engines."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(_FOLDER.glob("*.txt")))).hexdigest()


def _all() -> Iterator[tuple[str, Cue]]:
    for kind in Kind:
        yield from _read(kind, _lines(kind))
        yield from _read(kind, _lines(_STOPS))


def _lines(name: str) -> list[str]:
    return (_FOLDER / f"{name}.txt").read_text("utf-8").splitlines()


def _read(kind: Kind, lines: Iterable[str]) -> Iterator[tuple[str, Cue]]:
    section = ""
    for line in lines:
        if line.startswith("[") and line.rstrip("]").removeprefix("[").split(" ")[0] in set(Role):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            phrase, marked, _ = line.partition(" $")
            yield phrase, Cue(kind, Role(section.split()[0]), section.endswith(" near"), bool(marked))


def _phrases(pairs: Iterable[tuple[str, Cue]]) -> Phrases:
    listed: dict[str, tuple[Cue, ...]] = {}
    for phrase, cue in pairs:
        listed[phrase] = (*listed.get(phrase, ()), cue)
    told = {phrase: cues + tuple(_inherited(phrase, listed)) for phrase, cues in listed.items()}
    return Phrases(re.compile(expression(told)), told)


def _inherited(phrase: str, listed: dict[str, tuple[Cue, ...]]) -> Iterator[Cue]:
    known = {cue.kind for cue in listed[phrase]}
    for part in _parts(phrase):
        found = [cue for cue in listed.get(part, ()) if cue.kind not in known]
        known |= {cue.kind for cue in found}
        yield from found


def _parts(phrase: str) -> Iterator[str]:
    """The phrases within it, the longest first."""
    words = phrase.split(" ")
    for length in range(len(words) - 1, 0, -1):
        for first in range(len(words) - length + 1):
            yield " ".join(words[first : first + length])
