"""What no answer may say, whoever wrote it: unsafe doses, words that encourage self-harm, who the patient is.

A sentence that a rule blocks is left out whole, and a clinician is told by which rule and why.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from clinic.inference import identifiers
from clinic.inference.identifiers import Found, Kind
from consult.inference import dosing, knowledge
from consult.inference.phrases import Phrases
from consult.inference.plain import Plain, fold
from consult.inference.schema import ByRule, Sentence

IDENTIFIERS = "OF-I01"
DOSING, QUOTING = "dosing", frozenset({"MEDICINES", "MEASURED", "CONFIRM"})  # a kind; sentences in words that were said
_HARMLESS = frozenset({Kind.AGE, Kind.OTHER, Kind.DEVICE})  # by themselves they name nobody
_WHOLE_DATE = re.compile(r"(?:19|20)\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{2}")  # "on Monday" and "the 3rd" name nobody
_WORD = re.compile(r"[^\W\d_]+")
_OURS = ("medicines", "questions", "wording", "red_flags", "words", "concepts")
_LONG_NUMBER = re.compile(r"(?:\d[ ().-]{0,2}){9,}")


class Filter:
    def passed(self, numbered: Iterable[tuple[int, Sentence]]) -> tuple[list[tuple[int, Sentence]], list[str]]:
        """What may be said, and the rules that took out the rest. Texts of red flags were tried."""
        kept, blocked = [], []
        for number, sentence in numbered:
            if rule := blocked_by(sentence.text, but_for=_spared(sentence)):
                blocked.append(rule)
            else:
                kept.append((number, sentence))
        return kept, blocked


def version() -> str:
    return str(knowledge.told("filter")["version"])


def reason(rule: str, language: str) -> str:
    return str(_rules()[rule]["reason"][language])


def is_rule(name: str) -> bool:
    return name in _rules()


def blocked_by(text: str, *, but_for: str = "") -> str:
    """The first rule that blocks it, or nothing. `but_for`: a kind of rules that do not count here."""
    plain = Plain(text)
    every = (*_by_words(plain), *dosing.blocked_by(plain), *_by_identifiers(text))
    return next((rule for rule in every if _rules()[rule]["kind"] != but_for), "")


def _spared(sentence: Sentence) -> str:
    """A dose that a patient tells of is no advice: it is quoted as it was said, above all where it is too much."""
    return DOSING if any(isinstance(each, ByRule) and each.rule in QUOTING for each in sentence.sources) else ""


@cache
def _rules() -> dict[str, dict]:
    return {rule["id"]: rule for rule in knowledge.told("filter")["rule"]}


@cache
def _phrases() -> Phrases:
    listed: dict[str, list[str]] = {}
    for name, rule in _rules().items():
        for part in ("block", "with", "unless"):
            listed[f"{name} {part}"] = rule.get(part, [])
    return Phrases.of(listed, knowledge.told("filter")["words"])


def _by_words(plain: Plain) -> Iterator[str]:
    found = _phrases().find(plain)
    for name, rule in _rules().items():
        if (
            f"{name} block" in found
            and f"{name} unless" not in found
            and ("with" not in rule or f"{name} with" in found)
        ):
            yield name


def _by_identifiers(text: str) -> Iterator[str]:
    if _LONG_NUMBER.search(text) or any(_identifies(text, found) for found in identifiers.find(text)):
        yield IDENTIFIERS


@cache
def _words_of_ours() -> frozenset[str]:
    """ "Sintrom" between quotation marks looks like a name."""
    texts = [str(knowledge.told(name)) for name in _OURS]
    names = [name for each in knowledge.concepts().concepts.values() for name in each.name.values()]
    return frozenset(_WORD.findall(fold(" ".join([*texts, *names, *knowledge.words("asking")]))))


def _identifies(text: str, found: Found) -> bool:
    if found.kind is Kind.DATE:
        return _WHOLE_DATE.search(text, found.start, found.end) is not None
    if found.kind is Kind.NAME:
        return not set(_WORD.findall(fold(text[found.start : found.end]))) <= _words_of_ours()
    return found.kind not in _HARMLESS
