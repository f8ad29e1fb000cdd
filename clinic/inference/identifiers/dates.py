"""Dates more precise than a year, as they are written, dictated and scanned, and ages over 89."""

import re
from collections.abc import Iterator

from clinic.inference.identifiers import known
from clinic.inference.identifiers.kinds import Found, Kind
from clinic.inference.identifiers.shapes import number
from clinic.inference.identifiers.source import Source

D = r"[0-9OoIlSB]"
_LOW = r"[0-9oilsb]"
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre"
)
_SHORT = "jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec|ene|abr|ago|dic"
_MONTH = rf"(?:{_MONTHS}|(?:{_SHORT})\b\.?)"
_WEEKDAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tue|wed|thu|fri|sat|sun)|"
    r"lunes|martes|miércoles|miercoles|jueves|viernes|sábado|sabado|domingo)"
)
_ORDINAL = (
    "(?:twenty|thirty)?[ -]?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|tenth|eleventh|twelfth|"
    "thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth"
)
_UNITS = "one|two|three|four|five|six|seven|eight|nine"
_TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_TWO = rf"(?:(?:{_TENS})(?:[ -](?:{_UNITS}))?|{_TEENS}|oh\s(?:{_UNITS})|{_UNITS})"
_SAID_YEAR = rf"(?:(?:nineteen|twenty)\s{_TWO}|two\sthousand(?:\sand)?(?:\s{_TWO})?)"
_ES_NUMBER = (
    "(?:uno|primero|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieciséis|dieciseis|"
    "diecisiete|dieciocho|diecinueve|veinte|veinti[a-zéó]+|treinta\\sy\\suno|treinta)"
)
_ES_YEAR = r"(?:mil\snovecientos|dos\smil)(?:\s(?!de\b|con\b|por\b|en\b)[a-zéó]+(?:\sy\s[a-zéó]+)?)?"
_DAY = rf"(?<![\w.])(?:\d{_LOW}?|[oil]\d)(?:st|nd|rd|th|º|ro)?(?!\d)"
_FOUR = rf"(?=[oilsb]{{0,2}}\d){_LOW}{{4}}"
_YEAR = rf"(?:'\d{{2}}|{_FOUR}|\d{{2}})(?!\d|\.\d|\s?(?:mg|ml|mcg|%|y/?o|years?|pounds))"
_FULL_YEAR = rf"(?:'\d{{2}}|{_FOUR})(?!\w)"
_GAP = r"[\s.,/-]{0,3}"
_WRITTEN = re.compile(
    rf"""(?:\b{_WEEKDAY}\b\.?,?\s+(?:the\s+|el\s+)?)?(?:
        {_DAY}{_GAP}(?:(?:of|de|day\ of)\s+)?(?<![a-z]){_MONTH}(?:(?:{_GAP}|,?\s+(?:of|de|del)\s+){_YEAR})?(?![a-z])
      | \b{_MONTH}{_GAP}(?:the\s+)?{_DAY}(?:\s?[-–]\s?\d{{1,2}}\b)?
            (?:(?:,?\s?|\s+of\s+|,\s+){_FULL_YEAR}|/\d{{2}}\b)?(?!\d|\s?(?:mg|ml))
      | \b{_MONTH}(?:{_GAP}|\s+(?:of|de|del)\s+){_FULL_YEAR}
      | \b(?:the\s+)?(?:{_ORDINAL})\s+(?:day\s+)?of\s+{_MONTH}(?:,?\s+(?:{_SAID_YEAR}|{_FULL_YEAR}))?
      | \b{_MONTH}\s+(?:the\s+)?(?:{_ORDINAL}|{_TWO})\b(?:,?\s+(?:{_SAID_YEAR}|{_FULL_YEAR}))?
      | \b{_ES_NUMBER}\s+de\s+{_MONTH}(?:\s+(?:de|del)\s+(?:{_ES_YEAR}|{_FULL_YEAR}))?
      | \b{_MONTH}\s+(?:of\s+|de\s+|del\s+)?(?:{_SAID_YEAR}|{_ES_YEAR})
    )""",
    re.VERBOSE,
)
_MONTH_WORD = re.compile(rf"(?<![^\W\d_])(?:{_MONTHS}|{_SHORT})(?![^\W\d_])")
_FURTHEST = 48
_MONTH_ALONE = re.compile(
    rf"\b(?:in|since|until|last|this|next|early|late|mid|from|through|by|during|before|after|"
    r"en|desde|hasta|pasado|próximo)"
    rf"[ -](?:early |late |mid-?)?(?P<month>{_MONTHS}|(?:{_SHORT})\b\.?)(?=\W|$)"
    r"(?!\s+(?:have|be|not|need|benefit|require|also))"
)
_FEAST = re.compile(
    r"\b(?:christmas(?: eve| day)?|thanksgiving(?: day)?|new year'?s(?: eve| day)|easter(?: sunday)?|halloween|"
    r"independence day|labor day|memorial day|valentine'?s day|nochebuena|nochevieja|navidad|semana santa|año nuevo)\b"
)
_NUMERIC = re.compile(
    rf"""(?<![\w./-])(?<!\d,)(?:
        (?P<y1>{D}{{4}})\s?([-/.])\s?(?P<a1>{D}{{1,2}})\s?\2\s?(?P<b1>{D}{{1,2}})
            (?:[T\ ]\d{{2}}:\d{{2}}(?::\d{{2}})?(?:\.\d+)?Z?)?
      | (?P<a2>{D}{{1,2}})\s?([-/.])\s?(?P<b2>{D}{{1,2}})\s?\6\s?(?P<y2>{D}{{4}}|{D}{{2}})
      | (?P<y3>(?:19|20)\d\d)(?P<a3>0[1-9]|1[0-2])(?P<b3>0[1-9]|[12]\d|3[01])
      | (?P<a4>\d{{1,2}})[-/](?P<y4>(?:19|20)\d\d)
    )(?![\w/]|[.-]\d|\s?(?:mg|mmHg|%))""",
    re.VERBOSE,
)
_SHORTLY = re.compile(
    r"""\b(?:on|since|from|until|till|through|thru|by|dated?|of|and|to|before|after|seen|visit|admitted|discharged|returned|
        el|del|desde|hasta|día|fecha|hoy|today|due|starting|begun|scheduled|labs?|ct|mri|echo|cxr)\b\s{0,3}:?\s{1,3}(?:the\s)?
        (?P<day>(?P<a>\d{1,2})[/-](?P<b>\d{1,2}))(?![\w/%]|[.,-]\d|[./-]\d)
        (?!\s*(?:strength|systolic|diastolic|holosystolic|murmur|ejection|sem|pain|in\s+(?:severity|intensity)|intensity|severity|scale|muscle|motor|power|mg|ml|mm|cm|tabs?|tablets?|positive|stools?|beats|of\s+the))""",
    re.VERBOSE,
)
_AFTER_NAME = re.compile(
    r"(?<=[^\W\d_]) (?P<day>(?P<a>\d{1,2})/(?P<b>\d{1,2}))(?=\s(?:and|at|w/|for|y|a las)(?!\w)|[.;,)]|[ \t]*$)",
    re.MULTILINE,
)
_WORD_BEFORE = re.compile(r"([A-ZÀ-Þ][\w'’-]+)$")
_BORN = re.compile(r"\b(?:born(?: in)?|nacid[oa](?: en)?|nació en|year of birth:?|año de nacimiento:?)\s+(\d{4})\b")
_NINETIES = (
    rf"ninety(?:[ -](?:{_UNITS}))?|(?:a|one)\shundred(?:\sand)?(?:\s(?:{_UNITS}))?|"
    r"noventa(?:\sy\s[a-z]+)?|ciento?\s[a-z]+"
)
_SAID_AFTER_AGE = (
    r"[\s-]*(?:years?|yrs?|yr|y)?[\s-]*(?:old\b|y/?o\b|/o\b|of\sage\b)|\s*y/?o\b|\s*-?(?:yo|y\.o\.)|"
    r",\s(?:doctor|an?|widow|married|retired|single|divorced|is|was|who|male|female|viud|casad|jubilad)|"
    r"\s+años|[\s-]+years?[\s-]+(?:young|old|of)|(?:f|\s[fm])\b"
)
_SAID_BEFORE_AGE = (
    r"(?:age[ds]?(?:/sex)?|edad(?:/sexo)?|turned|turning|turns|i'm|i\sam|she's|he's|cumple|cumplió|cumplidos|tengo)"
    r"\s{0,3}(?:is|of|de|:)?\s{0,3}:?\s{0,3}"
)
_AGE = re.compile(
    rf"\b(?P<before>9\d|1[0-2]\d|{_NINETIES})(?={_SAID_AFTER_AGE})|"
    rf"\b{_SAID_BEFORE_AGE}(?P<after>9\d|1[0-2]\d|{_NINETIES})\b(?!\s*(?:%|days|months|meses|días|mg))"
)


def dates(source: Source) -> Iterator[Found]:
    for start, end in _all(source):
        yield Found(start, end, Kind.DATE)


def _all(source: Source) -> Iterator[tuple[int, int]]:
    low = source.low
    yield from (found.span() for found in _with_month(low) if _is_date(found.group()))
    yield from (found.span() for found in _FEAST.finditer(low))
    yield from (found.span("month") for found in _MONTH_ALONE.finditer(low))
    yield from (found.span() for found in _NUMERIC.finditer(source.text) if _is_in_calendar(found))
    yield from (found.span("day") for found in _SHORTLY.finditer(low) if _is_day(found["a"], found["b"]))
    yield from (found.span("day") for found in _AFTER_NAME.finditer(source.text) if _is_after_name(source.text, found))
    yield from (found.span(1) for found in _BORN.finditer(low))


def ages(source: Source) -> Iterator[Found]:
    """Over 89 there are few enough people of an age to be found by it."""
    for found in _AGE.finditer(source.low):
        yield Found(*found.span("before" if found["before"] else "after"), Kind.AGE)


def _is_after_name(text: str, found: re.Match[str]) -> bool:
    """ "Follow up with Young 9/15", and not "Strength 5/5"."""
    word = _WORD_BEFORE.search(text, max(0, found.start() - 40), found.start())
    return word is not None and not known.words().is_plain(word[1].lower()) and _is_day(found["a"], found["b"])


def _with_month(text: str) -> Iterator[re.Match[str]]:
    """A month is rare and quickly found; what may stand around it is not."""
    done = 0
    for month in _MONTH_WORD.finditer(text):
        if month.start() < done:
            continue
        for found in _WRITTEN.finditer(text, max(done, month.start() - _FURTHEST), month.end() + _FURTHEST):
            if found.start() <= month.start() < found.end():
                done = found.end()
                yield found


def _is_date(said: str) -> bool:
    """ "May 4" is one, "may five" hardly: the verb is more frequent than the month."""
    return not re.match(r"may\s+(?:one|two|three|four|five|six|seven|eight|nine|the)\b", said) or bool(
        re.search(r"thousand|nineteen|twenty", said)
    )


def _is_in_calendar(found: re.Match[str]) -> bool:
    if found["y4"]:
        return 1 <= int(found["a4"]) <= 12
    parts = next(
        (found[f"y{way}"], found[f"a{way}"], found[f"b{way}"]) for way in (1, 2, 3) if found[f"y{way}"] is not None
    )
    if not any(character.isdigit() for part in parts for character in part):
        return False
    year, one, other = (number(part) for part in parts)
    return _is_day(str(one), str(other)) and (len(parts[0]) == 2 or 1850 <= year <= 2150)


def _is_day(one: str, other: str) -> bool:
    low, high = sorted((int(one), int(other)))
    return 1 <= low <= 12 and high <= 31
