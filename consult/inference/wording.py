"""Sentences in the language of the consult, each by a rule that can be read."""

from typing import Any

from consult.inference import knowledge
from consult.inference.schema import ByRule, Sentence, Source

LANGUAGES = ("en", "es")
_UNSURE = {"en": "to be confirmed", "es": "por confirmar"}
_ABOVE = {"en": "above the usual most", "es": "por encima del máximo habitual"}


def language_of(asked: str) -> str:
    """ "es-MX" is Spanish."""
    short = asked.lower()[:2]
    return short if short in LANGUAGES else LANGUAGES[0]


def sentence(rule: str, language: str, *sources: Source, **filled: Any) -> Sentence:
    return Sentence(text(rule, language, **filled), (*sources, ByRule(rule)))


def text(rule: str, language: str, **filled: Any) -> str:
    said: str = knowledge.told("wording")["rules"][rule]["says"][language]
    return said.format(**filled)


def why(rule: str, language: str) -> str:
    return str(knowledge.told("wording")["rules"][rule]["why"][language])


def level(name: str, language: str) -> str:
    return str(knowledge.told("wording")["levels"][name][language])


def kind(name: str, language: str) -> str:
    kinds = knowledge.told("wording")["kinds"]
    return str(kinds.get(name, kinds["photo"])[language])


def concept(key: str, language: str) -> str:
    return knowledge.concepts().concepts[key].name[language]


def unsure(language: str) -> str:
    return _UNSURE[language]


def above(language: str) -> str:
    return _ABOVE[language]


def quoted(said: str) -> str:
    return f"“{' '.join(said.split())}”"
