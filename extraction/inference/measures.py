"""Values tied to what they are values of.

Each value of a sentence looks back for the nearest name that leads to it ("creatinine fell from", "pH of"), then ahead
("5.2 % eosinophils", "elevated lactate"). A measured value without a name that is known takes the words before it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from extraction.inference.lexicon import Term, words
from extraction.inference.prepared import Prepared
from extraction.inference.values import Value, numerics_in, qualities_in

_LISTS = ("vital_signs", "analytes", "procedures")
FARTHEST = 90
_FILL = (
    r"levels?|counts?|values?|concentrations?|titers?|titres?|rate|scores?|readings?|results?|tests?|activity|"
    r"measurements?|measured|measuring|was|were|is|are|be|being|of|at|to|as|from|"
    r"by|about|between|with|an?|the|in|on|had|has|have|been|found|noted|recorded|showed|shows|showing|revealed|"
    r"revealing|demonstrated|yielded|remained|remaining|ranged|ranging|range|reached|reaching|"
    r"dropped|dropping|fell|rose|increased|increasing|decreased|decreasing|elevated|reduced|improved|improving|"
    r"declined|risen|fallen|down|up|low|high|higher|lower|normal|abnormal|raised|markedly|mildly|slightly|"
    r"significantly|moderately|severely|extremely|"
    r"further|only|estimated|calculated|peak|peaked|maximum|minimum|initial|admission|arrival|presentation|that|"
    r"time|serum|blood|plasma|also|and|then|still|normally|mean|total|"
    r"today|currently|initially|but|it|which|came|back|returned|stayed|persistently|continued|both|all|again|"
    r"determined|observed|reported|considered|obtained|approximately|around|index|examination|analysis|findings?|"
    r"study|studies|staining|"
    r"patient's|his|her|their|baseline|follow-up|did|not|now|well|would|became|because|appeared|seemed|remains|"
    r"fully|repeat|repeated|subsequent|final|first|second|last|max|min|averaged|averaging|average|exceeded|"
    r"exceeding|equal|per|day|absolute|relative|size|dysfunction|function|functions|profile|course|outcome|side|"
    r"sides|bilaterally|left|right|either|hand|eye|eyes|urine|csf|arterial|venous|fasting|random|titer|for|or|"
    r"nadir|eventually|gradually|turned|presented|progressively|dramatically|such|room air|oximeter|oximetry|"
    r"initially|internal|diastole|systole|testing|registered|concurrent|severely|consistently|greatly|clearly|"
    r"otherwise|reportedly|generally|over|spontaneously|overall|detected|tested|stained|showed"
)  # fmt: skip
_LINK = re.compile(rf"(?:\s|[,:=\[\]()–~-]|\([^()]{{1,24}}\)|\b(?:{_FILL})\b)*", re.IGNORECASE)
_BACK = re.compile(
    r"(?:\s|-|\(|\b(?:levels?|of|for|the|serum|plasma|blood|in|on|to|results?|findings?|values?|his|her|urinary|"
    r"urine|total|arterial|immunoreactivity|expression|staining|range|count|concentrations?|with|rate|amounts?|"
    r"number|by|left|right|both|peripheral|immunohistochemical|response|reaction|a|an|at|function|"
    r"biventricular)\b)*",
    re.IGNORECASE,
)
_AND = re.compile(
    r"(?:\s|[,;:()–]|\b(?:and|to|then|or|from|but|later|increased|decreased|respectively|vs|versus|on|the|at|"
    r"further|finally|of|was|were|which|rose|fell|dropped|improved|up|down|by|day|with|a|is)\b)*",
    re.IGNORECASE,
)
_NOT_A_VALUE = re.compile(
    r"\s*-?\s*(?:years?|yrs?|y/o|yo|months?|weeks?|wks?|days?|hours?|minutes?(?!\s*ventil)|times|cycles?|doses?|"
    r"tablets?|mg/kg|patients?|cases?|episodes?|grades?|siblings|children|points? scale|packs?|pack-years?|"
    r"gestation|th\b|st\b|nd\b|rd\b)",
    re.IGNORECASE,
)
_NOT_AFTER = re.compile(
    r"(?:\b(?:fig(?:ure)?s?|table|day|days|stage|type|age|aged|no|number|grade|week|month|year|case|level|"
    r"reference|ref|lead|leads|segment|chapter|version|panel|block|room|step|phase|class|factor|vitamin|coenzyme|"
    r"cranial nerves?|l|t|c|s|in)\.?\s*|[\[#$])$",
    re.IGNORECASE,
)
_NAMED_SO = re.compile(
    r"((?:[A-Za-zα-ωΑ-Ω][\w'/α-ω+-]*[\s-]+(?:of\s+)?){0,3}[A-Za-zα-ω][\w'/α-ω+-]*)\s*(?:\([^()]{1,20}\)\s*)?$"
)
_NO_NAME = words("no_measure_names")


@dataclass(frozen=True, slots=True)
class Measure:
    """`term` is null where the name is only what stands before the value."""

    value: Value
    name_at: tuple[int, int]
    term: Term | None
    kind: str = ""
    reference: Value | None = None


@dataclass(slots=True)
class _Names:
    terms: list[tuple[Term, str]]
    ends: list[int]
    starts: list[int]


def measures(prepared: Prepared) -> Iterator[Measure]:
    named = _named(prepared)
    for sentence in prepared.sentences.all:
        yield from _of_sentence(prepared, sentence.start, sentence.end, named)


def _named(prepared: Prepared) -> _Names:
    found = [(term, kind) for kind in _LISTS for term in prepared.terms.get(kind, [])]
    found = [each for each in found if each[1] != "procedures" or each[0].name == "diagnostic"]
    found.sort(key=lambda each: (each[0].start, -each[0].end))
    apart: list[tuple[Term, str]] = []
    for term, kind in found:
        if not apart or term.start >= apart[-1][0].end:
            apart.append((term, kind))
    return _Names(apart, [term.end for term, _ in apart], [term.start for term, _ in apart])


def _of_sentence(prepared: Prepared, start: int, end: int, named: _Names) -> Iterator[Measure]:
    text = prepared.text
    every = list(numerics_in(text, start, end))
    references = {
        value.start: value for value in every if _REFERENCE.search(text, max(start, value.start - 50), value.start)
    }
    numbers = [value for value in every if value.start not in references and _may_be_value(text, value)]
    values = sorted(
        [*_without_bare_ranges(text, numbers, references), *qualities_in(text, start, end)], key=lambda each: each.start
    )
    last: Measure | None = None
    for value in values:
        if last is not None and value.start < last.value.end:
            continue
        linked = [_with_reference(text, each, references) for each in _linked(prepared, value, named, start, end, last)]
        yield from linked
        last = linked[-1] if linked else last


def _with_reference(text: str, measure: Measure, references: Mapping[int, Value]) -> Measure:
    """The range in brackets behind a value, if the next number is one."""
    near = [place for place in references if 0 <= place - measure.value.end < 60]
    return replace(measure, reference=references[min(near)]) if near else measure


def _without_bare_ranges(text: str, numbers: list[Value], references: dict[int, Value]) -> Iterator[Value]:
    """5.4 mg/dL (2.7-4.5 mg/dL): a range in brackets right behind a value is what is normal."""
    for number, value in enumerate(numbers):
        before = numbers[number - 1] if number else None
        is_range = value.second is not None or value.comparator is not None
        if (
            before
            and is_range
            and _IN_BRACKETS.fullmatch(text, before.end, value.start)
            and text[value.end : value.end + 1] in ")]"
        ):
            references[value.start] = value
        else:
            yield value


_IN_BRACKETS = re.compile(r"\s*[(\[]\s*")
_REFERENCE = re.compile(
    r"\b(?:normal|reference|ref|nl|norm)\b\.?\s*(?:ranges?|values?|levels?|intervals?|limits?)?\s*(?:is|are|of|"
    r"between|being|up to|in [a-z]+|for [a-z]+)?\s*[:=,(]?\s*$",
    re.IGNORECASE,
)


def _linked(
    prepared: Prepared, value: Value, named: _Names, start: int, end: int, last: Measure | None
) -> Iterator[Measure]:
    text = prepared.text
    before = _before(text, value, named, start)
    if before is None and last is not None and not value.is_quality and _goes_on(text, last, value):
        yield Measure(value, last.name_at, last.term, last.kind)
        return
    if before is not None:
        yield before
        return
    ahead = list(_ahead(text, value, named, end))
    if ahead:
        yield from ahead
    elif (name := _words_before(text, value, start)) and _is_named(text, value, name):
        yield Measure(value, name, None)
    elif value.is_quality and (subject := _subject(text, value, start)):
        yield Measure(value, subject, None)


def _before(text: str, value: Value, named: _Names, start: int) -> Measure | None:
    last = bisect_right(named.ends, value.start) - 1
    reach = value.start
    for place in range(last, max(last - 3, -1), -1):
        term, kind = named.terms[place]
        if term.start < start or value.start - term.end > FARTHEST or not _LINK.fullmatch(text, term.end, reach):
            return None
        if _fits(text, kind, value):
            return Measure(value, (term.start, term.end), term, kind)
        reach = term.start
    return None


def _fits(text: str, kind: str, value: Value) -> bool:
    """A number is no result of a biopsy, and the size of what a scan shows is none of the scan."""
    if value.is_quality or kind != "procedures":
        return True
    return value.is_measured and "%" not in text[value.start : value.end]


def _goes_on(text: str, last: Measure, value: Value) -> bool:
    """Two values of one thing: from 798 to 98 μmol/l."""
    return not last.value.is_quality and value.start - last.value.end < 60 and bool(
        _AND.fullmatch(text, last.value.end, value.start)
    ) and (value.is_measured or last.value.unit_at is None or value.unit_at is not None)  # fmt: skip


def _ahead(text: str, value: Value, named: _Names, end: int) -> Iterator[Measure]:
    place = bisect_right(named.starts, value.end - 1)
    reach = value.end
    while place < len(named.terms):
        term, kind = named.terms[place]
        if term.start >= end or term.start - reach > 40:
            return
        link = _BACK if reach == value.end else _LIST
        if not link.fullmatch(text, reach, term.start):
            return
        if not _fits(text, kind, value) or not (
            value.is_quality or value.is_measured or text[value.end - 1] in "%+" or "/" in text[value.start : value.end]
        ):
            return
        yield Measure(value, (term.start, term.end), term, kind)
        if not value.is_quality:
            return
        reach = term.end
        place += 1


_DOSED = re.compile(r"(?:g|U|units?|[lL])\s*(?:/|per)\s*(?:kg|m2|m²|d|day|dose|week|month)\b(?!\w)", re.IGNORECASE)
_SIZES = re.compile(r"(?:c?m|mm|[lL]|m[lL]|cc|g|kg)\b")
_LIST = re.compile(r"(?:\s|[,/()-]|\b(?:and|or|levels?|for)\b)*", re.IGNORECASE)


def _may_be_value(text: str, value: Value) -> bool:
    if _DOSED.search(text, value.start, value.end):
        return False
    if value.is_measured:
        return True
    return not _NOT_A_VALUE.match(text, value.words_end) and not _NOT_AFTER.search(
        text, max(0, value.start - 16), value.start
    )


_MEASURABLE = re.compile(
    r"(?:ratio|index|indices|score|levels?|pressure|gradient|fraction|diameter|activity|velocity|tit(?:er|re)s?|"
    r"percentage|saturation|volumes?|thickness|capacity|clearance|concentrations?|counts?|frequency|dimension)$",
    re.IGNORECASE,
)


def _is_named(text: str, value: Value, name: tuple[int, int]) -> bool:
    """A measured value names itself; a bare number only behind a word for something that is measured."""
    if value.is_quality:
        return False
    return (value.is_measured and not _is_weak(text, value)) or bool(_MEASURABLE.search(text[slice(*name)]))


_SUBJECT = re.compile(
    r"((?:[A-Za-z0-9][\w'/-]*\s+(?:of\s+(?:the\s+)?)?){0,4}[A-Za-z][\w/-]*)(?:\s*\([^()]{1,40}\))?\s+"
    r"(?:was|were|is|are|remained?|came back|returned|returned to|became|had been|has been|appeared|tested|"
    r"showed|proved)\s+(?:all\s+|also\s+|again\s+|then\s+|still\s+|to be\s+|both\s+|found to be\s+)*$"
)
_JUDGED = re.compile(
    r"(?:\w+\s+){0,2}(?:normal|unremarkable|negative|positive|within (?:the )?normal (?:limits|range)|elevated|"
    r"increased|decreased|reduced|raised|low|high|abnormal|undetectable|"
    r"uneventful|uncomplicated|stable|improved|good|poor|intact|absent|impaired|not detected|sterile|inconclusive)$",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"\b(?:patients?|he|she|they|it|who|which|that|we|there|man|woman|boy|girl|child|infant|baby|family|mother|"
    r"father|this|these|those|dose|dosage|doses|medications?|symptoms|pain|diagnosis|incidence|risk|role)\s*$",
    re.IGNORECASE,
)


def _subject(text: str, value: Value, start: int) -> tuple[int, int] | None:
    """Viral studies were negative: whatever was judged in the words that tests are judged in."""
    if not _JUDGED.match(text[value.start : value.end]):
        return None
    left = max(start, value.start - 90)
    found = _SUBJECT.search(text[left : value.start])
    if found is None or _NOBODY.search(found.group(1)):
        return None
    begin, end = left + found.start(1), left + found.end(1)
    while (word := re.match(r"[\w'/-]+\s+", text[begin:end])) and word.group().strip().lower() in _NO_NAME:
        begin += word.end()
    return begin, end


def _is_weak(text: str, value: Value) -> bool:
    """Shares and degrees are of anything; only with a known name are they measurements."""
    unit = text[slice(*value.unit_at)].strip() if value.unit_at else ""
    return unit[:1] in "%°º˚" or unit in ("percent", "degrees", "degree", "points", "point")


def _words_before(text: str, value: Value, start: int) -> tuple[int, int] | None:
    head = text[max(start, value.start - 70) : value.start]
    bare = _TAIL.sub("", head)
    if stated := re.match(
        r"\s+(?:levels?|counts?|activity|concentrations?|scores?|index|tit(?:er|re)s?)\b",
        head[len(bare) :],
        re.IGNORECASE,
    ):
        bare = head[: len(bare) + stated.end()]
    found = _NAMED_SO.search(bare)
    if not found:
        return None
    left = max(start, value.start - 70)
    begin, end = left + found.start(1), left + found.end(1)
    while (word := re.match(r"[\w'/+-]+\s+", text[begin:end])) and word.group().strip().lower() in _NO_NAME:
        begin += word.end()
    name = text[begin:end]
    return (begin, end) if len(name) > 1 and name.lower() not in _NO_NAME else None


_TAIL = re.compile(rf"(?:\s|[,:=\[\](–~-]|\b(?:{_FILL})\b)+$", re.IGNORECASE)
