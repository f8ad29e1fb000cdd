"""Names of values that no list has: the words before a measured value, and whatever is judged as tests are judged."""

import re

from extraction.inference.rules.lexicon import phrases, words
from extraction.inference.rules.values import Value

Span = tuple[int, int]

FILL = "|".join(re.escape(each) for each in sorted(phrases("between"), key=len, reverse=True))
_NAMED_SO = re.compile(
    r"((?:[A-Za-zα-ωΑ-Ω][\w'/α-ω+-]*[\s-]+(?:of\s+)?){0,3}[A-Za-zα-ω][\w'/α-ω+-]*)\s*(?:\([^()]{1,20}\)\s*)?$"
)
_NO_NAME = words("no_measure_names")
_TAIL = re.compile(rf"(?:\s|[,:=\[\](–~-]|\b(?:{FILL})\b)+$", re.IGNORECASE)
_CUTS = re.compile(
    r"\b(?:and|his|her|their|was|were|to|then|with|by|on|at|which|that|for|revealed|showed|measured|we|would|"
    r"this|using|from|in|the|an?)\s+",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:inflat\w+|insufflat\w+|applied|placed|set|start\w*|performed|injected|administered|tourniquet|balloon|"
    r"solution|lens|unit|model|suction|closure|criteria|heparin|tracking)\b",
    re.IGNORECASE,
)
_THINGS = (
    r"(?:ratio|index|indices|score|levels?|pressure|gradient|fraction|diameter|activity|velocity|tit(?:er|re)s?|"
    r"percentage|saturation|volumes?|thickness|capacity|clearance|concentrations?|counts?|frequency|dimension|values?)"
)
_MEASURABLE = re.compile(rf"{_THINGS}$", re.IGNORECASE)
_MEASURABLES = re.compile(rf"{_THINGS}\b", re.IGNORECASE)
STANDS_ALONE = re.compile(
    r"\s*(?:[,.;:)(]|$|\n|(?:findings?|results?|study|studies|examination|outcome|appearances?|and|in|for|but|"
    r"except|at|on|with|without|throughout|bilaterally|today|range|limits)\b)",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"((?:[A-Za-z0-9][\w'/-]*\s+(?:of\s+(?:the\s+)?)?){0,4}[A-Za-z][\w/-]*)(?:\s*\([^()]{1,40}\))?\s+"
    r"(?:was|were|is|are|remained?|came back|returned|returned to|became|had been|has been|appeared|tested|"
    r"proved|(?P<showed>showed|revealed|demonstrated|yielded))\s+(?:an?\s+|the\s+)?(?:all\s+|also\s+|again\s+|"
    r"then\s+|still\s+|to be\s+|both\s+|found to be\s+)*$"
)
_JUDGED = re.compile(
    r"(?:\w+\s+){0,2}(?:normal|unremarkable|negative|positive|within (?:the )?normal (?:limits|range)|elevated|"
    r"increased|decreased|reduced|raised|low|high|abnormal|undetectable|"
    r"uneventful|uncomplicated|stable|improved|good|poor|intact|absent|impaired|not detected|sterile|inconclusive)$",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"\b(?:patients?|he|she|they|it|who|which|that|we|there|man|woman|boy|girl|child|infant|baby|family|mother|"
    r"father|this|these|those|dose|dosage|doses|medications?|symptoms|pain|diagnosis|otherwise|except|flap|"
    r"fractures?|tissues?|incidence|risk|role)\s*$",
    re.IGNORECASE,
)


def before(text: str, value: Value, start: int) -> Span | None:
    """Of a value that is measured, or stands behind a word for something that is: a ratio of, a level of."""
    name = _words_before(text, value, start)
    return name if name is not None and _is_named(text, value, name) else None


def _words_before(text: str, value: Value, start: int) -> tuple[int, int] | None:
    head = text[max(start, value.start - 70) : value.start]
    if not value.is_measured and not _MEASURABLES.search(head):
        return None
    bare = _TAIL.sub("", head)
    if stated := re.match(
        r"\s+(?:levels?|counts?|activity|concentrations?|scores?|values?|index|tit(?:er|re)s?)\b",
        head[len(bare) :],
        re.IGNORECASE,
    ):
        bare = head[: len(bare) + stated.end()]
    found = _NAMED_SO.search(bare)
    if not found:
        return None
    left = max(start, value.start - 70)
    begin, end = left + found.start(1), left + found.end(1)
    if cut := list(_CUTS.finditer(text, begin, end)):
        begin = cut[-1].end()
    while (word := re.match(r"[\w'/+-]+\s+", text[begin:end])) and word.group().strip().lower() in _NO_NAME:
        begin += word.end()
    name = text[begin:end]
    is_name = len(name) > 1 and name.lower() not in _NO_NAME and not _DONE.search(name)
    return (begin, end) if is_name else None


def _is_named(text: str, value: Value, name: tuple[int, int]) -> bool:
    """A measured value names itself; a bare number only behind a word for something that is measured."""
    return (value.is_measured and not _is_weak(text, value)) or bool(_MEASURABLE.search(text[slice(*name)]))


def _is_weak(text: str, value: Value) -> bool:
    """Shares and degrees are of anything; only with a known name are they measurements."""
    unit = text[slice(*value.unit_at)].strip() if value.unit_at else ""
    return unit[:1] in "%°º˚" or unit in ("percent", "degrees", "degree", "points", "point")


def judged(text: str, value: Value, start: int) -> tuple[int, int] | None:
    """Viral studies were negative: whatever was judged in the words that tests are judged in."""
    if not _JUDGED.match(text[value.start : value.end]):
        return None
    left = max(start, value.start - 90)
    found = _SUBJECT.search(text[left : value.start])
    if found is None or _NOBODY.search(found.group(1)):
        return None
    if found.group("showed") and not STANDS_ALONE.match(text, value.end):
        return None
    begin, end = left + found.start(1), left + found.end(1)
    while (word := re.match(r"[\w'/-]+\s+", text[begin:end])) and word.group().strip().lower() in _NO_NAME:
        begin += word.end()
    return begin, end


_ADJECTIVE = re.compile(
    r"(?:normal|negative|positive|elevated|increased|decreased|reduced|raised|low|high|abnormal|absent|impaired|poor)$",
    re.I,
)
_OBJECT = re.compile(
    r"\s+((?:for\s+|serum\s+)?(?:[A-Za-z0-9][\w/-]*\s+){0,4}?(?:antibod(?:y|ies)|antigens?|tests?|cultures?|"
    r"stain(?:ing)?|levels?|counts?|results?|findings?|"
    r"expression|immunoreactivity|uptake|activity|titers?|ratio))\b",
    re.IGNORECASE,
)
_LISTED = re.compile(r"(?:^|[,;:(]|\band\b)\s*((?:[A-Za-z0-9][\w/-]*\s+){0,2}[A-Za-z0-9][\w/-]*)\s+$")
_SIGNED = re.compile(r"(?:negative|positive)$", re.IGNORECASE)


_NORMAL = re.compile(r"\b(?:normal|unremarkable)$", re.IGNORECASE)
_THING = re.compile(
    r"\s+((?:[A-Za-z][\w/-]*\s+){0,3}?[A-Za-z][\w/-]*)"
    r"(?=\s*(?:[,.;:)(]|$)|\s+(?:of|in|for|and|with|on|at|but|by|was|were|is|are|without|to)\b)"
)
_NOTHING = re.compile(
    r"(?:.*\b)?(?:fashion|manner|position|females?|males?|delivery|vaginal delivery|saline|limits?|range|"
    r"tissues?|control|subjects?|values?|persons?|mother|parents|adult|size|for|in|of|and|"
    r"with|at|to|was|but|on|by)\b",
    re.IGNORECASE,
)


def of_adjective(text: str, value: Value, end: int) -> Span | None:
    """Positive tyrosine phosphatase antibody; and whatever is called normal."""
    found = _OBJECT.match(text, value.end, end) if _ADJECTIVE.search(text[value.start : value.end]) else None
    if found is None and _NORMAL.search(text[value.start : value.end]):
        found = _THING.match(text, value.end, end)
        if found is not None and _NOTHING.match(found.group(1)):
            return None
    return found.span(1) if found else None


def listed(text: str, value: Value, start: int) -> Span | None:
    """HIV negative, HBsAg negative: a short name and a sign, between commas."""
    if not _SIGNED.match(text[value.start : value.end]) or text[value.end : value.end + 1] not in (",", ";", ".", ")"):
        return None
    left = max(start, value.start - 40)
    found = _LISTED.search(text[left : value.start])
    return (left + found.start(1), left + found.end(1)) if found and not _NOBODY.search(found.group(1)) else None
