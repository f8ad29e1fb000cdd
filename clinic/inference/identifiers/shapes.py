"""Identifiers that are known by their shape alone: addresses of the net, numbers of telephones, of persons, of things.

Letters that scanners read for digits (O, l, I, S, B) count as digits where most of the others are.
"""

import re
from collections.abc import Iterator

from clinic.inference.identifiers.kinds import Found, Kind
from clinic.inference.identifiers.source import Source

D = r"[0-9OoIlSB]"
_TOPS = tuple("com|org|net|edu|gov|mil|info|io|health|care|med|co|es|mx|ar|cl|pe|uk|us|eu|ca|de|fr".split("|"))  # noqa: SIM905
_TOP = f"(?:{'|'.join(_TOPS)})"
_NET: tuple[tuple[tuple[str, ...], Kind, re.Pattern[str]], ...] = (  # looked for only where one of the signs is
    (
        ("@",),
        Kind.EMAIL,
        re.compile(r"(?<![\w.+'-])[\w.+'\u0300-\u036f-]{1,64}\s?@\s?[\w-]{1,64}(?:\.[\w-]{1,64}){1,8}"),
    ),
    (
        (" dot ", " punto "),
        Kind.EMAIL,
        re.compile(
            r"(?<![\w.])[\w.]{1,64}(?:\s(?:dot|punto|underscore|dash)\s\w{1,64}){0,6}"
            r"\s(?:at|arroba)\s\w{1,64}(?:\s(?:dot|punto)\s\w{1,64}){0,6}?"
            rf"\s(?:dot|punto)\s{_TOP}\b"
        ),
    ),
    (("w dot ",), Kind.URL, re.compile(rf"\bw\s?w\s?w\sdot\s\w+(?:\sdot\s\w+)*?\sdot\s{_TOP}\b")),
    (("://", "www."), Kind.URL, re.compile(r"""(?:(?:https?|ftp)://|\bwww\.)[^\s<>"]*[^\s<>".,;:)\]]""")),
    (
        tuple(f".{top}" for top in _TOPS),
        Kind.URL,
        re.compile(
            rf"""(?<![\w.-])[a-z][\w-]{{0,62}}(?:\.[a-z][\w-]{{0,62}}){{0,8}}\.{_TOP}(?:/[^\s<>"]*[^\s<>".,;:)\]])?(?![\w.-]{{0,64}}@)(?!\w)"""
        ),
    ),
)
_CODES = re.compile(
    r"""(?<![\w/])(?=[\w(+])(?:
        (?P<ip6>(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4}){1,6}(?![\w:]))
      | (?P<mac>(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?!\w))
      | (?P<uuid>[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?!\w))
      | (?P<iban>[a-z]{2}\d{2}(?:\ ?[0-9]{4}){4,6}(?:\ ?\d{1,4})?(?!\w)
          |[a-z]{2}\d{2}\ ?[a-z]{4}(?:\ ?\d{2,4}){3,5}(?!\w))
      | (?P<nino>[a-z]{2}\ ?\d{2}\ ?\d{2}\ ?\d{2}\ ?[a-d](?!\w))
      | (?P<curp>[a-z]{4}\d{6}[hm][a-z]{5}[a-z0-9]\d(?!\w))
      | (?P<rfc>[a-zñ&]{3,4}\d{6}[a-z0-9]{3}(?!\w))
      | (?P<vin>(?=(?:[a-z]*\d){4})[a-hj-npr-z0-9]{17}(?!\w))
      | (?P<plate>[a-z]{2}\d{2}\ [a-z]{3}(?!\w)|\d{4}\ ?[bcdfghj-npr-tv-z]{3}(?!\w))
      | (?P<nie>[xyz][- ]?\d{7}[- ]?[a-z](?!\w))
    )""",
    re.VERBOSE,
)
_NUMBERS = re.compile(
    rf"""(?<![\w/.])(?=[\d(+OoIlSB])(?:
        (?P<ip>(?:{D}{{1,3}}\.){{3}}{D}{{1,3}}(?!\.?\w))
      | (?P<udi>\([0O][1lI]\)\s?{D}{{14}}(?:\s?\({D}{{2}}\)\s?[\w-]+)*)
      | (?P<ssn>{D}{{3}}[- ]{D}{{2}}[- ]{D}{{4}}(?![\w-]))
      | (?P<card>{D}{{4}}(?P<gap>[- ]){D}{{4}}(?P=gap){D}{{4}}(?P=gap){D}{{4}}(?!\w))
      | (?P<dni>\d{{8}}[- ]?[A-Za-z](?!\w)|\d{{2}}\.\d{{3}}\.\d{{3}}[- ]?[A-Za-z](?!\w))
      | (?P<nss>\d{{2}}[/ -]\d{{8,10}}(?:[/ -]\d{{2}})?(?!\w))
      | (?P<phone>(?:\+\s?\d{{1,3}}[-. ]?|00\d{{2}}[-. ]|1[-. ])?(?:
            \({D}{{2,4}}\)[-. ]?{D}{{3,4}}[-. ]{D}{{3,4}}
          | {D}{{3}}[-. ]{D}{{3}}[-. ]{D}{{4}}
          | [6-9]{D}{{2}}[-. ]{D}{{3}}[-. ]{D}{{3}}
          | [6-9]{D}{{2}}(?:[-. ]{D}{{2}}){{3}}
          | [89]{D}[-. ]{D}{{3}}(?:[-. ]{D}{{2}}){{2}}
          | {D}{{2}}[- ]{D}{{4}}[- ]{D}{{4}}
          | [0O]{D}{{2,4}}[- ]{D}{{3,4}}[- ]{D}{{3,4}}
          | [0O]7{D}{{3}}\ {D}{{6}} | [0O]{D}{{4}}\ {D}{{5,6}}
          | {D}{{3}}-{D}{{4}}
        )(?:,?\s?(?i:x|ext\.?|extension|extensión)\s?{D}{{1,6}})?(?![\w-]))
      | (?P<intl>\+\d{{1,3}}(?:[-. ]?\(?{D}{{1,6}}\)?){{2,5}}(?!\w))
    )""",
    re.VERBOSE,
)
_LONG = re.compile(
    r"""(?<![\w.])(?:\d{7,}(?!\w|\.\d)
      | (?=[A-Za-z]+[-_]?\d|\d+[-_]?[A-Za-z])(?=(?:[A-Za-z_-]{0,20}\d){4})
            [A-Za-z0-9]{1,40}(?:[-_][A-Za-z0-9]{1,40}){0,8}(?!\w)
      | \d{2,}(?:-\d{2,}){2,}(?!\w))""",
    re.VERBOSE,
)
_FIELD = re.compile(  # a number alone between bars or in brackets is a record's
    r"(?:\| ?|\(|(?<=\S),)([A-Z]{0,3}-?(?=[\d-]*\d[\d-]*\d[\d-]*\d)[\d-]{4,12})(?= *\||\)|,\S)"
)
_SAID_DIGIT = (
    "zero|oh|one|two|three|four|five|six|seven|eight|nine|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve"
)
_SAID_LONG = re.compile(
    rf"\b(?:(?:{_SAID_DIGIT}|double)(?:\s+|-)(?:(?:dash|hyphen|guion|guión)\s+)?){{4,}}(?:{_SAID_DIGIT})\b"
)
_IS_SCIENCE = re.compile(
    r"(?:p|para|gravida|g|rs|nct|nm_|np_|chr|cyp|pmid|isbn|sp|pd|il|cd|covid|sars)[-_]?\d|(?:19|20)\d\ds$|"
    r"\d+(?:mg|ml|mcg|g|kg|cm|mm|iu|u|k|cc|hz|kv|ma|x|yo|y|h)\b"
)
_KINDS = {
    "ip": Kind.IP, "ip6": Kind.IP, "mac": Kind.DEVICE, "udi": Kind.DEVICE, "uuid": Kind.OTHER,
    "vin": Kind.VEHICLE,
    "plate": Kind.VEHICLE,
    "iban": Kind.ACCOUNT, "card": Kind.ACCOUNT, "ssn": Kind.NATIONAL, "nino": Kind.NATIONAL, "curp": Kind.NATIONAL,
    "rfc": Kind.NATIONAL, "nie": Kind.NATIONAL, "dni": Kind.NATIONAL, "nss": Kind.NATIONAL, "phone": Kind.PHONE,
    "intl": Kind.PHONE,
}  # fmt: skip
_LEAST_SHARE_OF_DIGITS = 0.6
_FEWEST_DIGITS_OF_A_LONG_NUMBER = 4


def shapes(source: Source) -> Iterator[Found]:
    for signs, kind, pattern in _NET:
        if any(sign in source.low for sign in signs):
            yield from (Found(*found.span(), kind) for found in pattern.finditer(source.low))
    for pattern, text in ((_CODES, source.low), (_NUMBERS, source.text)):
        for found in pattern.finditer(text):
            if _is_meant(found, source.text):
                yield Found(*found.span(), _KINDS[found.lastgroup or ""])
    yield from _long_numbers(source)


def _is_meant(found: re.Match[str], text: str) -> bool:
    said, name = text[found.start() : found.end()], found.lastgroup
    if name == "plate":
        return said.isupper()
    if name == "ip":
        return is_mostly_digits(said) and all(number(part) < 256 for part in said.split("."))
    if name == "ip6":
        return "::" in said or said.count(":") == 7
    if name in ("phone", "ssn", "card"):
        return is_mostly_digits(said)
    return name != "intl" or sum(character.isdigit() for character in said) >= 9


def is_mostly_digits(said: str) -> bool:
    signs = [character for character in said if character.isalnum()]
    return sum(sign.isdigit() for sign in signs) >= _LEAST_SHARE_OF_DIGITS * len(signs)


def number(said: str) -> int:
    """As it was before it was scanned."""
    return int(said.translate(str.maketrans("OoIlSB", "001158")))


def _long_numbers(source: Source) -> Iterator[Found]:
    """Whatever it is, nobody measures anything with so many signs."""
    yield from (Found(*found.span(1), Kind.OTHER) for found in _FIELD.finditer(source.text))
    yield from (Found(*found.span(), Kind.OTHER) for found in _SAID_LONG.finditer(source.low))
    for found in _LONG.finditer(source.text):
        digits = sum(character.isdigit() for character in found.group())
        if digits >= _FEWEST_DIGITS_OF_A_LONG_NUMBER and not _IS_SCIENCE.match(found.group().lower()):
            yield Found(*found.span(), Kind.OTHER)
