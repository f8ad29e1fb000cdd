"""Units as documents write them, and as UCUM does. A spelling that the table does not know stays as it was written:
its UCUM is null. Nothing is converted, so no factor can be wrong."""

import re

from extraction.inference.rules.lexicon import entries

_UCUM = {spelling: code for code, spellings in entries("units") for spelling in spellings}
DEGREES = {"C": "Cel", "F": "[degF]"}  # where a temperature is told
_POWERS = re.compile(r"^(?:[x×*·]\s*)?10\s*[\^e]?\s*[*]*\s*(\d{1,2}|[²³⁶⁹¹⁰]+)\s*(?:cells?|copies)?\s*/?\s*")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_SCALED = re.compile(r"(k|thousand|m|million)\s*/\s*(?=[uµμ]?l|mm|cumm)")
_SCALES = {"k": 3, "thousand": 3, "m": 6, "million": 6}
_PER = re.compile(r"\s*(?:/|\bper\b)\s*")
_SPACES = re.compile(r"[\s\u2000-\u200a\u202f\xa0]+")


def ucum(written: str) -> str | None:
    """mg/dL for "mg per dl", 10*9/L for "x10^9/l", ug/kg/min for "mcg/kg/min"."""
    plain = _SPACES.sub(" ", written.strip().strip(".").lower())
    if plain in _UCUM:
        return _UCUM[plain]
    if power := _POWERS.match(plain):
        below = ucum(plain[power.end() :])
        return f"10*{int(power.group(1).translate(_RAISED))}/{below}" if below else None
    if scaled := _SCALED.match(plain):
        below = ucum(plain[scaled.end() :])
        return f"10*{_SCALES[scaled.group(1)]}/{below}" if below else None
    parts = [_UCUM.get(part, _UCUM.get(part.replace(" ", ""))) for part in _PER.split(plain) if part != ""]
    if len(parts) < 1 or None in parts:
        return None
    joined = "/".join(str(part) for part in parts)
    return "/" + joined if plain.startswith(("/", "per ")) else joined
