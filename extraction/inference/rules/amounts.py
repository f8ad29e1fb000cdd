"""Doses, strengths, forms and routes: the other words of a prescription."""

import re

from extraction.inference.rules.lexicon import entries
from extraction.inference.rules.numbers import FIGURES, WORDS

_SPACE = r"[\s\u2000-\u200a\u202f\xa0]"
TO = rf"{_SPACE}*(?:-|–|—|to|or){_SPACE}*"
_N = rf"(?:{FIGURES}|{WORDS})"
_MASS = (
    r"(?:milligrams?|micrograms?|kilograms?|grams?|mgs?|mcgs?|[µμu]g|ng|gms?|gr|g|"
    r"million\s+(?:international\s+)?units?|"
    r"international\s+units?|units?|i\.?u\.?|UI|milli-?equivalents?|meqs?|mmols?|mEq|mols?|mci|mbq|cgy|gy|u|"
    r"millilit(?:er|re)s?|mls?|cc|lit(?:er|re)s?|l|ounces?|oz|%(?=\s*(?:cream|ointment|gel|lotion|solution|"
    r"dextrose|saline|lidocaine|[a-z]+ine\b|[a-z]+ (?:cream|ointment|gel|lotion|solution|shampoo|drops)))|vials?|"
    r"flacons?|ampoules?|amps?)"
)
_PER = (
    rf"(?:{_SPACE}*(?:/|per\b){_SPACE}*(?:\d+(?:\.\d+)?{_SPACE}*)?(?:kg|kilogram|m2|m²|m\^2|day|days|d|hours?|"
    rf"hrs?|hr|h|"
    r"minutes?|min|dose|week|wk|month|ml|tablet|tab|capsule|puff|spray|actuation|cycle|pulse|l|j|"
    r"24\s?h(?:ours)?)\b(?!\w))"
)
MASS = re.compile(
    rf"(?<![\w.,/–-])(?P<n>{FIGURES})(?P<most>{TO}{FIGURES})?{_SPACE}*-?(?P<unit>{_MASS})(?![\w])"
    rf"(?!{_SPACE}*/{_SPACE}*(?:d[lL]|u[lL]|µ[lL]|mmol|mol|g\b|mm))(?P<per>{_PER}*)",
    re.IGNORECASE,
)


def _spellings(name: str) -> dict[str, str]:
    return {spelling: canonical for canonical, spellings in entries(name) for spelling in spellings}


FORMS = _spellings("forms")
ROUTES = _spellings("routes")


def _any(spellings: dict[str, str]) -> str:
    return "|".join(re.escape(each).replace(r"\ ", r"\s+") for each in sorted(spellings, key=len, reverse=True))


_FORM = rf"(?:{_any(FORMS)})"
FORM = re.compile(rf"(?<![A-Za-z_-])(?P<form>{_FORM})(?![\w-])", re.IGNORECASE)
COUNT = re.compile(
    rf"(?<![\w.,/-])(?P<n>(?:{_N}{_SPACE}+and{_SPACE}+(?:a{_SPACE}+half|one-half|½))|\d*{_SPACE}?[½¼¾]|\d+/\d+|{_N}|"
    rf"one-half|half(?:{_SPACE}+an?|{_SPACE}+of{_SPACE}+an?)?|an?|"
    rf"single)(?:{_SPACE}*\(\d+(?:\.\d+)?\))?(?P<most>{TO}{_N})?{_SPACE}*-?"
    rf"(?:(?:small|large|extra|more|full|heaping|whole){_SPACE}+)?(?P<form>{_FORM})(?![\w-])",
    re.IGNORECASE,
)
ROUTE = re.compile(rf"(?<![\w])(?P<route>{_any(ROUTES)})(?!\w)", re.IGNORECASE)
_COMPLAINT = (
    r"(?:(?:chest|back|abdominal|breakthrough|severe|mild|moderate|joint|period)\s+)?(?:pain|headaches?|nausea|anxiety|"
    r"insomnia|itch(?:ing)?|fevers?|wheez(?:e|ing)|agitation|constipation|cough|shortness of breath|angina)\b"
)
AS_NEEDED = re.compile(
    r"(?<!\w)(?:p\.?\s?r\.?\s?n\.?(?!\w)|as\s+(?:needed|required|necessary)|(?:if|when|whenever)\s+(?:needed|"
    r"required|necessary)|pro\s+re\s+nata)"
    rf"(?:\s+(?:(?:for|if)\s+|(?={_COMPLAINT}))(?P<reason>[a-z][a-z/ -]{{2,40}}?)"
    r"(?=[,.;()\n]|\s+(?:and|or|then|for|not|no|max|maximum|"
    r"up)\b|$))?",
    re.IGNORECASE,
)
LOOSE_DOSE = re.compile(
    r"(?<!\w)(?:(?:very\s+|ultra-?\s?)?(?:high|low|full|standard|maintenance|loading|stress|prophylactic|"
    r"therapeutic|single|small|"
    r"tapering|reduced|moderate|large|maximum|maximal|initial|half)[- ]dos(?:e|es|age)\b|taper(?:ed|ing)\b)",
    re.IGNORECASE,
)
CYCLES = re.compile(
    rf"(?<![\w.])(?:{_N}|several|multiple|a)\s+(?:more\s+|further\s+|additional\s+)?(?:\d+-\s?(?:day|week)\s+)?"
    r"(?:cycles?|courses?|rounds?|fractions?|sessions?|pulses|boluses)\b(?:\s+of\b(?!\s+[a-z]))?",
    re.IGNORECASE,
)


def form_of(words: str) -> str | None:
    return FORMS.get(" ".join(words.lower().split()))


def route_of(words: str) -> str | None:
    return ROUTES.get(" ".join(words.lower().split()))
