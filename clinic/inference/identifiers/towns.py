"""Towns that no list has: known by what people do there, by the street before, by the date after."""

import re
from collections.abc import Iterator
from functools import cache

from clinic.inference.identifiers import known
from clinic.inference.identifiers.source import Source

CAP = r"[A-ZÀ-ÖØ-Þ](?:[\w'’-]|\.(?=[\w-])|(?<=\bS[tT])\.|(?<=\bSta)\.|(?<=\bMt)\.){0,40}"
_LIVES = re.compile(
    r"\b(?:(?P<lives>lives?|living|lived|resides?|residing|resident|born|raised|grew up|moved|relocated|hails|hometown|"
    r"home|pharmacy|vive|vivía|reside|residente|natural|nacid[oa]|procedente|originari[oa]|vecin[oa]|empadronad[oa]|extiende)|"
    r"(?P<back>returns?|returned|returning|back)|"
    r"travel\w*|vacation\w*|flew|drove|visit\w*|native|originally|transferred|comes?|here|trasladad[oa]|ambulance|ambulancia|"
    r"(?P<who>man|woman|gentleman|lady|male|female|boy|girl))\b"
)
_BEFORE_TOWN = re.compile(
    r"\s(?P<preposition>in|from|of|to|at|near|en|de|desde|a)\s+(?:the\s+)?"
    r"(?:(?:town|city|village|suburb|ciudad|pueblo)\s+(?:of|de)\s+)?"
)
_FURTHEST = 48
_LARGE = re.compile(rf"{CAP}(?:[ -](?:d'|l')?(?:{CAP}|de|del|la|las|los|upon|on)){{0,3}}(?<! de)(?<! la)(?<! del)")
_SMALL = re.compile(
    r"([^\W\d_]+(?:'[^\W\d_]+)?(?: [^\W\d_]+(?:'[^\W\d_]+)?)??)"
    r"(?=\s*(?:[,.\n]|$)|\s(?:with|who|and|has|presents|presenting|is|was|here|to|near|on|for|since|until|where|at|in|when|by|con|que|y)\b)"
)
_DAY_OR_MONTH = (
    r"\d|el \d|a \d|(?i:lunes|martes|miércoles|jueves|viernes|sábado|domingo|"
    r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|enero|abril|agosto|diciembre)"
)
_AT_LINE = re.compile(rf"^(?P<town>{CAP}(?:[ -](?:{CAP}|de|del|la|las|los)){{0,3}}), (?={_DAY_OR_MONTH})", re.MULTILINE)
_AFTER_STREET = re.compile(
    rf"(?:,?\s+(?i:in|en)\s+|,\s*|\n)"
    rf"(?P<town>{CAP}(?:[ -](?:d'|l')?{CAP}){{0,2}}|(?:[^\W\d_]+ )?[^\W\d_]+(?:'[^\W\d_]+)?(?=[.,\n]|$))"
)
_AFTER_HOUSE = re.compile(rf"(?:,| in| en| de) (?P<town>{CAP}(?:[ -](?:d'|l')?{CAP}){{0,2}})(?=[.,;\n]|$)")
_FROM = re.compile(
    rf"\b(?:from|desde|near|cerca de|From|Near|Desde|FROM|NEAR|DESDE) "
    rf"(?P<town>{CAP}(?:[ -](?:d'|l')?{CAP}){{0,2}})(?=[.,;\s]|$)"
)
_FIRST = (
    "Lake|Port|Fort|Mount|Cedar|Grand|Palm|Little|Big|North|South|East|West|Saint|San|Santa|El|Los|Las|La|Villa|Puerto"
)
_LAST = (
    "Falls|City|Springs|Beach|Grove|Hills|Creek|Rapids|Heights|Park|Valley|Bluffs?|Point|Bay|Harbor|Haven|Junction|Ridge|Lakes|"
    "Island|Mills|Rock|Forks|Lake|River"
)
_SHAPED = re.compile(
    rf"\b(?:in|from|near|of|to|at|outside|en|de|desde) (?P<town>(?:{_FIRST}) {CAP}|(?:{CAP} )?{CAP} (?:{_LAST}))\b"
)
_SHAPED_SMALL = re.compile(
    rf"\b(?:in|from|near|outside) (?P<town>(?:{_FIRST.lower()}) [a-z]{{4,}}|[a-z]{{4,}} (?:{_LAST.lower()}))"
    r"(?=\s+(?:can|to|with|on|for|and|who|is|was|has|where|when|by)\b|[.,]|\s*$)"
)
_NO_TOWN = frozenset(known.sections("places")["no town"])
_PERSONS = frozenset({"dr", "mr", "mrs", "ms", "dra", "sr", "sra"})


@cache
def states() -> frozenset[str]:
    return frozenset(known.sections("cities")["states"])


def lived_in(source: Source) -> Iterator[tuple[int, int]]:
    """Small letters are looked at where nothing else in the text is large either."""
    is_small = source.text.islower()
    shaped = _SHAPED_SMALL if is_small else _SHAPED
    for found in shaped.finditer(source.text):
        if not _NO_TOWN & set(found["town"].lower().split()):
            yield found.span("town")
    yield from (found.span("town") for found in _FROM.finditer(source.text) if _may_be(found["town"], False, False))
    for verb in _LIVES.finditer(source.low):
        if town := _town_after(source, verb, is_small):
            yield town


def _town_after(source: Source, verb: re.Match[str], is_small: bool) -> tuple[int, int] | None:
    """Up to the end of the sentence: "moved in with her in Waco"; of a man only "from" tells where he lives."""
    end = source.low.find(". ", verb.end(), verb.end() + _FURTHEST)
    for said in _BEFORE_TOWN.finditer(source.low, verb.end(), end if end >= 0 else verb.end() + _FURTHEST):
        if verb["who"] and said["preposition"] != "from":
            continue
        town = (_SMALL if is_small else _LARGE).match(source.text, said.end())
        is_sure = bool(verb["lives"] or verb["who"])
        if (
            town
            and town.group().lower() not in states()
            and _may_be(town.group(), is_sure, is_small, bool(verb["back"]))
        ):
            return town.span()
    return None


def _may_be(town: str, is_sure: bool, is_small: bool, is_back: bool = False) -> bool:
    """A ward or a theatre is no town, and a doctor is somebody."""
    first = town.split()[0]
    words = known.words()
    if first.lower().rstrip(".") in _NO_TOWN | _PERSONS:
        return False
    is_lone_word = words.is_plain(first.lower()) and len(town.split()) == 1
    if not (is_sure or is_back or is_small) and (is_lone_word or (first.isupper() and len(first) < 5)):
        return False
    if is_small:
        return (first not in words.words and (is_sure or is_back)) or (is_sure and len(town.split()) == 2)
    if first.isupper() and len(town.split()) == 1 and (len(first) < 4 or first.lower() in words.words):
        return False
    return not is_ward(town)


def is_ward(said: str) -> bool:
    words = known.words()
    return all(word.lower() in words.words or word.lower() in words.things for word in said.split())


def before_dates(text: str) -> Iterator[tuple[int, int]]:
    """ "Utrera, 3 de mayo", as letters begin."""
    yield from (found.span("town") for found in _AT_LINE.finditer(text) if not is_ward(found["town"]))


def after_house(text: str, end: int) -> tuple[int, int] | None:
    town = _AFTER_HOUSE.match(text, end)
    return town.span("town") if town and not is_ward(town["town"]) and town["town"].lower() not in states() else None


def after_street(text: str, end: int) -> tuple[int, int] | None:
    town = _AFTER_STREET.match(text, end)
    if town is None or town["town"].split()[0].lower() in _NO_TOWN | _PERSONS or town["town"].lower() in states():
        return None
    is_small = town["town"].islower()
    return town.span("town") if (text.islower() if is_small else not is_ward(town["town"])) else None
