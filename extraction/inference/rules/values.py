"""Measured values as texts write them: < 0.5 ng/mL, 52 × 10^9/L, 120/80 mmHg, 3+, negative, within normal limits."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from extraction.inference.rules.lexicon import Term
from extraction.inference.rules.numbers import value_of
from extraction.inference.rules.units import ucum
from extraction.inference.schema import Comparator, LabFlag

S = r"[\s\u2000-\u200a\u202f\xa0]"
_FIGURES = (
    r"(?:\d{1,3}(?:[,\u2009]\d{3})+(?:\.\d+)?(?!\d)|"
    r"\d{1,3}(?: \d{3})+(?=\s?(?:cells|/|leu[ck]o|[µμ]|I?U/|[np]g/))|\d+(?:[.,·]\d+)?|\.\d+)"
)
_ABOVE = (
    r"(?:million|thousand|lakhs?|[mkµμun]?IU|[mkµμu]?U|m?Eq|[mµμunpk]?mol|mmols?|[mµμunkpf]?g|mcg|gm|mgs?|gms?|"
    r"m?[Oo]sm(?:ol)?|cells?|copies|"
    r"m[lL]|[µμu]?[lL]|mm|cm|m|beats?|breaths?|counts?|milligrams?|grams?|micrograms?|units?|leu[ck]ocytes?|"
    r"WBCs?|RBCs?|[KkM](?=/(?:[µμu]?[lL]|mm|cumm))|international"
    r"{S}units?|mW|kcal|J)"
).replace("{S}", S)
_BELOW = (
    r"(?:d[lL]|m[lL]|[µμu][lL]|[lL]|lit(?:er|re)|deciliter|mm\^?[3³]|mm|cumm|cu\.?{S}?mm|cm\^?[3³2²]|"
    r"min(?:ute)?s?|h(?:ou)?r?s?|24{S}?-?h(?:ou)?r?s?|d(?:ay)?|kg|m[2²]|"
    r"s(?:ec(?:ond)?)?|m?mol|g|mg|HPF|hpf|[lL]PF|lpf|high[- ]power{S}field|beat|year|week|month|creatinine|Cr)"
).replace("{S}", S)
_POWER = (
    rf"(?:(?:[xX×*·•]{S}*10{S}*\^?|10{S}*(?:\^|[eE]|\*\*?)|[xX×*]{S}*10{S}*[eE]){S}*(?:[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\(?[3-9]\)?|"
    rf"1[0-2]){S}*(?:cells?{S}*)?)"
)
_RATE = rf"{_ABOVE}(?:{S}*(?:/|per\b){S}*{_BELOW}){{1,3}}(?!\w)"
_PLAIN = (
    r"(?:%|percent\b|mm{S}*[hH][gG]|cm{S}*H{S}*[2₂]?O|mm{S}*H[2₂]O|kPa|°{S}*[CF]?\b|º{S}*[CF]?|˚{S}*[CF]?|℃|℉|"
    r"degrees?(?:{S}(?:Celsius|Fahrenheit|centigrade|C|F))?\b|bpm\b|"
    r"(?:beats?|breaths?|cycles?){S}*(?:/|per\b|a\b){S}*min(?:ute)?\b|/{S}*min(?:ute)?\b|per{S}+minute\b|fL\b|"
    r"fl\b|mm{S}*/{S}*(?:1st{S}*)?h(?:ou)?r?\b|"
    r"/{S}*(?:[µμu][lL]|mm\^?[3³]|cumm|m[lL]|[lL]|HPF|hpf|d[lL])(?!\w)|gm?{S}*%|mg{S}*%|points?\b|dB\b|Hz\b|mV\b|"
    r"[µμ]V\b|MET[sS]?\b|(?:st|nd|rd|th){S}+(?:per)?centile\b|diopters?\b|lakhs?\b)"
).replace("{S}", S)
_ONLY_LINKED = (
    r"(?:seconds?|secs?|sec|s|m?s|msecs?|milliseconds?|kg|kgs?|g|gm|grams?|lbs?|pounds?|oz|cm|mm|m|inches|inch|"
    r"feet|ft|[lL]|m[lL]|cc|[mkµμu]?IU|U|units?|mg|mEq|meq|"
    r"m?mol|[µμn]mol|[µμu]g|ng|pg|J|W|C|F|K|[kK]|[nµμpm]M|million|thousand|titers?|litres?|liters?|D|/15|Wood{S}units|"
    r"[µμ]m|kilograms?)\b"
).replace("{S}", S)
UNIT = rf"(?:{_POWER}?{_RATE}|{_POWER}(?:{S}*/{S}*{_BELOW})?|{_PLAIN})"
_MORE = (
    r"(?:[<>≤≥]{S}*=?|less{S}than|more{S}than|greater{S}than|lower{S}than|higher{S}than|above|below|under|over|"
    r"up{S}to|at{S}least|approximately|about|around|nearly|almost|~|≈|±)"
).replace("{S}", S)
_TO = rf"{S}*(?:-|–|—|−|to|over|/){S}*"
NUMERIC = re.compile(
    rf"(?P<comparator>{_MORE}{S}*)?(?<![\w.,/^])(?<!\w[-–−])(?P<sign>[-−–+](?=\d))?(?P<n>{_FIGURES})"
    rf"(?:{S}*(?P<unit_1>%|°{S}*[CF]?|{_POWER})?(?:{_TO}|(?<=between{S}\d){S}and{S}|(?<=between{S}\d\d){S}and{S}|"
    rf"(?<=between{S}\d\d\d){S}and{S}|(?<=between{S}\d\.\d){S}and{S})(?P<second>[-−+]?{_FIGURES}))?"
    rf"(?:{S}*(?:\|{S}*)?-?(?P<unit>{UNIT})|{S}*(?!(?<=\d)s\b)(?P<linked>{_ONLY_LINKED})|(?P<plus>\+{{1,4}})(?!\w)|"
    rf"(?P<plural>(?<=\d0)['’]?s)(?!\w)|(?P<titer>:\d+)(?![\d:])|"
    rf"(?P<fraction>{S}*/{S}*\d+)(?![\d/]))?(?![\w^]|\.\d)"
)
_DEGREE = re.compile(
    r"(?<![\w-])(?:(?:not|no longer|markedly|mildly|slightly|moderately|severely|significantly|grossly|"
    r"strongly|weakly|extremely|"
    r"very|highly|borderline|persistently|almost|completely|essentially|entirely|focally|diffusely|relatively|"
    r"substantially|dramatically|gradually|still|mild|marked|moderate|severe)\s+){1,2}$",
    re.IGNORECASE,
)
_IS_HALF_A_WORD = re.compile(r"-[A-Za-z]")  # high-sensitive, low-voltage
_SIGN = re.compile(r"[(（]\s?([+＋]{1,4}|[-–−]|±|[+]/[-–−])\s?[)）]")
_SIGNS: dict[str, Comparator] = {
    "<": "<", "<=": "<=", ">=": ">=", ">": ">", "≤": "<=", "≥": ">=", "less than": "<", "below": "<", "under": "<",
    "lower than": "<", "more than": ">", "greater than": ">", "above": ">", "over": ">", "higher than": ">",
    "up to": "<=", "at least": ">=",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Value:
    """`start` and `end` are those of number and unit together. A quality has no number."""

    start: int
    end: int
    number: float | None = None
    second: float | None = None
    comparator: Comparator | None = None
    unit_at: tuple[int, int] | None = None
    is_measured: bool = False  # the unit alone says that it is a measurement
    flag: LabFlag | None = None
    words_end: int = 0  # of the number without its unit

    @property
    def is_quality(self) -> bool:
        return self.number is None


def numerics_in(text: str, start: int, end: int) -> Iterator[Value]:
    for found in NUMERIC.finditer(text, start, end):
        value = _numeric(found)
        if value is None:
            continue
        if value.second is not None and _FROM.search(text, max(start, value.start - 8), value.start):
            yield from _both_ends(found, value)
        else:
            yield value


_FROM = re.compile(r"\bfrom\s+$", re.IGNORECASE)


def _both_ends(found: re.Match[str], value: Value) -> Iterator[Value]:
    """From 798 to 98 μmol/l: not a range, but what it was and what it is."""
    yield replace(value, end=found.end("n"), second=None, unit_at=None, is_measured=False, words_end=found.end("n"))
    yield replace(value, start=found.start("second"), number=value.second, second=None)


def qualities_in(text: str, terms: Sequence[Term]) -> list[Value]:
    """Words and signs that judge: `terms` are those of the list of qualities."""
    return sorted([*_signs(text), *_judgements(text, terms)], key=lambda value: value.start)


def _signs(text: str) -> Iterator[Value]:
    for found in _SIGN.finditer(text):
        flag = LabFlag.NORMAL if found.group(1)[0] in "-–−" else LabFlag.HIGH
        yield Value(found.start(1), found.end(1), flag=flag, words_end=found.end(1))


def _judgements(text: str, terms: Sequence[Term]) -> Iterator[Value]:
    for term in terms:
        if text[term.start - 1 : term.start] == "-" or _IS_HALF_A_WORD.match(text, term.end):
            continue
        degree = _DEGREE.search(text, max(0, term.start - 32), term.start)
        start = degree.start() if degree else term.start
        is_denied = degree is not None and degree.group()[:2].lower() in ("no",)
        yield Value(
            start, term.end, flag=_denied(LabFlag(term.name)) if is_denied else LabFlag(term.name), words_end=term.end
        )


def _denied(flag: LabFlag) -> LabFlag:
    """Not elevated is normal; not normal is abnormal."""
    return LabFlag.ABNORMAL if flag == LabFlag.NORMAL else LabFlag.NORMAL


def _numeric(found: re.Match[str]) -> Value | None:
    number = value_of(re.sub(r"[\u2009 ]", "", found.group("n")))
    if number is None:
        return None
    if found.group("sign") in ("-", "−", "–"):
        number = -number
    second = found.group("second")
    unit = (
        "unit"
        if found.group("unit")
        else "linked"
        if found.group("linked")
        else "unit_1"
        if found.group("unit_1")
        else None
    )
    return Value(
        start=found.start(), end=found.end(), number=number,
        second=value_of(re.sub(r"[\u2009 −-]", "", second)) if second else None,
        comparator=_comparator(found.group("comparator")), unit_at=found.span(unit) if unit else None,
        is_measured=unit == "unit", words_end=found.start(unit) if unit else found.end(),
    )  # fmt: skip


def _comparator(words: str | None) -> Comparator | None:
    if not words:
        return None
    plain = " ".join(words.lower().split())
    return _SIGNS.get(plain.replace(" ", "") if plain[:1] in "<>≤≥" else plain)


def unit_of(text: str, value: Value) -> tuple[str | None, str | None]:
    """In UCUM and as written."""
    if value.unit_at is None:
        return None, None
    written = text[slice(*value.unit_at)].strip()
    return ucum(written), written or None
