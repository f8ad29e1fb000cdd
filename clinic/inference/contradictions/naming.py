"""One name for one thing, whatever a source calls it, and which words of a sentence speak of another time."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

_WORD = re.compile(r"[a-z0-9]+")
_PLURAL = re.compile(r"(?<=[a-z]{3})(?<!s)s$")


@dataclass(frozen=True, slots=True)
class Lexicon:
    findings: Mapping[str, str]  # phrase to name
    substances: Mapping[str, str]
    forbids: Mapping[str, frozenset[str]]
    cues: Mapping[str, tuple[str, ...]]
    said: Mapping[str, tuple[str, ...]]  # of a finding, every way to say it
    opposites: Mapping[str, tuple[str, ...]]
    classes: Mapping[str, frozenset[str]]  # of a kind of medicine, its members
    meant: Mapping[str, re.Pattern[str]]
    parts: tuple[str, ...]  # of the body
    same_part: Mapping[str, str]
    events: Mapping[str, re.Pattern[str]]
    often: tuple[tuple[re.Pattern[str], float], ...]


@cache
def lexicon() -> Lexicon:
    told = tomllib.loads((Path(__file__).parent / "lexicon.toml").read_text(encoding="utf-8"))
    return Lexicon(
        MappingProxyType(_phrases(told["findings"])),
        MappingProxyType(_phrases(told["brands"])),
        MappingProxyType({name: frozenset(map(str, others)) for name, others in told["forbids"].items()}),
        MappingProxyType({name: tuple(_plain(cue) for cue in cues) for name, cues in told["cues"].items()}),
        MappingProxyType(_all_ways(told["findings"], told["said"])),
        MappingProxyType({name: tuple(map(str, ways)) for name, ways in told["opposites"].items()}),
        MappingProxyType({name: frozenset(map(str, members)) for name, members in told["classes"].items()}),
        MappingProxyType({name: _words(ways) for name, ways in told["meant"].items()}),
        tuple(map(str, told["body"]["parts"])),
        MappingProxyType(told["body"]["same"]),
        MappingProxyType({name: _words([ways]) for name, ways in told["events"].items()}),
        tuple((_words(ways), float(a_day)) for a_day, ways in told["often"].items()),
    )


def _phrases(told: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {_plain(phrase): name for name, phrases in told.items() for phrase in (name, *phrases)}


def _words(ways: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(ways)})\b")


def pattern(name: str) -> re.Pattern[str]:
    """Of the words that say how something is meant."""
    return lexicon().meant[name]


def _all_ways(*told: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for each in told:
        for name, phrases in each.items():
            found.setdefault(name, {}).update(dict.fromkeys(phrase.lower() for phrase in (*phrases, name)))
    return {name: tuple(phrases) for name, phrases in found.items()}


def finding(name: str) -> str:
    return _named(name, lexicon().findings)


def substance(name: str) -> str:
    """Without the salt it comes as, and by the name of the substance where a brand was said."""
    return _named(_SALT.sub(" ", name.lower()) if " " in name.strip() else name, lexicon().substances)


def _named(name: str, known: Mapping[str, str]) -> str:
    """The longest phrase that stands in it; else what was said, folded."""
    words = _plain(name).split()
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            found = known.get(" ".join(words[start : start + length]))
            if found:
                return found
    return " ".join(_PLURAL.sub("", word) for word in words)


def is_read(name: str) -> bool:
    """Whether it is among the findings that are read from the text itself."""
    return name in lexicon().said


def members(name: str) -> frozenset[str]:
    """Of a kind of medicine; itself where it is none."""
    return lexicon().classes.get(name, frozenset()) | {name}


_SALT = re.compile(
    r"\b(?:carbonate|sodium|hydrochloride|maleate|phosphate|sulfate|sulphate|succinate|tartrate|besilate)\b"
)


@cache
def everyday_medicines() -> frozenset[str]:
    """Names that lists of prescriptions do not have."""
    known = lexicon()
    return frozenset((*known.substances, *known.classes))


def forbidden_by(allergy: str) -> frozenset[str]:
    return lexicon().forbids.get(allergy, frozenset()) | {allergy}


def has_cue(kind: str, sentence: str) -> bool:
    padded = f" {_plain(sentence)} "
    return any(f" {cue} " in padded for cue in lexicon().cues[kind])


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.lower().replace("’", "'").replace("'", "")))
