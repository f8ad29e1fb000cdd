"""Numbers as documents write them: 1,500 and 2.5, 2,5 in letters from the continent, "two", "one and a half", ½."""

import re
from collections.abc import Iterator

_ONES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_PARTS = {"half": 0.5, "quarter": 0.25, "½": 0.5, "¼": 0.25, "¾": 0.75}
_SMALL = {"a": 1, "an": 1, "once": 1, "twice": 2, "thrice": 3, "single": 1, "first": 1, "second": 2, "third": 3}

_WORD = "|".join(sorted((*_ONES, *_TENS), key=len, reverse=True))
WORDS = rf"(?:(?:{'|'.join(_TENS)})[ -](?:{'|'.join(list(_ONES)[1:10])})|{_WORD})"
FIGURES = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,·]\d+)?|\.\d+)"
FRACTION = r"(?:\d+\s*/\s*\d+|\d*\s?[½¼¾])"
NUMBER = rf"(?:{FRACTION}|{FIGURES}|{WORDS})"

_ANY = re.compile(
    rf"(?<![\w.])(?:{FRACTION}(?![\d/])|{FIGURES}|(?:{WORDS}|half|quarter|an?|once|twice|thrice|single|first|"
    rf"second|third)\b)",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


def value_of(words: str) -> float | None:
    """Of one number. Null for what is none."""
    words = words.strip().lower()
    if words[-1:] in _PARTS and (words[:-1].strip().isdigit() or len(words) == 1):
        return float(words[:-1].strip() or 0) + _PARTS[words[-1]]
    if "/" in words:
        return _quotient(words)
    if words[:1].isdigit() or words[:1] == ".":
        return _of_figures(words)
    return _of_words(words)


def values_in(text: str) -> Iterator[float]:
    for found in _ANY.finditer(text):
        value = value_of(found.group())
        if value is not None:
            yield value
        if "/" in found.group():
            yield from (float(part) for part in found.group().split("/"))


def _quotient(words: str) -> float | None:
    above, _, below = words.partition("/")
    try:
        return float(above) / float(below)
    except (ValueError, ZeroDivisionError):
        return None


def _of_figures(words: str) -> float | None:
    plain = words.replace(",", "") if _THOUSANDS.fullmatch(words) else words.replace(",", ".").replace("·", ".")
    try:
        return float(plain)
    except ValueError:
        return None


def _of_words(words: str) -> float | None:
    for table in (_ONES, _TENS, _PARTS, _SMALL):
        if words in table:
            return float(table[words])
    tens, _, ones = words.replace("-", " ").partition(" ")
    return float(_TENS[tens] + _ONES[ones]) if tens in _TENS and ones in _ONES else None
