"""Where somebody lives, was born, is treated: anything smaller than a state."""

import re
from collections.abc import Iterator
from functools import cache

from clinic.inference.identifiers import known, towns
from clinic.inference.identifiers.kinds import Found, Kind
from clinic.inference.identifiers.source import Source
from clinic.inference.identifiers.towns import CAP
from clinic.inference.phrases import expression

_WORDS = {section: frozenset(words) for section, words in known.sections("places").items()}


def _any_of(section: str) -> str:
    return "|".join(re.escape(word) for word in sorted(_WORDS[section], key=len, reverse=True))


_STREET = re.compile(
    rf"""(?<![\w./-])(?P<number>(?=\d)[0-9oilsb]{{1,6}}[a-z]?(?:-\d+)?)\s+
        (?P<name>(?:[nsew]\.?\s+|(?:north|south|east|west)\s+)?
            (?:\d{{1,3}}(?:st|nd|rd|th)|[^\W\d_][\w'’.-]*)(?:\ [^\W\d_][\w'’.-]*){{0,3}})\s+
        (?P<way>{_any_of("ways")})\b
        (?:(?:(?<=\bst|\brd|\bdr|\bln|\bct|\bpl|\bsq)|(?<=\bave|\bstr|\bcir|\bhwy|\bter)|(?<=\bblvd|\bpkwy))\.)?
        (?:\s+(?:n|s|e|w|ne|nw|se|sw)\b\.?)?
        (?:,?\s{{0,3}}(?:apt|apartment|unit|suite|ste|flat|floor|bldg|lot|\#)\.?\s{{0,3}}\#?\s?(?:\d+[a-z]?|[a-z]\d*)\b)?""",
    re.VERBOSE,
)
_BOX = re.compile(r"\b(?:p\.?\s?o\.?\s?box|post office box|apartado(?: de correos)?|apdo\.?)\s+\d+")
_CALLE = re.compile(
    rf"""(?<!\w)(?:{_any_of("calles")})(?<![^\W\d_](?=[^\W\d_]))\s*
        (?:(?:de\ la|de\ los|de\ las|del|de|la|el|los|las)\s+)?
        [^\W\d_][\w'’.-]*(?:\ [^\W\d_][\w'’.-]*){{0,5}}?
        \s{{0,3}},?\s{{0,3}}(?:n[º°.o]\.?|núm\.?|número|numero|\#|km)?\s{{0,3}}\d+[a-z]?\b
        (?:\s{{0,3}}[,-]?\s{{0,3}}(?:piso\s{{0,3}})?\d{{1,2}}\s?[º°ªo]\.?\s?(?:[a-h]\b|izq\w*|dcha|derecha|izquierda)?
          |\s{{0,3}},\s{{0,3}}(?:bajo|ático|escalera|esc\.?|portal|int\.?)\s{{0,3}}\w*){{0,4}}""",
    re.VERBOSE,
)
_CODES = re.compile(
    rf"""\b(?P<uk>[A-Z]{{1,2}}\d[A-Z\d]?\ \d[ABD-HJLNP-UW-Z]{{2}})\b
      | \b(?P<canada>[ABCEGHJ-NPRSTVXY]\d[A-Z]\ \d[A-Z]\d)\b
      | \b(?P<spain>(?:0[1-9]|[1-4]\d|5[0-2])\d{{3}},?\s+{CAP}(?:\ (?:de|del|la|{CAP}))*)""",
    re.VERBOSE,
)
_ZIP = r"(?:\.?,?\s+(?P<zip>[0-9OIlSB]{5}(?:-\d{4})?)\b)"
_AFTER_COMMA = re.compile(
    rf",\s(?P<state>{_any_of('state codes')}|(?i:{_any_of('state names')}))\b{_ZIP}?(?!\.?[A-Za-z])"
)
_WITH_ZIP = re.compile(rf"(?<!,)\s(?P<state>{_any_of('state codes')}){_ZIP}(?!\.?[A-Za-z])")
_TOWN_BEFORE = re.compile(rf"(?:{CAP}[ -])?(?:{CAP}[ -])?{CAP}$|(?:[^\W\d_]+ ){{0,1}}[^\W\d_]+$")
_PLACE_WORD_BEFORE = re.compile(r"\b(?i:in|from|of|near|to|at|outside)\s+$")
_LONGEST_TOWN = 48
_ZIP_SAID = re.compile(
    r"\b(?:zip(?: ?code)?|postal code|post ?code|c\.?\s?p\.?|código postal|codigo postal)\s{0,3}(?:is|:|#|es)?\s{0,3}"
    r"(?P<code>\d{5}(?:-\d{4})?|[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2})\b"
)
_HOUSE = re.compile(
    rf"\b(?P<name>{CAP}(?: (?:of|the|{CAP}|&|and)){{0,4}}?)(?: (?i:{_any_of('houses')}))+\b|"
    rf"\bCounty of {CAP}|\bUniversity of {CAP}(?: {CAP})*"
)
_HOUSE_WORD = re.compile(rf"\b(?:{_any_of('houses')})\b")
_LONGEST_HOUSE = 64
_CASA_WORD = re.compile(rf"\b(?:{_any_of('casas')}) ")
_CASA_NAME = re.compile(
    r"(?P<name>(?:(?i:universitario|general|clínico|comarcal|regional|infantil|nuestra|señora|de|del|la|el|los|las) )*"
    rf"{CAP}(?: (?!(?:POR|CON|QUE|PARA|EN|SE|DONDE|DEBIDO|Y|EL)\b)(?:de|del|la|los|las|y|{CAP}))*)"
)
_SMALL_HOUSE = re.compile(
    rf"\b(?:from|at|to|of) (?P<house>(?P<name>[^\W\d_][\w'.-]*(?: [^\W\d_][\w'.-]*){{0,2}}?)"
    rf"(?: (?:{_any_of('houses')}))+)\b"
)
_ADDRESS_BEFORE = re.compile(
    r"\b(?:lives? (?:at|on)|lived (?:at|on)|resides? at|living at|address|street|home at|domicilio)\s*(?:is|:)?\s*$"
)
_ON_OR_AT = re.compile(r"\b(?:on|at)\s$")
_SMALL_BETWEEN = frozenset(
    {"of", "the", "de", "del", "la", "las", "los", "el", "y", "and", "north", "south", "east", "west"}
)


@cache
def _towns() -> re.Pattern[str]:
    return re.compile(expression(known.sections("cities")["sure"]))


def places(source: Source) -> Iterator[Found]:
    for found in _all(source):
        yield Found(*found, Kind.PLACE)


def _all(source: Source) -> Iterator[tuple[int, int]]:
    text, low = source.text, source.low
    streets = [found.span() for found in _STREET.finditer(low) if _is_street(text, found)]
    streets += [found.span() for found in _CALLE.finditer(low)]
    for start, end in streets:
        yield start, end
        if town := towns.after_street(text, end):
            yield town
    yield from (found.span() for found in _BOX.finditer(low))
    yield from (found.span() for found in _CODES.finditer(text))
    yield from _before_states(text)
    yield from (found.span("code") for found in _ZIP_SAID.finditer(low))
    yield from (found.span() for found in _towns().finditer(low))
    yield from _houses(source)
    if text.islower():
        yield from (found.span("house") for found in _SMALL_HOUSE.finditer(text) if _is_named(found))
    yield from towns.lived_in(source)
    yield from towns.before_dates(text)


def _houses(source: Source) -> Iterator[tuple[int, int]]:
    for house in (*_named_houses(source.text, source.low), *_casas(source)):
        yield house
        if town := towns.after_house(source.text, house[1]):
            yield town


def _named_houses(text: str, low: str) -> Iterator[tuple[int, int]]:
    for word in _HOUSE_WORD.finditer(low):
        for found in _HOUSE.finditer(text, max(0, word.start() - _LONGEST_HOUSE), word.end() + _LONGEST_HOUSE):
            if _is_named(found):
                yield _without_generic(found)


def _casas(source: Source) -> Iterator[tuple[int, int]]:
    """ "HOSPITAL COURSE" is a heading, "Clínica Constitución" has no other meaning."""
    for word in _CASA_WORD.finditer(source.low):
        name = _CASA_NAME.match(source.text, word.end())
        if name and (word.group() != "hospital " or not name.group().isupper() or _is_named(name)):
            yield word.start(), name.end()


def _is_street(text: str, found: re.Match[str]) -> bool:
    """ "2 visits with Dr" is none: a street is written large, or stands where addresses stand."""
    words = text[slice(*found.span("name"))].split()
    if any(word.lower().strip(".") in _WORDS["no street"] for word in words):
        return False
    if _ADDRESS_BEFORE.search(found.string, max(0, found.start() - 24), found.start()):
        return True
    way = text[slice(*found.span("way"))]
    if way.islower():
        return text.islower() and _is_small_street(found, words, way)
    if text[slice(*found.span())].isupper():
        return len(words) <= 3 and len(found["number"]) > 1
    return all(word[0].isupper() or word[0].isdigit() or word.lower() in _SMALL_BETWEEN for word in words)


def _is_small_street(found: re.Match[str], words: list[str], way: str) -> bool:
    """Where nothing is large: "on 94 west birchwood ave", and not "on 10 occasions a day in that way"."""
    stands_well = _ON_OR_AT.search(found.string, max(0, found.start() - 4), found.start()) is not None
    if way in _WORDS["ways that are words too"]:
        return stands_well and len(found["number"]) > 2 and len(words) <= 4
    return len(found["number"]) > 1 and len(words) <= (4 if stands_well else 2)


def _before_states(text: str) -> Iterator[tuple[int, int]]:
    """ "Cedar Falls, IA 50613": the town and the code; the state alone may stay."""
    for found in (*_AFTER_COMMA.finditer(text), *_WITH_ZIP.finditer(text)):
        town = _TOWN_BEFORE.search(text, max(0, found.start() - _LONGEST_TOWN), found.start())
        if found["zip"]:
            yield (town.start() if town else found.start("state")), found.end("zip")
        elif town and _is_before_state(text, town, found["state"]):
            yield town.span()


def _is_before_state(text: str, town: re.Match[str], state: str) -> bool:
    """ "Cole, MD" is a doctor."""
    if _PLACE_WORD_BEFORE.search(text, max(0, town.start() - 12), town.start()):
        return True
    return (
        state not in _WORDS["state codes that are words too"]
        and town.group()[0].isupper()
        and not towns.is_ward(town.group())
    )


def _is_named(found: re.Match[str]) -> bool:
    name = found["name"]
    if name is not None and name.islower():
        return name.split()[0] not in _WORDS["generic"] and not _WORDS["no town"] & set(name.split())
    return name is None or any(_names_something(word.lower().strip(".")) for word in name.split())


def _names_something(word: str) -> bool:
    words = known.words()
    return word not in _WORDS["generic"] and (
        word not in words.words
        or words.is_name(word)
        or word
        in ("st", "mercy", "grace", "holy", "sacred", "trinity", "mount", "gran", "san", "santa", "santo", "virgen")
    )


def _without_generic(found: re.Match[str]) -> tuple[int, int]:
    start = found.start()
    for word in (found["name"] or "").split():
        if word.lower() not in ("the", "at", "in", "from", "to", "our"):
            break
        start += len(word) + 1
    return start, found.end()
