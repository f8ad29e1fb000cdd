"""What may stay of text: numbers that are numbers, terms of the standard, codes that a dictionary knows."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import takewhile

from pydicom import Dataset
from pydicom.sr._concepts_dict import concepts
from pydicom.sr._snomed_dict import mapping

from radiology.inference.deidentify.profile import known_words

_NUMBER = re.compile(r"[ +-]*\d{0,12}(\.\d{0,12})?([eE][+-]?\d{1,3})? *")
_AGE = re.compile(r"(\d{3})([DWMY])")
_OLDEST_TOLD_YEARS = 89
_OLD_SNOMED = ("SRT", "SNM3", "99SDM")
CODE_KEYWORDS = frozenset({"CodeValue", "CodingSchemeDesignator", "CodeMeaning"})


def numbers(values: Iterable[object]) -> list[str]:
    """All or none: a list of coordinates with a hole in it is another list."""
    said = [str(value).strip() for value in values]
    return said if all(_NUMBER.fullmatch(value) and any(c.isdigit() for c in value) for value in said) else []


def terms(values: Iterable[object]) -> list[str]:
    """Up to the first that the standard does not define: places in the list have meanings."""
    said = (str(value).strip() for value in values)
    return list(takewhile(lambda value: value and set(value.split()) <= known_words(), said))


def description(text: str) -> str:
    """The words of a description that describe a film."""
    words = re.findall(r"[A-Z0-9_]+", text.upper())
    return " ".join(word for word in words if word in known_words() and len(word) > 1)


def age(text: str) -> str:
    """Ages over 89 are few enough to be found."""
    found = _AGE.fullmatch(text.strip().upper())
    if not found:
        return ""
    return "090Y" if found[2] == "Y" and int(found[1]) > _OLDEST_TOLD_YEARS else found[0]


def code(item: Dataset) -> tuple[str, str, str] | None:
    """Value, scheme and the meaning that the dictionary gives it, whatever the file says it means."""
    scheme = str(item.get("CodingSchemeDesignator") or "").strip()
    value = str(item.get("CodeValue") or "").strip()
    current = ("SCT", mapping["SRT"].get(value, "")) if scheme in _OLD_SNOMED else (scheme, value)
    meaning = _meanings().get(current)
    return (value, scheme, meaning) if meaning else None


@lru_cache(maxsize=1)
def _meanings() -> dict[tuple[str, str], str]:
    schemes: dict[str, dict[str, dict[str, tuple[str, list[int]]]]] = dict(concepts)  # type: ignore[arg-type]
    return {
        (scheme, value): meaning[:64]
        for scheme, keywords in schemes.items()
        for codes in keywords.values()
        for value, (meaning, _contexts) in codes.items()
    }
