"""Names of practices and hospitals: "Elm Road Surgery" is where a letter comes from, and no operation."""

import re
from collections.abc import Iterator

_WORD = r"[A-Z][A-Za-z'’.-]*"
_NAMED = re.compile(
    rf"(?P<before>(?:{_WORD}[ \t]+){{1,5}}(?:(?:and|of|the|&)[ \t]+(?:{_WORD}[ \t]+){{1,3}})?)"
    rf"(?P<kind>Surgery|Practice|Hospital|Clinic)(?![A-Za-z])"
)
_OF_A_PLACE = re.compile(
    r"\b(?:Road|Street|Lane|Avenue|House|Park|Hill|Green|Village|Medical|Health|Family|Group|Grove|Square|Court|Bridge|"
    r"Church|Manor|Farm|Wood|Field|Way|Close|Gate|Doctors['’]?|GP)[ \t]+$"
)
_OF_THE_BODY = re.compile(
    r"\b(?:\w+(?:al|ic|ac|ar|ive|scopic|oid|ed|ous|ary)|Eye|Knee|Hip|Heart|Back|Brain|Spine|Hand|Foot|Shoulder|Breast|Valve|"
    r"Bypass|Cataract|Sinus|Hernia|Past|Prior|Major|Minor|Laser|Day|Plastic|Date|Of|Had|For|After|Before|The|A|"
    r"Open|Robotic|Left|Right|Emergency|Weight|Loss|Skin|Ankle|Wrist|Neck|Face|Bowel|Colon|Thyroid|Oral|Cancer)\b",
    re.IGNORECASE,
)
_ENDS_LINE = re.compile(r"[ \t]*(?:,|\r?\n|$)")


def places_in(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Where the name of a practice stands, from its first word to its last."""
    for found in _NAMED.finditer(text, start, len(text) if end is None else end):
        if found.group("kind") != "Surgery" or _is_practice(text, found):
            yield found.span()


def _is_practice(text: str, found: re.Match[str]) -> bool:
    """Named after a place, or alone at the beginning of a line in words that are of no body."""
    if _OF_A_PLACE.search(found.group("before")):
        return True
    is_line = text[: found.start()].rpartition("\n")[2].strip() == "" and _ENDS_LINE.match(text, found.end())
    return bool(is_line) and _OF_THE_BODY.search(found.group("before")) is None


def is_of_a_place(text: str, at: int) -> bool:
    line = text.rfind("\n", 0, at) + 1
    return any(start <= at < end for start, end in places_in(text, line, at + 20))
