"""Whether words say a value: letter by letter, or in one of the spellings that the rules know."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from extraction.inference import units
from extraction.inference.numbers import values_in

_NOT_A_WORD = re.compile(r"[^\w%+<>/.-]+")
_TOKEN = re.compile(r"\S+")


def folded(text: str) -> str:
    """Without case, accents of compatibility forms, and what stands between the words."""
    return _NOT_A_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def says(text: str, field: str, value: Any) -> bool:
    if isinstance(value, bool):
        return True
    if isinstance(value, int | float):
        return any(abs(found - value) < 1e-9 for found in values_in(text)) or _is_reading(text, field, value)
    return _contains(folded(text), folded(str(value))) or _is_reading(text, field, str(value))


def places_of(quote: str, source: str) -> tuple[int, int] | None:
    """Where a quotation stands, if it stands there once the spaces and the case are let go of."""
    if (start := source.find(quote)) >= 0:
        return start, start + len(quote)
    words = [re.escape(word) for word in _TOKEN.findall(quote)]
    found = re.search(r"\s+".join(words), source, re.IGNORECASE) if words else None
    return found.span() if found else None


def _contains(text: str, value: str) -> bool:
    """Whole words: "5 mg" is not said by "25 mg"."""
    return bool(value) and re.search(rf"(?<![\w.]){re.escape(value)}(?![\w])", text) is not None


def _unit(text: str) -> Any:
    return units.ucum(text)


# What a field's words are read as, where the value is not written as it is stored.
READINGS: dict[str, Callable[[str], Any]] = {"unit": _unit, "dose_unit": _unit}


def _is_reading(text: str, field: str, value: Any) -> bool:
    read = READINGS.get(field)
    found = read(text) if read else None
    return value in found if isinstance(found, frozenset | set) else found == value
