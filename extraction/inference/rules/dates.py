"""Dates, as ISO where the text says enough; what it says stays beside it. "Two days later" has no ISO."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from extraction.inference.rules.lexicon import words
from extraction.inference.rules.numbers import FIGURES, WORDS
from extraction.inference.rules.places import places_in
from extraction.inference.rules.prepared import Prepared
from extraction.inference.rules.tokens import fold
from extraction.inference.schema import Assertion, Date

_MONTHS = {name: number for number, names in enumerate((
    "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
    "september sept sep", "october oct", "november nov", "december dec",
), 1) for name in names.split()}  # fmt: skip
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|(?:Jan|Feb|Mar|Apr|"
    r"Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?)"
)
_DATE = re.compile(
    rf"(?<![\w/.-])(?:"
    rf"(?P<y1>(?:19|20)\d\d)-(?P<m1>\d\d)-(?P<d1>\d\d)(?!\d)"
    rf"|(?P<name2>{_MONTH})\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>(?:19|20)\d\d)(?!\d)"
    rf"|(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<name3>{_MONTH}),?\s+(?P<y3>(?:19|20)\d\d)(?!\d)"
    rf"|(?P<name4>{_MONTH}),?\s+(?:of\s+)?(?P<y4>(?:19|20)\d\d)(?!\d)"
    rf"|(?P<a5>\d{{1,2}})(?P<sep>[/.-])(?P<b5>\d{{1,2}})(?P=sep)(?P<y5>(?:19|20)\d\d|\d\d)(?![\d/-]|\.\d)"
    rf"|(?:(?<=in )|(?<=since )|(?<=In )|(?<=Since )|(?<=early )|(?<=late )|(?<=during ))(?P<y6>(?:19|20)\d\d)(?![\d-])"
    rf"|(?P<name7>{_MONTH})\s+(?P<d7>\d{{1,2}})(?:st|nd|rd|th)?(?![\d,]?\d)"
    rf")"
)
_N = rf"(?:{FIGURES}|{WORDS}|an?|several|few|a few)"
_UNIT = r"(?:hours?|days?|weeks?|months?|years?)"
_RELATIVE = re.compile(
    rf"(?<![\w.])(?:(?:{_N}[\s\u2000-\u200a]+{_UNIT}\s+(?:later|after(?:wards?)?|before|prior|previously|earlier|"
    rf"ago|post-?operatively)\b)"
    rf"|(?:after\s+{_N}\s+{_UNIT}\b)|(?:(?:the\s+)?(?:following|next|same|previous)\s+(?:day|week|month|year|"
    rf"morning)\b)"
    rf"|(?:(?:on\s+)?(?:post-?\s?operative\s+|hospital\s+)?day\s+(?:\d{{1,3}}|one|two|three|four|five|six|seven|"
    rf"eight|nine|ten)\b)"
    rf"|(?:(?:at\s+)?(?:the\s+)?age\s+(?:of\s+)?{_N}(?:[\s\u2000-\u200a]+{_UNIT})?\b)|"
    rf"(?:{_N}[\s\u2000-\u200a]+{_UNIT}\s+of\s+age\b)"
    rf"|(?:yesterday|today|tomorrow|last\s+(?:night|week|month|year))\b)",
    re.IGNORECASE,
)
_ABOUT = (
    ("birth", re.compile(r"\b(?:d\.?o\.?b\.?|birth|born)\b", re.IGNORECASE)),
    ("admission", re.compile(r"\badmi(?:ssion|tted)\b", re.IGNORECASE)),
    ("discharge", re.compile(r"\bdischarged?\b", re.IGNORECASE)),
    ("death", re.compile(r"\b(?:died|death|deceased)\b", re.IGNORECASE)),
    ("surgery", re.compile(r"\b(?:surgery|operation|operated|procedure)\b", re.IGNORECASE)),
    ("diagnosis", re.compile(r"\bdiagnos(?:is|ed)\b", re.IGNORECASE)),
    ("visit", re.compile(r"\b(?:visit|seen|clinic|appointment|dictated|service)\b", re.IGNORECASE)),
)


@dataclass(frozen=True, slots=True)
class Said:
    start: int
    end: int
    iso: str | None


def dates(prepared: Prepared) -> Iterator[Date]:
    for said in dates_in(prepared.text):
        yield told(prepared, said, _about(prepared, said))
    for start, end in _relative(prepared):
        yield told(prepared, Said(start, end, None), None)


_HINTS = frozenset(map(fold, words("relative_dates")))


def _relative(prepared: Prepared) -> Iterator[tuple[int, int]]:
    """Looked for only around the words without which there is none."""
    tokens, reach = prepared.tokens, 0
    for word, start, end in zip(tokens.words, tokens.starts, tokens.ends, strict=True):
        if word not in _HINTS or start < reach:
            continue
        for found in _RELATIVE.finditer(prepared.text, max(reach, start - 30), end + 30):
            if found.start() <= start < found.end():
                reach = found.end()
                yield found.span()
                break


def dates_in(text: str, start: int = 0) -> Iterator[Said]:
    for found in _DATE.finditer(text, start):
        iso = _iso(found)
        if iso is not None or found.group("name7") or _is_short_date(found):
            yield Said(found.start(), found.end(), iso)


def _is_short_date(found: re.Match[str]) -> bool:
    """01/17/10 is a day, though its century is anybody's guess."""
    if not found.group("y5") or len(found.group("y5")) != 2:
        return False
    first, second = int(found.group("a5")), int(found.group("b5"))
    return 0 < min(first, second) <= 12 and max(first, second) <= 31 and found.group("sep") != "."


def date_at(text: str, place: int) -> Said | None:
    said = next(dates_in(text[: place + 40], place), None)
    return said if said is not None and said.start == place else None


def iso_in(text: str) -> frozenset[str]:
    return frozenset(said.iso for said in dates_in(text) if said.iso)


def told(prepared: Prepared, said: Said, about: str | None) -> Date:
    return Date.model_construct(
        text=prepared.text[said.start : said.end], iso=said.iso, of=about, assertion=Assertion.PRESENT,
        evidence=(prepared.evidence(said.start, said.end, "text"),),
    )  # fmt: skip


def _about(prepared: Prepared, said: Said) -> str | None:
    """The word for it that stands nearest before, in the same sentence."""
    sentence = prepared.sentence_at(said.start)
    before = prepared.text[max(sentence.start, said.start - 60) : said.start]
    for start, end in places_in(before):
        before = before[:start] + "," * (end - start) + before[end:]
    near = [(found.end(), name) for name, pattern in _ABOUT for found in pattern.finditer(before)]
    return max(near)[1] if near else None


def _iso(found: re.Match[str]) -> str | None:
    told = found.groupdict()
    if told["y1"]:
        return _day(told["y1"], int(told["m1"]), int(told["d1"]))
    for name, day, year in (("name2", "d2", "y2"), ("name3", "d3", "y3")):
        if told[name]:
            return _day(told[year], _month(told[name]), int(told[day]))
    if told["name4"]:
        return f"{told['y4']}-{_month(told['name4']):02}"
    if told["y6"]:
        return str(told["y6"])
    return _of_numbers(told) if told["y5"] else None


def _of_numbers(told: dict[str, str | None]) -> str | None:
    """12/31/2019 and 31/12/2019 can only be one day; 03/04/2019 can be two: then only the year is sure. Two figures of
    a year may be any century: nothing is sure."""
    year, first, second = str(told["y5"]), int(told["a5"] or 0), int(told["b5"] or 0)
    if len(year) != 4:
        return None
    if first > 12:
        return _day(year, second, first)
    if second > 12 or first == second:
        return _day(year, first, second)
    return year


def _month(name: str) -> int:
    return _MONTHS[name.lower().rstrip(".")]


def _day(year: str, month: int, day: int) -> str | None:
    try:
        return date(int(year), month, day).isoformat()
    except ValueError:
        return None
