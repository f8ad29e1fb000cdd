"""Towns that no list has: known by what people do there, by the street before, by the date after."""

import re
from collections.abc import Iterator
from functools import cache

from clinic.inference.identifiers import known
from clinic.inference.identifiers.source import Source

CAP = r"[A-ZÀ-ÖØ-Þ](?:[\w'’-]|\.(?=[\w-])|(?<=\bS[tT])\.|(?<=\bSta)\.|(?<=\bMt)\.){0,40}"
_LIVES = re.compile(
    r"\b(?:(?P<lives>lives?|living|lived|resides?|residing|resident|born|raised|grew up|moved|relocated|hails|"
    r"hometown|home|"
    r"vive|vivía|reside|residente|natural|nacid[oa]|procedente|originari[oa]|vecin[oa]|empadronad[oa])|"
    r"(?P<back>returns?|returned|returning|back)|travel\w*|vacation\w*|flew|drove|visit\w*|native|originally|transferred|comes?|here|trasladad[oa]|ambulance|ambulancia|"
    r"(?P<who>man|woman|gentleman|lady|male|female|boy|girl))"
    r"(?:\s+[\w'’-]+){0,5}?\s+(?:in|from|of|to|at|near|en|de|desde|a)\s+(?:the\s+)?"
    r"(?:(?:town|city|village|suburb|ciudad|pueblo)\s+(?:of|de)\s+)?"
)
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
_NO_TOWN = frozenset(known.sections("places")["no town"])
_PERSONS = frozenset({"dr", "mr", "mrs", "ms", "dra", "sr", "sra"})


@cache
def states() -> frozenset[str]:
    return frozenset(known.sections("cities")["states"])


def lived_in(source: Source) -> Iterator[tuple[int, int]]:
    """Small letters are looked at where nothing else in the text is large either."""
    is_small = source.text.islower()
    yield from (found.span("town") for found in _FROM.finditer(source.text) if _may_be(found["town"], False, False))
    for said in _LIVES.finditer(source.low):
        if said["who"] and "from" not in said.group().split():
            continue
        town = (_SMALL if is_small else _LARGE).match(source.text, said.end())
        if (
            town
            and town.group().lower() not in states()
            and _may_be(town.group(), bool(said["lives"] or said["who"]), is_small, bool(said["back"]))
        ):
            yield town.span()


def _may_be(town: str, is_sure: bool, is_small: bool, is_back: bool = False) -> bool:
    """A ward or a theatre is no town, and a doctor is somebody."""
    first = town.split()[0]
    words = known.words()
    if first.lower().rstrip(".") in _NO_TOWN | _PERSONS:
        return False
    if not (is_sure or is_back or is_small) and (
        (words.is_plain(first.lower()) and len(town.split()) == 1) or (first.isupper() and len(first) < 5)
    ):
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
    if town is None or town["town"].split()[0].lower() in _NO_TOWN or town["town"].lower() in states():
        return None
    is_small = town["town"].islower()
    return town.span("town") if (text.islower() if is_small else not is_ward(town["town"])) else None
