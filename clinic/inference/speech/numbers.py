"""Numbers as people say and engines write them, English and Spanish: "five hundred", "500", "quinientos" are one value.

What could be read in two ways ("two fifty", "1,000") has no value here: it stays as it was written, so that two
readings agree only where they wrote the same.
"""

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal

_SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen"""
_MENORES = """cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis
    diecisiete dieciocho diecinueve veinte veintiuno veintidos veintitres veinticuatro veinticinco veintiseis
    veintisiete veintiocho veintinueve"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_DECENAS = "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa"
_CENTENAS = "cien doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos"

SMALL = {word: value for words in (_SMALL, _MENORES) for value, word in enumerate(words.split())}
SMALL |= {"un": 1, "una": 1, "oh": 0}
TIMES = {"once", "twice", "thrice"}  # "once" is eleven in Spanish: of no value, so that it agrees only with itself
del SMALL["once"]
TENS = {
    word: value for words in (_TENS, _DECENAS) for value, word in zip(range(20, 100, 10), words.split(), strict=True)
}
HUNDREDS = (
    {word: value for value, word in zip(range(100, 1000, 100), _CENTENAS.split(), strict=True)}
    | {word[:-2] + "as": value for value, word in zip(range(200, 1000, 100), _CENTENAS.split()[1:], strict=True)}
    | {"ciento": 100}
)
HALVES = {"half": Decimal("0.5"), "medio": Decimal("0.5"), "media": Decimal("0.5"), "quarter": Decimal("0.25")}
POINTS, JOINING = {"point", "coma", "punto"}, {"and", "y"}
WORDS = {*SMALL, *TENS, *HUNDREDS, *HALVES, "hundred", "thousand", "mil", "million", "millon", "millones"}
DIGITS = re.compile(r"\d+(?:[.,/]\d+)*")


def folded(word: str) -> str:
    """Small letters without accents; no sign at either end."""
    plain = unicodedata.normalize("NFKD", word.lower().replace("µ", "u").replace("μ", "u"))
    return "".join(c for c in plain if not unicodedata.combining(c)).strip(".,;:!?¡¿\"'()[]…")


def parts(word: str) -> list[str]:
    """`500mg` is two words, `twenty-five` too."""
    plain = folded(word)
    glued = re.fullmatch(r"(\d+(?:[.,]\d+)*)([a-z%/]+)", plain)
    if glued:
        return [glued[1], glued[2]]
    hyphened = plain.split("-")
    return hyphened if len(hyphened) == 2 and all(part in WORDS for part in hyphened) else [plain]


def is_number(part: str) -> bool:
    return part in WORDS or bool(DIGITS.fullmatch(part))


def value_of(run: Sequence[str]) -> Decimal | None:
    """None where it can be read in two ways."""
    whole, point, after = _split(run)
    value = _whole(whole)
    if value is None or not point:
        return value
    digits = [SMALL.get(part, -1) for part in after]
    if len(after) == 1 and after[0].isdigit():
        return Decimal(f"{value}.{after[0]}")
    return Decimal(f"{value}.{''.join(map(str, digits))}") if all(0 <= each <= 9 for each in digits) else None


def _split(run: Sequence[str]) -> tuple[list[str], bool, list[str]]:
    at = next((at for at, part in enumerate(run) if part in POINTS), None)
    if at is None:
        return list(run), False, []
    return list(run[:at]), True, list(run[at + 1 :])


def _whole(run: Sequence[str]) -> Decimal | None:
    if len(run) == 1 and DIGITS.fullmatch(run[0]):
        return _digits(run[0])
    total, current = Decimal(0), Decimal(0)
    for part in run:
        if part in JOINING:
            continue
        added = _with(current, part)
        if added is None:
            return None
        current = added
        if part in ("thousand", "mil", "million", "millon", "millones"):
            total, current = total + current, Decimal(0)
    return total + current if run else None


def _with(current: Decimal, part: str) -> Decimal | None:
    if part in HALVES:
        return current + HALVES[part]
    if part == "hundred":
        return max(current, Decimal(1)) * 100 if current < 100 else None
    if part in ("thousand", "mil"):
        return max(current, Decimal(1)) * 1_000
    if part in ("million", "millon", "millones"):
        return max(current, Decimal(1)) * 1_000_000
    value = SMALL.get(part, TENS.get(part, HUNDREDS.get(part)))
    if value is None:
        return Decimal(part) if part.isdigit() and not current else None
    room = (
        1000 if not current else 100 if current % 100 == 0 else 10 if current % 10 == 0 and current % 100 >= 20 else 0
    )
    return current + value if value < room else None


def _digits(part: str) -> Decimal | None:
    is_ambiguous = "/" in part or re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", part)
    if is_ambiguous or part.count(".") + part.count(",") > 1:
        return None
    return Decimal(part.replace(",", "."))
